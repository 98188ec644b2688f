// SPDX-License-Identifier: Apache-2.0
// The likelihood of logistic regression at many points at once, in double precision.

#ifndef ELBO_LOGISTIC_H
#define ELBO_LOGISTIC_H

#include <stddef.h>

/// N objects with D features each, in panels of eight objects: panels[n / 8, d, n % 8] = -log2(e) s x[n, d], where s is 1
/// for an object of class 1 and -1 for one of class 0. Places beyond the last object are 0.
typedef struct elbo_logistic_data {
    size_t objects;
    size_t dimension;
    const double *panels;
} elbo_logistic_data;

/// Log likelihoods, nats, and their derivatives at `count` points w, [count, D]:
///
/// values[i] = -sum over n of log(1 + e^-t), t = s w . x[n]; gradients[i, d] = sum over n of s x[n, d] / (1 + e^t).
///
/// `gradients` may be null. Split over threads by points; the bits of a point depend on no other point.
void elbo_logistic_log_likelihood(
    const elbo_logistic_data *data, const double *points, double *values, double *gradients, size_t count);

#endif
