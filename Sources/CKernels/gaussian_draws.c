// SPDX-License-Identifier: Apache-2.0
// Draws of a normal distribution with any covariance: standard normal numbers times a triangular factor, eight points at a
// time and four coordinates of each.

#include "include/elbo_densities.h"
#include "vector_functions.h"

// Coordinates first ..< first + rows of m + L z, over the z of these coordinates. `z` is [dimension, 8].
ELBO_INLINE void coordinates(
    size_t rows, size_t first, const double *mean, const double *factor, size_t dimension, double *z) {
    eight sums[4];
    for (size_t r = 0; r < rows; r++) sums[r] = (eight){0} + mean[first + r];
    // Above the diagonal the factor is 0.
    for (size_t k = 0; k < first + rows; k++) {
        const eight column = *(const eight *)(z + k * EIGHT);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) sums[r] += factor[(first + r) * dimension + k] * column;
    }
    for (size_t r = 0; r < rows; r++) *(eight *)(z + (first + r) * EIGHT) = sums[r];
}

ELBO_CLONES void elbo_gaussian_draws(
    size_t dimension, const double *mean, const double *factor, double *scratch, double *points, double *squares,
    size_t count) {
    for (size_t i = 0; i < count; i += EIGHT) {
        const size_t length = count - i < EIGHT ? count - i : EIGHT;
        double *tile = points + i * dimension;
        eight square = {0};
        for (size_t d = 0; d < dimension; d++) {
            double *z = scratch + d * EIGHT;
            for (size_t p = 0; p < EIGHT; p++) z[p] = p < length ? tile[p * dimension + d] : 0;
            square += *(const eight *)z * *(const eight *)z;
        }
        // From the last coordinate on: those before it need only numbers that are still in place.
        size_t row = dimension;
        for (; row >= 4; row -= 4) coordinates(4, row - 4, mean, factor, dimension, scratch);
        for (; row >= 1; row -= 1) coordinates(1, row - 1, mean, factor, dimension, scratch);
        for (size_t d = 0; d < dimension; d++) {
            for (size_t p = 0; p < length; p++) tile[p * dimension + d] = scratch[d * EIGHT + p];
        }
        for (size_t p = 0; p < length; p++) squares[i + p] = square[p];
    }
}
