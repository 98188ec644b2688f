// SPDX-License-Identifier: Apache-2.0
// Sums, maxima and dot products. Sums add in a fixed tree of blocks whose shape depends on the size only: the same
// bits for every number of threads, and an error that grows like the logarithm of the size, not like the size.

#ifndef ELBO_REDUCTIONS_H
#define ELBO_REDUCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The sum of all elements; 0 for none.
float elbo_sum_f32(const float *x, size_t count);
double elbo_sum_f64(const double *x, size_t count);

/// sum of a[i] * b[i]; 0 for none.
float elbo_dot_f32(const float *a, const float *b, size_t count);
double elbo_dot_f64(const double *a, const double *b, size_t count);

/// The largest element; NaN when any is NaN, -infinity for none.
float elbo_max_f32(const float *x, size_t count);
double elbo_max_f64(const double *x, size_t count);

/// True when no element is NaN or infinite; true for none.
bool elbo_all_finite_f32(const float *x, size_t count);
bool elbo_all_finite_f64(const double *x, size_t count);

/// y[r] = sum over c of x[r, c].
void elbo_sum_rows_f32(const float *x, float *y, size_t rows, size_t columns);
void elbo_sum_rows_f64(const double *x, double *y, size_t rows, size_t columns);

/// y[c] = sum over r of x[r, c]; the gradient of a bias. `accumulate` adds to y instead of replacing it.
void elbo_sum_columns_f32(const float *x, float *y, size_t rows, size_t columns, bool accumulate);
void elbo_sum_columns_f64(const double *x, double *y, size_t rows, size_t columns, bool accumulate);

/// y[r] = max over c of x[r, c] (-infinity for no columns), y[c] = max over r of x[r, c]; NaN wins.
void elbo_max_rows_f32(const float *x, float *y, size_t rows, size_t columns);
void elbo_max_rows_f64(const double *x, double *y, size_t rows, size_t columns);
void elbo_max_columns_f32(const float *x, float *y, size_t rows, size_t columns);
void elbo_max_columns_f64(const double *x, double *y, size_t rows, size_t columns);

/// index[r] = the first c at which x[r, c] is largest; the first NaN when there is one. -1 for no columns.
void elbo_argmax_rows_f32(const float *x, int32_t *index, size_t rows, size_t columns);
void elbo_argmax_rows_f64(const double *x, int32_t *index, size_t rows, size_t columns);

/// Reduction over any set of dimensions of a strided array: bit d of `reduced` names dimension d. y is row-major over
/// the remaining dimensions, in order. An empty sum is 0, an empty maximum -infinity.
/// Precondition: rank <= ELBO_MAXIMUM_RANK.
void elbo_sum_strided_f32(
    const float *x, const size_t *extents, const ptrdiff_t *strides, size_t rank, uint32_t reduced, float *y);
void elbo_sum_strided_f64(
    const double *x, const size_t *extents, const ptrdiff_t *strides, size_t rank, uint32_t reduced, double *y);
void elbo_max_strided_f32(
    const float *x, const size_t *extents, const ptrdiff_t *strides, size_t rank, uint32_t reduced, float *y);
void elbo_max_strided_f64(
    const double *x, const size_t *extents, const ptrdiff_t *strides, size_t rank, uint32_t reduced, double *y);

#endif
