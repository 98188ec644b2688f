// SPDX-License-Identifier: Apache-2.0
// The likelihood of logistic regression: four points at a time against panels of eight objects, so that what is read of
// an object is used four times and all between the features and the sums stays in registers.

#include "include/elbo_logistic.h"

#include <math.h>

#include "include/elbo_parallel.h"
#include "vector_functions.h"

// Points of a tile.
#define POINTS 4
// Panels whose slopes are kept before they are multiplied by the features.
#define PANELS 32
// Every object multiplies by 2 at most: so many panels fit below the largest double, 2^1024.
#define PANELS_PER_LOGARITHM (16 * PANELS)
// Multiplications of a feature and a weight, with about 30 for every object's exponential, worth a fifth of a
// millisecond: chains call this thousands of times a second, and on a processor that other programs use as well every
// meeting of two threads may take a time slice.
#define GRAIN 1600000
#define WORK_PER_OBJECT 30

// Sums over eight objects of a tile.
struct sums {
    eight products[POINTS];   // of 1 + 2^-|z|: one logarithm for hundreds of factors
    eight logarithms[POINTS];
    eight positive[POINTS];   // of max(z, 0)
};

static double sum_of(const eight *x) {
    const eight v = *x;
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

// z = w . x log2(e) for the tile's points.
ELBO_INLINE void exponents(const double *panel, size_t dimension, const double *const *weights, eight *z) {
    for (int p = 0; p < POINTS; p++) z[p] = (eight){0};
    for (size_t d = 0; d < dimension; d++) {
        const eight row = *(const eight *)(panel + d * EIGHT);
#pragma clang loop unroll(full)
        for (int p = 0; p < POINTS; p++) z[p] += weights[p][d] * row;
    }
}

// log(1 + e^x) = log 2 (max(z, 0) + log2(1 + 2^-|z|)) for x = z log 2; its slope is 1 / (1 + e^-x).
ELBO_INLINE void add_losses(const eight *z, struct sums *sums, double *slopes) {
    const eight zero = {0};
#pragma clang loop unroll(full)
    for (int p = 0; p < POINTS; p++) {
        const eight minus = (eight)((eight_words)z[p] | 0x8000000000000000);
        eight small;
        two_to_the(&minus, &small);
        // Times 1 + small, in one operation.
        sums->products[p] += sums->products[p] * small;
        // A NaN is not below 0 and stays.
        sums->positive[p] += SELECT(z[p] < zero, zero, z[p]);
        if (slopes) {
            const eight far = 1 / (1 + small);
            *(eight *)(slopes + p * PANELS * EIGHT) = SELECT(z[p] > zero, far, small * far);
        }
    }
}

// gradients[p][d] -= log 2 times the sum over some panels of slope and feature.
ELBO_INLINE void add_gradients(
    const double *panels, size_t count, size_t dimension, const double *slopes, double *const *gradients,
    size_t points) {
    for (size_t d = 0; d < dimension; d++) {
        eight sums[POINTS] = {0};
        for (size_t j = 0; j < count; j++) {
            const eight row = *(const eight *)(panels + (j * dimension + d) * EIGHT);
#pragma clang loop unroll(full)
            for (int p = 0; p < POINTS; p++) sums[p] += row * *(const eight *)(slopes + (p * PANELS + j) * EIGHT);
        }
        for (size_t p = 0; p < points; p++) gradients[p][d] -= LN2 * sum_of(&sums[p]);
    }
}

// Gradients may be null, and are added to for the first `points` of the tile.
ELBO_INLINE void tile(
    const elbo_logistic_data *data, const double *const *weights, double *values, double *const *gradients,
    size_t points) {
    const size_t dimension = data->dimension, panels = (data->objects + EIGHT - 1) / EIGHT;
    const size_t missing = panels * EIGHT - data->objects;
    const eight_bits lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    const eight_bits is_object = lanes < (eight_bits){0} + (int64_t)(EIGHT - missing);
    double slopes[POINTS * PANELS * EIGHT] __attribute__((aligned(64)));
    struct sums sums = {0};
    for (int p = 0; p < POINTS; p++) sums.products[p] = (eight){0} + 1;
    for (size_t first = 0; first < panels; first += PANELS) {
        const size_t count = panels - first < PANELS ? panels - first : PANELS;
        const double *block = data->panels + first * dimension * EIGHT;
        for (size_t j = 0; j < count; j++) {
            eight z[POINTS];
            exponents(block + j * dimension * EIGHT, dimension, weights, z);
            // A missing object has the factor 1 + 2^0 = 2, also where 0 times a weight is no number.
            if (first + j + 1 == panels) {
                for (int p = 0; p < POINTS; p++) z[p] = SELECT(is_object, z[p], (eight){0});
            }
            add_losses(z, &sums, gradients ? slopes + j * EIGHT : NULL);
        }
        const size_t done = first + count;
        if (done % PANELS_PER_LOGARITHM == 0 || done == panels) {
            for (int p = 0; p < POINTS; p++) {
                eight product = sums.products[p], logs;
                // The factors of missing objects out again, exactly.
                if (done == panels) product *= SELECT(is_object, (eight){0} + 1, (eight){0} + 0.5);
                logarithms(&product, &logs);
                sums.logarithms[p] += logs;
                sums.products[p] = (eight){0} + 1;
            }
        }
        if (gradients) add_gradients(block, count, dimension, slopes, gradients, points);
    }
    for (int p = 0; p < POINTS; p++) values[p] = -(LN2 * sum_of(&sums.positive[p]) + sum_of(&sums.logarithms[p]));
}

// Two functions, so that the one without gradients keeps nothing for them.
ELBO_CLONES static void four_values(const elbo_logistic_data *data, const double *const *weights, double *values) {
    tile(data, weights, values, NULL, 0);
}

ELBO_CLONES static void four_gradients(
    const elbo_logistic_data *data, const double *const *weights, double *values, double *const *gradients,
    size_t points) {
    tile(data, weights, values, gradients, points);
}

struct task {
    const elbo_logistic_data *data;
    const double *points;
    double *values, *gradients;
};

static void share(void *context, size_t begin, size_t end) {
    const struct task *task = context;
    const size_t dimension = task->data->dimension;
    for (size_t first = begin; first < end; first += POINTS) {
        const size_t count = end - first < POINTS ? end - first : POINTS;
        // The last tile is filled with its last point: a point has the same bits in every tile.
        const double *weights[POINTS];
        double *gradients[POINTS], values[POINTS];
        for (size_t p = 0; p < POINTS; p++) {
            const size_t row = (first + (p < count ? p : count - 1)) * dimension;
            weights[p] = task->points + row;
            gradients[p] = task->gradients ? task->gradients + row : NULL;
        }
        if (task->gradients) {
            memset(gradients[0], 0, count * dimension * sizeof(double));
            four_gradients(task->data, weights, values, gradients, count);
        } else {
            four_values(task->data, weights, values);
        }
        memcpy(task->values + first, values, count * sizeof *values);
    }
}

void elbo_logistic_log_likelihood(
    const elbo_logistic_data *data, const double *points, double *values, double *gradients, size_t count) {
    struct task task = {data, points, values, gradients};
    elbo_parallel(count, POINTS, GRAIN / (data->objects * (data->dimension + WORK_PER_OBJECT) + 1) + 1, &task, share);
}
