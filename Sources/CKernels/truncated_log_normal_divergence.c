// SPDX-License-Identifier: Apache-2.0
// The gradients of the divergence of truncated log-normal distributions, eight units at a time, in double precision: they
// decide where mu and log sigma go, and the usual closed forms cost more than all of the other work on a unit.

#include "include/elbo_noise.h"

#include <stdbool.h>

#include "include/elbo_parallel.h"
#include "scalar_functions.h"

// Units of one pass: a 64 byte vector of doubles.
#define WIDTH 8
// Units that are worth some microseconds of one thread.
#define GRAIN 512
// Exact to rounding on the intervals that count as narrow.
#define NODES 8
// Below this logarithm of the ratio of densities the far end changes nothing.
#define NOTHING (-100)

// Log theta in units of sigma about mu is a standard normal z between alpha and beta, width = beta - alpha. With
// m_k = E[z^k], the divergence falls by Cov(z, z^2) / (2 sigma) per mu and by Var(z^2) / 2 per log sigma.
struct covariances {
    double skew;    // Cov(z, z^2)
    double square;  // Var(z^2)
};

// Mills' ratio at x over t = 1 / (1 + 0.3 x), as a polynomial in t - 1/2; relative error 6e-16.
// Fitted by Tests/Golden/probability/noise_coefficients.py.
static const double mills_coefficients[] = {
    0.009254604418153189,   0.008356068846634443,  -0.02801527367051028, -0.008997509917830384, 0.04135874595733397,
    -0.007721818843288062,  -0.03845881908320449,  0.030158881750300078, 0.021356645572654064,  -0.04636240436844372,
    0.0025051175799165313,  0.05510595037558567,   -0.02855664289926664, -0.06384515505067863,  0.05784248962338573,
    0.09100449430167352,    -0.09234699542482865,  -0.19442584470486665, 0.07287814341927651,   0.5566793360919284,
    0.8677910732487156,     0.8250791764690947,    0.5563978167745883,
};

// Mass above x over the density there; x >= 0.
ELBO_INLINE double mills_ratio(double x) {
    const double t = 1 / (1 + 0.3 * x), centred = t - 0.5;
    double series = mills_coefficients[0];
    _Pragma("clang loop unroll(full)") for (size_t k = 1; k < sizeof mills_coefficients / sizeof *mills_coefficients; k++)
        series = series * centred + mills_coefficients[k];
    return t * series;
}

// alpha + beta <= 0 from here on: of the two ends, beta is the one near which the mass lies.

// The textbook formulas, with everything relative to the density at beta: a density as such vanishes far out.
//
// ratio: density at alpha over that at beta; mass_at_alpha: the mass below alpha over the density at beta.
ELBO_INLINE struct covariances general_covariances(double alpha, double beta, double ratio, double mass_at_alpha) {
    const double inverse_root_two_pi = 0.39894228040143268;
    const double mills = mills_ratio(magnitude_f64(beta));
    const double density = beta > 0 ? inverse_root_two_pi * exp1_f64(-0.5 * beta * beta) : 1;
    const double mass = beta > 0 ? 1 - density * (mills + mass_at_alpha) : mills - mass_at_alpha;
    const double at_beta = density / mass, at_alpha = ratio * at_beta;
    const double m1 = at_alpha - at_beta;
    const double m2 = 1 + alpha * at_alpha - beta * at_beta;
    const double m3 = 2 * m1 + alpha * alpha * at_alpha - beta * beta * at_beta;
    const double m4 = 3 * m2 + alpha * alpha * alpha * at_alpha - beta * beta * beta * at_beta;
    return (struct covariances){m3 - m1 * m2, m4 - m2 * m2};
}

// z = beta - t / h, h = -beta, with t nearly exponential and alpha too far to matter; series in 1 / h^2.
ELBO_INLINE struct covariances far_covariances(double beta) {
    const double h = -beta, e = 1 / (h * h);
    const double common = 2 - e * (8 - e * (60 - e * (592 - e * (7060 - e * (97944 - e * 1545740)))));
    return (struct covariances){-common / h, 2 + common};
}

// Gauss and Legendre's nodes in (0, 1/2), each also with the other sign, and weights.
static const double nodes[NODES / 2] = {
    0.5 * 0.18343464249564978, 0.5 * 0.52553240991632899, 0.5 * 0.79666647741362673, 0.5 * 0.96028985649753618,
};
static const double node_weights[NODES / 2] = {
    0.18134189168918083, 0.15685332293894344, 0.11119051722668721, 0.050614268145188532,
};

// A narrow interval, where the density hardly varies: quadrature about the middle, z = middle + y, first the means of y and
// of z^2 - middle^2, then the moments about them.
ELBO_INLINE struct covariances narrow_covariances(double alpha, double beta, double width) {
    const double middle = 0.5 * (alpha + beta);
    double masses[NODES], mass_sum = 0, y_sum = 0, s_sum = 0;
    _Pragma("clang loop unroll(full)") for (int k = 0; k < NODES; k++) {
        const double y = width * (k % 2 ? -nodes[k / 2] : nodes[k / 2]);
        masses[k] = node_weights[k / 2] * exp1_f64(-y * (middle + 0.5 * y));
        mass_sum += masses[k];
        y_sum += masses[k] * y;
        s_sum += masses[k] * y * (2 * middle + y);
    }
    const double inverse = 1 / mass_sum, y_mean = y_sum * inverse, s_mean = s_sum * inverse;
    double ys = 0, ss = 0;
    _Pragma("clang loop unroll(full)") for (int k = 0; k < NODES; k++) {
        const double y = width * (k % 2 ? -nodes[k / 2] : nodes[k / 2]);
        const double s = y * (2 * middle + y) - s_mean;
        ys += masses[k] * (y - y_mean) * s;
        ss += masses[k] * s * s;
    }
    return (struct covariances){ys * inverse, ss * inverse};
}

