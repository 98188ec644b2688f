// SPDX-License-Identifier: Apache-2.0
// Convolutions with fewer multiplications: Winograd's minimal filtering [LG16] over channels in blocks, in single
// precision. Right for every size; where it is faster than a direct convolution is for the caller to know.

#ifndef ELBO_WINOGRAD_H
#define ELBO_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>

#include "elbo_matrix_product.h"

/// A convolution with stride 1: y[n, o, i, j] = bias[o] + sum of x[n, c, i + p - padding, j + q - padding] w[o, c, p, q].
///
/// Maps x and y lie in blocks of channels, [N, C / b, H, W, b] with b = elbo_winograd_block(), weights as
/// [O / b, C / b, window, window, b of C, b of O] (oneDNN's nChw8c and OIhw8i8o, or 16). Channels beyond C and O are 0 in
/// inputs and become 0 in outputs. Height and width of y are height + 2 padding - window + 1 and so on.
///
/// Preconditions: window is 3 or 5, padding < window, the window is no larger than the padded map.
typedef struct elbo_winograd {
    size_t batch;
    size_t inputs;   ///< channels C of x
    size_t outputs;  ///< channels O of y
    size_t height;   ///< of x
    size_t width;    ///< of x
    size_t window;
    size_t padding;
} elbo_winograd;

/// What is computed of a convolution: y, the gradient of x, or the gradient of the weights.
typedef enum elbo_winograd_direction : uint32_t {
    ELBO_WINOGRAD_OUTPUT,
    ELBO_WINOGRAD_DATA_GRADIENT,
    ELBO_WINOGRAD_WEIGHT_GRADIENT
} elbo_winograd_direction;

/// Channels per block on this processor: 16 with AVX-512, else 8.
size_t elbo_winograd_block(void);

/// The number of floats of scratch memory that a direction needs with the calling thread's number of threads.
size_t elbo_winograd_scratch_count(const elbo_winograd *convolution, elbo_winograd_direction direction);

/// The number of floats of weights transformed for the output or for the gradient of the data.
size_t elbo_winograd_weight_count(const elbo_winograd *convolution, elbo_winograd_direction direction);

/// Brings weights into the form in which elbo_winograd_convolve or elbo_winograd_data_gradient reads them.
void elbo_winograd_transform_weights(
    const elbo_winograd *convolution, elbo_winograd_direction direction, const float *weights, float *transformed);

/// y = activation(convolution of x + bias); `bias` is [O] or null, the activation identity or rectifier.
///
/// `scratch` may hold anything. The bits do not depend on the number of threads, here and below.
void elbo_winograd_convolve(
    const elbo_winograd *convolution, const float *x, const float *transformed, const float *bias,
    elbo_activation activation, float *y, float *scratch);

/// The gradient `dx` of x, given the gradient `dy` of y.
void elbo_winograd_data_gradient(
    const elbo_winograd *convolution, const float *dy, const float *transformed, float *dx, float *scratch);

/// The gradients of the weights and, when `bias_gradient` is not null, of the bias [O], given the gradient `dy` of y.
void elbo_winograd_weight_gradient(
    const elbo_winograd *convolution, const float *x, const float *dy, float *weight_gradient, float *bias_gradient,
    float *scratch);

#endif
