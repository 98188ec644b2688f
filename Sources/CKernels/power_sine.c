// SPDX-License-Identifier: Apache-2.0
// Powers with a scalar exponent, sine and cosine. Single precision computes in double precision and rounds once,
// which costs half the speed and needs no care about cancellation.

#include "include/elbo_unary.h"

#include "include/elbo_parallel.h"
#include "scalar_functions.h"

#define GRAIN 1024
#define UNIT 16

// x = n pi/2 + r. pi/2 in three parts of 33 bits: n * part is exact for |n| < 2^20, hence the bound on |x|.
#define LARGEST_ANGLE 1e5
static const double half_pi_1 = 0x1.921fb544p+0, half_pi_2 = 0x1.0b4611a6p-34, half_pi_3 = 0x1.3198a2e037073p-69;

// 1/3!, 1/5!, ... and 1/2!, 1/4!, ... with alternating signs; (pi/4)^18 / 18! is below 2^-58.
static const double sine_series[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800,
                                     1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
static const double cosine_series[] = {-1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
                                       1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000};

// sin(x + quarter pi/2)
ELBO_INLINE double sine(double x, uint64_t quarter) {
    const double shift = 0x1.8p52;
    const double shifted = x * 0.63661977236758134308 + shift;
    const double n = shifted - shift;
    const double r = ((x - n * half_pi_1) - n * half_pi_2) - n * half_pi_3;
    const double r2 = r * r;
    double s = sine_series[7], c = cosine_series[7];
#pragma clang loop unroll(full)
    for (int k = 6; k >= 0; k--) {
        s = s * r2 + sine_series[k];
        c = c * r2 + cosine_series[k];
    }
    s = r + r * r2 * s;
    c = 1 + r2 * c;
    const uint64_t octant = bits_of_f64(shifted) + quarter;
    const double value = (octant & 1) ? c : s;
    return from_bits_f64(bits_of_f64(value) ^ ((octant & 2) << 62));
}

// |x|^exponent; the sign of an odd power of a negative number is put back afterwards.
ELBO_INLINE double power(float x, double exponent, int is_integer, int is_odd) {
    const double size = magnitude_f64(x);
    const double p = exp1_f64(exponent * log1_f64(size));
    const double signed_p = is_odd ? with_sign_of_f64(p, x) : p;
    return x < 0 && x > -INFINITY && !is_integer ? (double)NAN : signed_p;
}

struct map {
    void (*loop)(const void *x, void *y, size_t begin, size_t end, double a);
    const void *x;
    void *y;
    double a;
};

static void map_share(void *context, size_t begin, size_t end) {
    const struct map *m = context;
    m->loop(m->x, m->y, begin, end, m->a);
}

static void run_map(struct map map, size_t count) { elbo_parallel(count, UNIT, GRAIN, &map, map_share); }

// The vector loop over blocks whose angles are all small enough, the C library for the others.
#define ANGLE_FUNCTION(name, real, suffix, quarter, library)                                                          \
    ELBO_CLONES static int name##_block##suffix(const real *x, real *y) {                                             \
        int large = 0;                                                                                                \
        for (size_t i = 0; i < UNIT; i++) large |= !(magnitude_f64(x[i]) < LARGEST_ANGLE);                            \
        if (large) return 0;                                                                                          \
        ELBO_LOOP for (size_t i = 0; i < UNIT; i++) y[i] = (real)sine(x[i], quarter);                                 \
        return 1;                                                                                                     \
    }                                                                                                                 \
    static void name##_loop##suffix(const void *from, void *to, size_t begin, size_t end, double a) {                 \
        (void)a;                                                                                                      \
        const real *x = from;                                                                                         \
        real *y = to;                                                                                                 \
        size_t i = begin;                                                                                             \
        while (i < end) {                                                                                             \
            if (i + UNIT <= end && name##_block##suffix(x + i, y + i)) {                                              \
                i += UNIT;                                                                                            \
                continue;                                                                                             \
            }                                                                                                         \
            const size_t stop = i + UNIT < end ? i + UNIT : end;                                                      \
            for (; i < stop; i++) y[i] = (real)library((double)x[i]);                                                 \
        }                                                                                                             \
    }                                                                                                                 \
    void elbo_##name##suffix(const real *x, real *y, size_t count) {                                                  \
        run_map((struct map){name##_loop##suffix, x, y, 0}, count);                                                   \
    }

ANGLE_FUNCTION(sin, float, _f32, 0, sin)
ANGLE_FUNCTION(sin, double, _f64, 0, sin)
ANGLE_FUNCTION(cos, float, _f32, 1, cos)
ANGLE_FUNCTION(cos, double, _f64, 1, cos)

ELBO_CLONES static void power_loop_f32(const void *from, void *to, size_t begin, size_t end, double exponent) {
    const float *x = from;
    float *y = to;
    const int is_integer = trunc(exponent) == exponent, is_odd = is_integer && fmod(exponent, 2) != 0;
    ELBO_LOOP for (size_t i = begin; i < end; i++) y[i] = (float)power(x[i], exponent, is_integer, is_odd);
}

// e^(p log x) would lose digits here, so double precision leaves it to the C library.
static void power_loop_f64(const void *from, void *to, size_t begin, size_t end, double exponent) {
    const double *x = from;
    double *y = to;
    for (size_t i = begin; i < end; i++) y[i] = pow(x[i], exponent);
}

void elbo_power_f32(const float *x, float *y, size_t count, float exponent) {
    if (exponent == 0) {
        elbo_fill_f32(y, count, 1);
    } else if (exponent == 1) {
        elbo_affine_f32(x, y, count, 1, 0);
    } else if (exponent == 2) {
        elbo_square_f32(x, y, count);
    } else if (exponent == 3) {
        elbo_cube_f32(x, y, count);
    } else if (exponent == -1) {
        elbo_reciprocal_f32(x, y, count);
    } else if (isfinite(exponent)) {
        run_map((struct map){power_loop_f32, x, y, exponent}, count);
    } else {
        for (size_t i = 0; i < count; i++) y[i] = powf(x[i], exponent);
    }
}

void elbo_power_f64(const double *x, double *y, size_t count, double exponent) {
    if (exponent == 2) {
        elbo_square_f64(x, y, count);
    } else if (exponent == 3) {
        elbo_cube_f64(x, y, count);
    } else if (exponent == -1) {
        elbo_reciprocal_f64(x, y, count);
    } else {
        run_map((struct map){power_loop_f64, x, y, exponent}, count);
    }
}
