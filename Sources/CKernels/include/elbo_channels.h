// SPDX-License-Identifier: Apache-2.0
// One factor per channel on images, and its gradient, in whatever layout the images are: no reorder is needed.

#ifndef ELBO_CHANNELS_H
#define ELBO_CHANNELS_H

#include <stdbool.h>
#include <stddef.h>

/// Where the elements of x[n, c, s] lie: at ((n * blocks + c / block) * spatial + s) * block + c % block, where
/// blocks = ceil(channels / block). This is oneDNN's nChw{block}c; block 1 is plain nchw, block = channels is nhwc.
typedef struct elbo_channel_layout {
    size_t batch;
    size_t channels;
    size_t spatial;  ///< product of the extents after the channels, 1 for a matrix
    size_t block;    ///< 1, channels, or a number from 2 to 64
} elbo_channel_layout;

/// y[n, c, s] = x[n, c, s] * factor[c], or factor[n, c] when `per_sample`. Factors are plain: [channels] or
/// [batch, channels]. The padding channels of a blocked layout become 0. In place is allowed.
void elbo_scale_channels_f32(
    const float *x, const float *factor, bool per_sample, float *y, const elbo_channel_layout *layout);
void elbo_scale_channels_f64(
    const double *x, const double *factor, bool per_sample, double *y, const elbo_channel_layout *layout);

/// y[n, c, s] = x[n, c, s] * factor[c] + offset[c], or with [n, c] when `per_sample`; then the larger of it and 0 when
/// `rectify`. Constants are plain, as above, and so are padding channels. With `copies` k the layout is that of y, and
/// sample n of y is made from sample n / k of x, which has k times fewer. In place is allowed when k is 1.
void elbo_affine_channels_f32(
    const float *x, const float *factor, const float *offset, bool per_sample, size_t copies, bool rectify, float *y,
    const elbo_channel_layout *layout);

/// gradient[c] = sum over n, s of x * dy, or gradient[n, c] = sum over s when `per_sample`.
void elbo_scale_channels_gradient_f32(
    const float *x, const float *dy, bool per_sample, float *gradient, const elbo_channel_layout *layout);
void elbo_scale_channels_gradient_f64(
    const double *x, const double *dy, bool per_sample, double *gradient, const elbo_channel_layout *layout);

#endif
