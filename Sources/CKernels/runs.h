// SPDX-License-Identifier: Apache-2.0
// Reductions of one contiguous run on the calling thread, and of the columns of one matrix: what the functions of
// elbo_reductions.h and elbo_channels.h are assembled from.

#ifndef ELBO_RUNS_H
#define ELBO_RUNS_H

#include <stdbool.h>
#include <stddef.h>

/// Sum of a run, or of the products with a second one when `b` is not null; accumulated over blocks in double.
double elbo_run_sum_f32(const float *a, const float *b, size_t count);
double elbo_run_sum_f64(const double *a, const double *b, size_t count);

/// Largest element of a run, NaN wins, -infinity when empty.
float elbo_run_max_f32(const float *x, size_t count);
double elbo_run_max_f64(const double *x, size_t count);

/// y[c] = sum over r of a[r * row_stride + c], times b at the same place when `b` is not null; or y[c] +=.
/// Splits over threads; the bits depend on the sizes only.
void elbo_column_sums_f32(
    const float *a, const float *b, float *y, size_t rows, size_t columns, size_t row_stride, bool accumulate);
void elbo_column_sums_f64(
    const double *a, const double *b, double *y, size_t rows, size_t columns, size_t row_stride, bool accumulate);

#endif
