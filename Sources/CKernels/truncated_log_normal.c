// SPDX-License-Identifier: Apache-2.0
// Truncated log-normal draws by inversion, sixteen units at a time, in single precision: noise needs no more, and what
// decides about a unit (moments, divergence) is computed elsewhere in double precision.

#include "include/elbo_noise.h"

#include <stdbool.h>

#include "include/elbo_parallel.h"
#include "normal_quantile.h"

// Units of one pass: a 64 byte vector of floats.
#define WIDTH 16
// Below this beta the distribution is nearly exponential from the upper end and z - beta would have lost its digits.
#define FAR (-6.0f)
// Draws that are worth a microsecond or two of one thread.
#define GRAIN 512

struct task {
    const elbo_noise_units *units;
    const uint32_t *words;
    size_t objects;
    float *theta, *by_mu, *by_log_sigma;
};

// What is the same for all draws of a unit. "Mass" are values of the normal distribution function, "density" those of
// exp(-x^2/2).
struct pass {
    float mu[WIDTH], sigma[WIDTH], alpha[WIDTH], beta[WIDTH];
    float mass_below_alpha[WIDTH], mass_below_beta[WIDTH], mass_above_alpha[WIDTH], mass_above_beta[WIDTH];
    float density_alpha[WIDTH], density_beta[WIDTH];
    // Density and mass at alpha over those at beta.
    float density_ratio[WIDTH], mass_ratio[WIDTH];
    float lower, upper;
    bool some_near, some_far;
};

// A draw of log theta with its derivatives by mu and by sigma.
struct draw {
    float log_theta, by_mu, by_sigma;
};

// Fitted by Tests/Golden/probability/noise_coefficients.py, which prints the error.
static const float mills_coefficients[] = {
    -3.11692245e-02f, 4.26503494e-02f, 8.18934515e-02f, -8.94237533e-02f, -1.93240926e-01f,
    7.26524740e-02f, 5.56615233e-01f, 8.67796838e-01f, 8.25080156e-01f, 5.56397796e-01f,
};

// Mills' ratio of the normal distribution, the mass above x over its density there; x >= 0.
ELBO_INLINE float mills_ratio(float x) {
    const float t = 1 / (1 + 0.3f * x), centred = t - 0.5f;
    POLYNOMIAL(mills_coefficients, centred, series)
    return t * series;
}

// Mass above |x|.
ELBO_INLINE float tail_mass(float x) {
    const float inverse_root_two_pi = 0.398942280f;
    const float size = magnitude_f32(x);
    return inverse_root_two_pi * exp1_f32(-0.5f * size * size) * mills_ratio(size);
}

ELBO_INLINE float clamped(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

ELBO_INLINE struct draw near_draw(const struct pass *c, size_t i, float u, float v) {
    const float p = v * c->mass_below_alpha[i] + u * c->mass_below_beta[i];
    const float q = v * c->mass_above_alpha[i] + u * c->mass_above_beta[i];
    const float z = clamped(inverse_normal(p, q), c->alpha[i], c->beta[i]);
    const float inverse_density = exp1_f32(0.5f * z * z);
    const float weight_alpha = v * c->density_alpha[i] * inverse_density;
    const float weight_beta = u * c->density_beta[i] * inverse_density;
    return (struct draw){
        clamped(c->mu[i] + c->sigma[i] * z, c->lower, c->upper),
        clamped(1 - (weight_alpha + weight_beta), 0, 1),
        z - (c->alpha[i] * weight_alpha + c->beta[i] * weight_beta),
    };
}

// z = beta - t / h with h = -beta, and t solves t + e t^2 / 2 + R(t) = L, e = 1 / h^2, where L is minus the logarithm of
// the mass below z over that below beta, and R(t) = log(Mills(h) / Mills(h + t/h)), by the asymptotic series of Mills'
// ratio, log Mills(x) = -log x - x^-2 + 5/2 x^-4 - 37/3 x^-6 + 353/4 x^-8 - ...
ELBO_INLINE struct draw far_draw(const struct pass *c, size_t i, float u, float v) {
    const float h = -c->beta[i], e = 1 / (h * h);
    const float log_share = -log1_f32(u + v * c->mass_ratio[i]);
    const float l = log_share > 0 ? log_share : 0;
    // Start: R(t) = e t. Two corrections with a slope that is right to e^2 leave no error that single precision sees.
    float t = 2 * l / ((1 + e) + sqrtf((1 + e) * (1 + e) + 2 * e * l)), r = 0;
    for (int k = 0; k < 3; k++) {
        const float growth = e * t, inverse = 1 / (1 + growth), g = inverse * inverse;
        const float missing = growth * (2 + growth) * g;  // 1 - g
        const float series =
            -1 + e * (2.5f * (1 + g) - e * (37.0f / 3 * (1 + g + g * g) - e * (88.25f * (1 + g) * (1 + g * g))));
        r = log_one_plus_f32(growth) + missing * e * series;
        if (k == 2) break;
        const float slope = 1 + growth + e * inverse * (1 - 2 * e * g);
        t -= (t + 0.5f * e * t * t + r - l) / slope;
        t = t > 0 ? t : 0;
    }
    const float inverse_density = exp1_f32(t + 0.5f * e * t * t);
    const float share_below_alpha = v * c->mass_ratio[i] * inverse_density;
    const float weight_alpha = v * c->density_ratio[i] * inverse_density;
    // 1 minus the weight of beta, without the cancellation.
    const float rest = share_below_alpha - exp_minus_one_below_zero_f32(-r);
    const float distance = t / h;
    return (struct draw){
        clamped(c->upper - c->sigma[i] * distance, c->lower, c->upper),
        clamped(rest - weight_alpha, 0, 1),
        -distance - h * rest - c->alpha[i] * weight_alpha,
    };
}

ELBO_CLONES static void prepare(const elbo_noise_units *units, size_t first, struct pass *c) {
    float mu[WIDTH], log_sigma[WIDTH];
    // The last pass repeats its last unit; what comes out of it there is thrown away.
    for (size_t i = 0; i < WIDTH; i++) {
        const size_t unit = first + i < units->count ? first + i : units->count - 1;
        mu[i] = (float)units->mu[unit];
        log_sigma[i] = (float)units->log_sigma[unit];
    }
    const float lower = (float)units->lower, upper = (float)units->upper;
    ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
        const float sigma = exp1_f32(log_sigma[i]), alpha = (lower - mu[i]) / sigma, beta = (upper - mu[i]) / sigma;
        const float tail_alpha = tail_mass(alpha), tail_beta = tail_mass(beta);
        c->mu[i] = mu[i];
        c->sigma[i] = sigma;
        c->alpha[i] = alpha;
        c->beta[i] = beta;
        c->mass_below_alpha[i] = tail_alpha;
        c->mass_above_alpha[i] = 1 - tail_alpha;
        c->mass_below_beta[i] = beta < 0 ? tail_beta : 1 - tail_beta;
        c->mass_above_beta[i] = beta < 0 ? 1 - tail_beta : tail_beta;
        c->density_alpha[i] = exp1_f32(-0.5f * alpha * alpha);
        c->density_beta[i] = exp1_f32(-0.5f * beta * beta);
        // (beta^2 - alpha^2) / 2 as a product: the squares of two far ends would cancel.
        const float ratio = exp1_f32(0.5f * (upper - lower) / sigma * (beta + alpha));
        c->density_ratio[i] = ratio;
        c->mass_ratio[i] = ratio * mills_ratio(-alpha) / mills_ratio(magnitude_f32(beta));
    }
    c->lower = lower;
    c->upper = upper;
    c->some_near = c->some_far = false;
    for (size_t i = 0; i < WIDTH; i++) {
        if (c->beta[i] < FAR) c->some_far = true;
        else c->some_near = true;
    }
}