struct pass {
    double inverse_sigma[WIDTH], sign[WIDTH], alpha[WIDTH], beta[WIDTH], width[WIDTH], log_ratio[WIDTH];
    double ratio[WIDTH], mass_at_alpha[WIDTH], skew[WIDTH], square[WIDTH];
};

// The borders are those of Sources/Probability/Distributions/TruncatedNormalMoments.swift, which says why. No && here: a
// branch would keep the loops from becoming vector code.
ELBO_INLINE bool is_narrow(const struct pass *p, size_t i) {
    return (p->width[i] < 1) & (p->width[i] * magnitude_f64(p->alpha[i] + p->beta[i]) < 4);
}

ELBO_INLINE bool is_far(const struct pass *p, size_t i) { return (p->beta[i] < -30) & (-p->width[i] * p->beta[i] > 40); }

ELBO_CLONES static void slopes_pass(const struct pass *given, double *by_mu, double *by_log_sigma) {
    struct pass p = *given;
    bool some_narrow = false, some_far = false, some_general = false, some_two_sided = false;
    for (size_t i = 0; i < WIDTH; i++) {
        const bool narrow = is_narrow(&p, i), far = !narrow && is_far(&p, i);
        some_narrow |= narrow;
        some_far |= far;
        some_general |= !narrow && !far;
        some_two_sided |= !(p.log_ratio[i] < NOTHING);
    }
    if (some_general && some_two_sided) {
        ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
            // Exactly nothing there too, so that a unit does not depend on its neighbours.
            p.ratio[i] = p.log_ratio[i] < NOTHING ? 0 : exp1_f64(p.log_ratio[i]);
            p.mass_at_alpha[i] = p.ratio[i] * mills_ratio(-p.alpha[i]);
        }
    }
    if (some_general) {
        ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
            const struct covariances c =
                general_covariances(p.alpha[i], p.beta[i], p.ratio[i], p.mass_at_alpha[i]);
            p.skew[i] = c.skew;
            p.square[i] = c.square;
        }
    }
    if (some_far) {
        ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
            const struct covariances c = far_covariances(p.beta[i]);
            const bool far = is_far(&p, i);
            p.skew[i] = far ? c.skew : p.skew[i];
            p.square[i] = far ? c.square : p.square[i];
        }
    }
    if (some_narrow) {
        ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
            const struct covariances c = narrow_covariances(p.alpha[i], p.beta[i], p.width[i]);
            const bool narrow = is_narrow(&p, i);
            p.skew[i] = narrow ? c.skew : p.skew[i];
            p.square[i] = narrow ? c.square : p.square[i];
        }
    }
    ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
        const double square = p.square[i] < 0 ? 0 : p.square[i];
        by_mu[i] = -0.5 * p.sign[i] * p.skew[i] * p.inverse_sigma[i];
        by_log_sigma[i] = -0.5 * square;
    }
}

ELBO_CLONES static void prepare(const elbo_noise_units *units, size_t first, struct pass *p) {
    double mu[WIDTH], log_sigma[WIDTH];
    // The last pass repeats its last unit; what comes out of it there is thrown away.
    for (size_t i = 0; i < WIDTH; i++) {
        const size_t unit = first + i < units->count ? first + i : units->count - 1;
        mu[i] = units->mu[unit];
        log_sigma[i] = units->log_sigma[unit];
    }
    const double lower = units->lower, upper = units->upper;
    ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
        const double sigma = exp1_f64(log_sigma[i]);
        const double inverse = 1 / sigma, alpha = (lower - mu[i]) * inverse, beta = (upper - mu[i]) * inverse;
        // Mirrored to the side where alpha is the far end: even quantities stay, odd ones change sign.
        const bool is_mirrored = alpha + beta > 0;
        p->inverse_sigma[i] = inverse;
        p->sign[i] = is_mirrored ? -1 : 1;
        p->alpha[i] = is_mirrored ? -beta : alpha;
        p->beta[i] = is_mirrored ? -alpha : beta;
        p->width[i] = (upper - lower) * inverse;
        // As a product: the squares of two far ends would cancel.
        p->log_ratio[i] = 0.5 * p->width[i] * (p->beta[i] + p->alpha[i]);
        p->ratio[i] = p->mass_at_alpha[i] = p->skew[i] = p->square[i] = 0;
    }
}

struct task {
    const elbo_noise_units *units;
    double *by_mu, *by_log_sigma;
};

static void slopes_share(void *context, size_t begin, size_t end) {
    const struct task *task = context;
    for (size_t first = begin; first < end; first += WIDTH) {
        struct pass p;
        prepare(task->units, first, &p);
        double by_mu[WIDTH], by_log_sigma[WIDTH];
        slopes_pass(&p, by_mu, by_log_sigma);
        const size_t used = end - first < WIDTH ? end - first : WIDTH;
        memcpy(task->by_mu + first, by_mu, used * sizeof *by_mu);
        memcpy(task->by_log_sigma + first, by_log_sigma, used * sizeof *by_log_sigma);
    }
}

void elbo_truncated_log_normal_divergence_slopes(const elbo_noise_units *units, double *by_mu, double *by_log_sigma) {
    struct task task = {units, by_mu, by_log_sigma};
    elbo_parallel(units->count, WIDTH, GRAIN, &task, slopes_share);
}
