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
/// Preconditions: window is 3, padding < window, the window is no larger than the padded map.
typedef struct elbo_winograd {
    size_t batch;
    size_t inputs;   ///< channels C of x
    size_t outputs;  ///< channels O of y
    size_t height;   ///< of x
    size_t width;    ///< of x
    size_t window;
    size_t padding;
} elbo_winograd;

/// Channels per block on this processor: 16 with AVX-512, else 8.
size_t elbo_winograd_block(void);

/// The number of floats of transformed weights.
size_t elbo_winograd_weight_count(const elbo_winograd *convolution);

/// Brings weights into the form in which elbo_winograd_convolve reads them.
///
/// With `transposed`, `weights` are those of the convolution of which `convolution` computes the gradient of the data:
/// they lie as [C / b, O / b, window, window, b of O, b of C], and the window is turned by half a turn.
void elbo_winograd_transform_weights(
    const elbo_winograd *convolution, const float *weights, bool transposed, float *transformed);

/// The number of floats of scratch memory that elbo_winograd_convolve needs for the calling thread's number of threads.
size_t elbo_winograd_scratch_count(const elbo_winograd *convolution);

/// y = activation(convolution of x + bias); `bias` is [O] or null, the activation identity or rectifier.
///
/// The bits do not depend on the number of threads. `scratch` may hold anything.
void elbo_winograd_convolve(
    const elbo_winograd *convolution, const float *x, const float *transformed, const float *bias,
    elbo_activation activation, float *y, float *scratch);

/// The number of floats of scratch memory that elbo_winograd_weight_gradient needs.
size_t elbo_winograd_gradient_scratch_count(const elbo_winograd *convolution);

/// The gradients of the weights and, when `bias_gradient` is not null, of the bias [O], given the gradient `dy` of y.
///
/// The bits do not depend on the number of threads. `scratch` may hold anything.
void elbo_winograd_weight_gradient(
    const elbo_winograd *convolution, const float *x, const float *dy, float *weight_gradient, float *bias_gradient,
    float *scratch);

#endif
