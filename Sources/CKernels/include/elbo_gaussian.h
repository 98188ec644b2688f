// SPDX-License-Identifier: Apache-2.0
// Normal weights: noise on outputs drawn from a counter-based random stream, variances, and the divergence of weights.

#ifndef ELBO_GAUSSIAN_H
#define ELBO_GAUSSIAN_H

#include <stddef.h>
#include <stdint.h>

#include "elbo_random.h"

/// The first `count` words, on the threads of the caller.
void elbo_fill_random_words(const elbo_random_words *stream, uint32_t *words, size_t count);

/// Normal variables, one word each:
///
/// y = max(mean + deviation e, lowest), deviation = sqrt(variance + floor), e = Phi^-1((word + 1/2) / 2^32);
/// slope = e / (2 deviation), the derivative of the argument of max by the variance.
///
/// e is within 2e-6 of itself. A variance below 0, which rounding leaves, counts as 0 with slope 0. `lowest` is -infinity
/// for no maximum; NaN stays NaN. y may be the mean, slope the variance.
void elbo_gaussian_noise_f32(
    const elbo_random_words *stream, const float *mean, const float *variance, float floor, float lowest, float *y,
    float *slope, size_t count);

// For weights w with variance s = exp(log_variance), log alpha = log_variance - log w^2 (infinite for w = 0).

/// variance[i] = 0 where log alpha >= threshold, else exp(log_variance[i]); an infinite threshold keeps all of them.
void elbo_weight_variances_f32(
    const float *weights, const float *log_variances, float threshold, float *variances, size_t count);

/// The sum of the divergences of weights from the log-uniform prior, nats [MAV17]: per weight
///
/// k1 - k1 sigmoid(k2 + k3 a) + log(1 + e^-a) / 2, a = log alpha limited to [-8, 8],
/// k1 = 0.63576, k2 = 1.87320, k3 = 1.48695.
double elbo_weight_divergence_f32(const float *weights, const float *log_variances, size_t count);

/// Adds `scale` times the derivatives of that divergence: by_weight[i] += scale dKL/dw, by_log_variance[i] += ….
///
/// Where the limits hold log alpha, both derivatives are 0.
void elbo_weight_divergence_slopes_f32(
    const float *weights, const float *log_variances, float scale, float *by_weight, float *by_log_variance,
    size_t count);

#endif
