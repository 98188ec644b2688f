// SPDX-License-Identifier: Apache-2.0
// Draws of multiplicative noise: truncated log-normal scales of units, with their pathwise derivatives.

#ifndef ELBO_NOISE_H
#define ELBO_NOISE_H

#include <stddef.h>
#include <stdint.h>

/// The truncated log-normal distributions of `count` units: log theta is a normal variable with mean mu[c] and
/// standard deviation exp(log_sigma[c]), conditioned to lie between `lower` and `upper`.
///
/// Allowed: lower < upper, mu >= lower (above `upper` is fine), log_sigma from -20 to 5.
typedef struct elbo_noise_units {
    size_t count;
    const double *mu;
    const double *log_sigma;
    double lower;
    double upper;
} elbo_noise_units;

/// One draw for each of `objects` objects and each unit, all arrays [objects, units->count]:
///
/// theta = exp(mu + sigma z), Phi(z) = (1 - u) Phi(alpha) + u Phi(beta) with u = (word + 1/2) / 2^32,
/// alpha = (lower - mu) / sigma, beta = (upper - mu) / sigma;
/// by_mu = d theta / d mu and by_log_sigma = d theta / d log_sigma for fixed u.
///
/// In single precision. Against the same formulas in exact arithmetic, for log_sigma up to 4: theta within 2e-5 of
/// itself, by_mu within 1e-4 theta, by_log_sigma within 1e-4 of the larger of itself and theta.
void elbo_truncated_log_normal_draws(
    const elbo_noise_units *units, const uint32_t *words, size_t objects, float *theta, float *by_mu,
    float *by_log_sigma);

/// The gradients of KL(q || p) by mu and by log_sigma for each unit, [units->count] each: q is the unit's distribution, p is
/// uniform in log theta between the bounds.
///
/// In double precision, within 1e-8 of themselves. The bits do not depend on the number of threads.
void elbo_truncated_log_normal_divergence_slopes(const elbo_noise_units *units, double *by_mu, double *by_log_sigma);

#endif