// One draw for each unit of a pass.
ELBO_CLONES static void draw_pass(const struct pass *c, const uint32_t *words, float *theta, float *by_mu, float *by_ls) {
    float u[WIDTH], v[WIDTH], log_theta[WIDTH], slope_mu[WIDTH], slope_sigma[WIDTH];
    ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
        u[i] = fraction(words[i]);
        v[i] = fraction(~words[i]);
    }
    if (c->some_near) {
        ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
            const struct draw draw = near_draw(c, i, u[i], v[i]);
            log_theta[i] = draw.log_theta;
            slope_mu[i] = draw.by_mu;
            slope_sigma[i] = draw.by_sigma;
        }
    }
    if (c->some_far) {
        const bool all = !c->some_near;
        ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
            const struct draw draw = far_draw(c, i, u[i], v[i]);
            const bool is_far = all | (c->beta[i] < FAR);
            log_theta[i] = is_far ? draw.log_theta : log_theta[i];
            slope_mu[i] = is_far ? draw.by_mu : slope_mu[i];
            slope_sigma[i] = is_far ? draw.by_sigma : slope_sigma[i];
        }
    }
    ELBO_LOOP for (size_t i = 0; i < WIDTH; i++) {
        theta[i] = exp1_f32(log_theta[i]);
        by_mu[i] = theta[i] * slope_mu[i];
        by_ls[i] = theta[i] * c->sigma[i] * slope_sigma[i];
    }
}

static void draw_share(void *context, size_t begin, size_t end) {
    const struct task *task = context;
    const size_t count = task->units->count;
    for (size_t first = begin; first < end; first += WIDTH) {
        struct pass c;
        prepare(task->units, first, &c);
        const size_t used = end - first < WIDTH ? end - first : WIDTH;
        for (size_t object = 0; object < task->objects; object++) {
            const size_t at = object * count + first;
            if (used == WIDTH) {
                draw_pass(&c, task->words + at, task->theta + at, task->by_mu + at, task->by_log_sigma + at);
                continue;
            }
            uint32_t words[WIDTH] = {0};
            float theta[WIDTH], by_mu[WIDTH], by_log_sigma[WIDTH];
            memcpy(words, task->words + at, used * sizeof *words);
            draw_pass(&c, words, theta, by_mu, by_log_sigma);
            memcpy(task->theta + at, theta, used * sizeof *theta);
            memcpy(task->by_mu + at, by_mu, used * sizeof *by_mu);
            memcpy(task->by_log_sigma + at, by_log_sigma, used * sizeof *by_log_sigma);
        }
    }
}

void elbo_truncated_log_normal_draws(
    const elbo_noise_units *units, const uint32_t *words, size_t objects, float *theta, float *by_mu,
    float *by_log_sigma) {
    if (objects == 0) return;
    struct task task = {units, words, objects, theta, by_mu, by_log_sigma};
    elbo_parallel(units->count, WIDTH, GRAIN / objects + 1, &task, draw_share);
}
