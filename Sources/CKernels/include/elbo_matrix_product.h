// SPDX-License-Identifier: Apache-2.0
// Matrix products for small sizes, where a call into a general library costs more than the arithmetic; right for all
// sizes, but beyond a few hundred per side oneDNN's sgemm is faster in single precision.

#ifndef ELBO_MATRIX_PRODUCT_H
#define ELBO_MATRIX_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What is applied to every element of a product after the bias.
typedef enum elbo_activation : uint32_t { ELBO_IDENTITY, ELBO_RELU, ELBO_TANH } elbo_activation;

/// The shape of c = activation(A B + bias), or c = activation(c + A B + bias) when `accumulate`.
///
/// A is [rows, inner], B is [inner, columns], c is [rows, columns]. A is stored row-major, or as its transpose
/// [inner, rows] when `transpose_a`; so is B. A stride is the distance between stored rows, at least their length.
typedef struct elbo_product {
    size_t rows;
    size_t columns;
    size_t inner;
    size_t a_stride;
    size_t b_stride;
    size_t c_stride;
    bool transpose_a;
    bool transpose_b;
    bool accumulate;
    elbo_activation activation;
} elbo_product;

/// The product; `bias` is [columns] or null. An inner size of 0 gives sums of 0. c overlaps no input.
/// The bits do not depend on the number of threads.
void elbo_matrix_product_f32(const elbo_product *product, const float *a, const float *b, const float *bias, float *c);
void elbo_matrix_product_f64(
    const elbo_product *product, const double *a, const double *b, const double *bias, double *c);

#endif
