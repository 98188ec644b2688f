// SPDX-License-Identifier: Apache-2.0
// Mixtures of normal distributions of the plane, by log-sum-exp over the components.

#include "include/elbo_densities.h"

#include <math.h>

#include "vector_functions.h"

// t = d - u^2 - v^2: the log density of one component at eight points, in powers of two.
ELBO_INLINE void component(const double *c, bool is_diagonal, const eight *x, const eight *y, eight *t) {
    const eight dx = *x - c[0], dy = *y - c[1];
    const eight u = dx * c[2];
    const eight v = is_diagonal ? dy * c[4] : dx * c[3] + dy * c[4];
    *t = (c[5] - u * u) - v * v;
}

// The way for any numbers: the largest exponent is taken out first.
ELBO_INLINE void shifted_sum(
    const elbo_plane_mixture *mixture, bool is_diagonal, const eight *x, const eight *y, eight *values) {
    eight largest = (eight){0} - (double)INFINITY, sum = {0}, t;
    const eight minus_infinity = largest;
    // Every exponent is computed twice: cheaper than keeping K of them. A NaN is kept.
    for (size_t k = 0; k < mixture->count; k++) {
        component(mixture->components + 6 * k, is_diagonal, x, y, &t);
        largest = SELECT(t <= largest, largest, t);
    }
    for (size_t k = 0; k < mixture->count; k++) {
        component(mixture->components + 6 * k, is_diagonal, x, y, &t);
        const eight difference = t - largest;
        two_to_the(&difference, &t);
        sum += t;
    }
    logarithms(&sum, &t);
    // Infinitely far the differences were NaN; the density is 0 there. A point that has a NaN keeps it.
    *values = SELECT(largest > minus_infinity, largest * LN2 + t, largest);
}

ELBO_INLINE void eight_points(
    const elbo_plane_mixture *mixture, bool is_diagonal, const double *points, double *values) {
    const eight a = *(const eight *)points, b = *(const eight *)(points + EIGHT);
    const eight x = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
    const eight y = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
    const eight threshold = (eight){0} + 1e-280;
    eight sum = {0}, result;
    // Nearly everywhere no power is out of range, and nothing has to be taken out first.
    for (size_t k = 0; mixture->is_tame && k < mixture->count; k++) {
        eight t, power;
        component(mixture->components + 6 * k, is_diagonal, &x, &y, &t);
        two_to_the(&t, &power);
        sum += power;
    }
    // A NaN is not above either, and goes the other way.
    const eight_bits is_safe = sum > threshold;
    logarithms(&sum, &result);
    if (!__builtin_reduce_and(is_safe)) {
        eight shifted;
        shifted_sum(mixture, is_diagonal, &x, &y, &shifted);
        result = SELECT(is_safe, result, shifted);
    }
    memcpy(values, &result, sizeof result);
}

ELBO_INLINE void all_points(
    const elbo_plane_mixture *mixture, bool is_diagonal, const double *points, double *values, size_t count) {
    size_t i = 0;
    for (; i + EIGHT <= count; i += EIGHT) eight_points(mixture, is_diagonal, points + 2 * i, values + i);
    if (i < count) {
        double rest[2 * EIGHT] = {0}, results[EIGHT];
        memcpy(rest, points + 2 * i, 2 * (count - i) * sizeof *rest);
        eight_points(mixture, is_diagonal, rest, results);
        memcpy(values + i, results, (count - i) * sizeof *results);
    }
}

ELBO_CLONES void elbo_plane_mixture_log_density(
    const elbo_plane_mixture *mixture, const double *points, double *values, size_t count) {
    if (mixture->is_diagonal) {
        all_points(mixture, true, points, values, count);
    } else {
        all_points(mixture, false, points, values, count);
    }
}

// Points whose components are counted together.
#define PIECE 64

ELBO_CLONES void elbo_plane_mixture_draws(
    size_t components_count, const double *components, const double *bounds, const double *uniforms, double *points,
    size_t count) {
    for (size_t first = 0; first < count; first += PIECE) {
        const size_t length = count - first < PIECE ? count - first : PIECE;
        // Counting has no branch to guess wrong.
        int64_t component[PIECE] = {0};
        for (size_t k = 0; k + 1 < components_count; k++) {
            const double bound = bounds[k];
            ELBO_LOOP for (size_t i = 0; i < length; i++) component[i] += uniforms[first + i] >= bound;
        }
        for (size_t i = 0; i < length; i++) {
            const double *c = components + 5 * component[i];
            double *point = points + 2 * (first + i);
            const double x = point[0], y = point[1];
            point[0] = c[0] + c[2] * x;
            point[1] = c[1] + c[3] * x + c[4] * y;
        }
    }
}
