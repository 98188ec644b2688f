// SPDX-License-Identifier: Apache-2.0
// Moving elements: strided copies, transposes, rows gathered by index. Source and destination never overlap.

#ifndef ELBO_MOVEMENT_H
#define ELBO_MOVEMENT_H

#include <stddef.h>
#include <stdint.h>

/// y[i] = x[i], shared by threads when large.
void elbo_copy_f32(const float *x, float *y, size_t count);
void elbo_copy_f64(const double *x, double *y, size_t count);

/// y[i · y_strides] = x[i · x_strides] for every index i below `extents`: permutes, slices, broadcasts (x stride 0).
/// Strides are in elements and may be negative. Preconditions: no two indices name one place in y;
/// rank <= ELBO_MAXIMUM_RANK. Rank 0 is one element.
void elbo_copy_strided_f32(
    const float *x, const ptrdiff_t *x_strides, float *y, const ptrdiff_t *y_strides, const size_t *extents,
    size_t rank);
void elbo_copy_strided_f64(
    const double *x, const ptrdiff_t *x_strides, double *y, const ptrdiff_t *y_strides, const size_t *extents,
    size_t rank);

/// The same with y += x: the backward direction of a slice.
void elbo_add_strided_f32(
    const float *x, const ptrdiff_t *x_strides, float *y, const ptrdiff_t *y_strides, const size_t *extents,
    size_t rank);
void elbo_add_strided_f64(
    const double *x, const ptrdiff_t *x_strides, double *y, const ptrdiff_t *y_strides, const size_t *extents,
    size_t rank);

/// y[c, r] = x[r, c]; x is [rows, columns].
void elbo_transpose_f32(const float *x, float *y, size_t rows, size_t columns);
void elbo_transpose_f64(const double *x, double *y, size_t rows, size_t columns);

/// Copies `rows` rows of `length` elements; consecutive rows are x_step and y_step apart. Concatenation and slices
/// along any axis are one call per part: rows = the product of the extents before the axis.
void elbo_copy_rows_f32(const float *x, size_t x_step, float *y, size_t y_step, size_t rows, size_t length);
void elbo_copy_rows_f64(const double *x, size_t x_step, double *y, size_t y_step, size_t rows, size_t length);

/// y[i, :] = x[index[i], :] for i < count. Precondition: every index names a row of x.
void elbo_gather_rows_f32(const float *x, const int32_t *index, float *y, size_t count, size_t length);
void elbo_gather_rows_f64(const double *x, const int32_t *index, double *y, size_t count, size_t length);

/// y[index[i], :] += x[i, :] in the order of i, also where indices repeat: the backward direction of a gather.
void elbo_scatter_add_rows_f32(const float *x, const int32_t *index, float *y, size_t count, size_t length);
void elbo_scatter_add_rows_f64(const double *x, const int32_t *index, double *y, size_t count, size_t length);

#endif
