// SPDX-License-Identifier: Apache-2.0
// Optimizer updates over all parameter tensors of a model in one parallel region: a region costs as much as the
// update of a small tensor, and a model has dozens of them. Element by element, so any split gives the same bits.

#ifndef ELBO_OPTIMIZERS_H
#define ELBO_OPTIMIZERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One parameter tensor with its gradient and the state that the method keeps; unused state pointers may be null.
typedef struct elbo_parameter_f32 {
    float *weights;
    const float *gradient;
    float *first;   ///< Adam: first moment m. Momentum: velocity. RMSprop: velocity, when momentum is not 0.
    float *second;  ///< Adam, RMSprop: running mean of squared gradients.
    size_t count;
} elbo_parameter_f32;

/// The same in double precision.
typedef struct elbo_parameter_f64 {
    double *weights;
    const double *gradient;
    double *first;
    double *second;
    size_t count;
} elbo_parameter_f64;

/// Adam with bias correction (Kingma and Ba 2015, algorithm 1); `decoupled` is AdamW (Loshchilov and Hutter 2019).
///
/// g' = g + weight_decay w (only when not decoupled), m = beta1 m + (1 - beta1) g', v = beta2 v + (1 - beta2) g'^2,
/// w = w (1 - learning_rate weight_decay) (only when decoupled),
/// w = w - learning_rate (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon).
typedef struct elbo_adam_settings {
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    bool decoupled;
    uint64_t step;  ///< 1 for the first update.
} elbo_adam_settings;

void elbo_adam_f32(const elbo_parameter_f32 *parameters, size_t parameter_count, const elbo_adam_settings *settings);
void elbo_adam_f64(const elbo_parameter_f64 *parameters, size_t parameter_count, const elbo_adam_settings *settings);

/// Stochastic gradient descent. g' = g + weight_decay w; with momentum u: u = momentum u + g', and the direction is u,
/// or g' + momentum u with Nesterov; without (momentum 0, `first` unused) it is g'. w = w - learning_rate direction.
typedef struct elbo_sgd_settings {
    double learning_rate;
    double momentum;
    double weight_decay;
    bool nesterov;
} elbo_sgd_settings;

void elbo_sgd_f32(const elbo_parameter_f32 *parameters, size_t parameter_count, const elbo_sgd_settings *settings);
void elbo_sgd_f64(const elbo_parameter_f64 *parameters, size_t parameter_count, const elbo_sgd_settings *settings);

/// RMSprop (Tieleman and Hinton 2012). v = decay v + (1 - decay) g'^2, d = g' / (sqrt(v) + epsilon);
/// with momentum u: u = momentum u + d and the direction is u, else d. w = w - learning_rate direction.
typedef struct elbo_rmsprop_settings {
    double learning_rate;
    double decay;
    double epsilon;
    double momentum;
    double weight_decay;
} elbo_rmsprop_settings;

void elbo_rmsprop_f32(
    const elbo_parameter_f32 *parameters, size_t parameter_count, const elbo_rmsprop_settings *settings);
void elbo_rmsprop_f64(
    const elbo_parameter_f64 *parameters, size_t parameter_count, const elbo_rmsprop_settings *settings);

#endif
