// SPDX-License-Identifier: Apache-2.0
// Functions of two elements, y = f(a, b), for equal shapes and with broadcasting. In place (y == a or y == b) is
// allowed where y has as many elements as that input.

#ifndef ELBO_BINARY_H
#define ELBO_BINARY_H

#include <stddef.h>
#include <stdint.h>

/// The most dimensions that any function here handles.
#define ELBO_MAXIMUM_RANK 6

/// Which function of two elements. Maximum and minimum give NaN when either is NaN.
/// Comparisons give 1 or 0 (0 when either is NaN).
typedef enum elbo_operation : uint32_t {
    ELBO_ADD,
    ELBO_SUBTRACT,
    ELBO_MULTIPLY,
    ELBO_DIVIDE,
    ELBO_MAXIMUM,
    ELBO_MINIMUM,
    ELBO_GREATER,
    ELBO_EQUAL,
} elbo_operation;

/// y[i] = f(a[i], b[i]).
void elbo_binary_f32(elbo_operation f, const float *a, const float *b, float *y, size_t count);
void elbo_binary_f64(elbo_operation f, const double *a, const double *b, double *y, size_t count);

/// y[i] = f(a[i], b).
void elbo_binary_scalar_f32(elbo_operation f, const float *a, float b, float *y, size_t count);
void elbo_binary_scalar_f64(elbo_operation f, const double *a, double b, double *y, size_t count);

/// y[i] = f(a, b[i]).
void elbo_scalar_binary_f32(elbo_operation f, float a, const float *b, float *y, size_t count);
void elbo_scalar_binary_f64(elbo_operation f, double a, const double *b, double *y, size_t count);

/// y[r, c] = f(a[r, c], b[c]).
void elbo_binary_row_f32(elbo_operation f, const float *a, const float *b, float *y, size_t rows, size_t columns);
void elbo_binary_row_f64(elbo_operation f, const double *a, const double *b, double *y, size_t rows, size_t columns);

/// y[r, c] = f(a[r, c], b[r]).
void elbo_binary_column_f32(elbo_operation f, const float *a, const float *b, float *y, size_t rows, size_t columns);
void elbo_binary_column_f64(elbo_operation f, const double *a, const double *b, double *y, size_t rows, size_t columns);

/// Broadcasting in general: y is row-major with `extents`; an input's stride is 0 along a broadcast dimension and in
/// elements otherwise. Dimensions are merged and the fast patterns above found, so this is the only entry that a
/// caller with shapes needs. Precondition: rank <= ELBO_MAXIMUM_RANK. Rank 0 is one element.
void elbo_binary_strided_f32(
    elbo_operation f, const float *a, const ptrdiff_t *a_strides, const float *b, const ptrdiff_t *b_strides, float *y,
    const size_t *extents, size_t rank);
void elbo_binary_strided_f64(
    elbo_operation f, const double *a, const ptrdiff_t *a_strides, const double *b, const ptrdiff_t *b_strides,
    double *y, const size_t *extents, size_t rank);

/// y[i] += factor * x[i]. x may be y.
void elbo_axpy_f32(float factor, const float *x, float *y, size_t count);
void elbo_axpy_f64(double factor, const double *x, double *y, size_t count);

/// y[i] += a[i] * b[i]: the accumulating product of backward rules.
void elbo_multiply_add_f32(const float *a, const float *b, float *y, size_t count);
void elbo_multiply_add_f64(const double *a, const double *b, double *y, size_t count);

#endif
