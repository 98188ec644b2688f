// SPDX-License-Identifier: Apache-2.0
// Softmax over the rows of a [rows, columns] matrix, its logarithm, their gradients, and the cross entropy of labels.
// Each row is shifted by its maximum first, so large logits neither overflow nor lose digits.

#ifndef ELBO_SOFTMAX_H
#define ELBO_SOFTMAX_H

#include <stddef.h>
#include <stdint.h>

/// y[r, c] = e^x[r, c] / sum over k of e^x[r, k]. In place is allowed. A row with NaN or +infinity becomes NaN.
void elbo_softmax_f32(const float *x, float *y, size_t rows, size_t columns);
void elbo_softmax_f64(const double *x, double *y, size_t rows, size_t columns);

/// dx = y (dy - sum over k of dy[k] y[k]), y being the softmax. dx may be dy or y.
void elbo_softmax_backward_f32(const float *dy, const float *y, float *dx, size_t rows, size_t columns);
void elbo_softmax_backward_f64(const double *dy, const double *y, double *dx, size_t rows, size_t columns);

/// y[r, c] = x[r, c] - log sum over k of e^x[r, k]. In place is allowed.
void elbo_log_softmax_f32(const float *x, float *y, size_t rows, size_t columns);
void elbo_log_softmax_f64(const double *x, double *y, size_t rows, size_t columns);

/// dx = dy - e^y sum over k of dy[k], y being the log-softmax. dx may be dy or y.
void elbo_log_softmax_backward_f32(const float *dy, const float *y, float *dx, size_t rows, size_t columns);
void elbo_log_softmax_backward_f64(const double *dy, const double *y, double *dx, size_t rows, size_t columns);

/// Cross entropy in nats and its gradient in one pass over the logits.
///
/// losses[r] = -log softmax(x[r])[labels[r]], gradient[r, c] = scale (softmax(x[r])[c] - [c == labels[r]]).
/// Either result may be null. A label outside 0 ..< columns makes its row NaN in both.
void elbo_softmax_cross_entropy_f32(
    const float *x, const int32_t *labels, size_t rows, size_t columns, float scale, float *losses, float *gradient);
void elbo_softmax_cross_entropy_f64(
    const double *x, const int32_t *labels, size_t rows, size_t columns, double scale, double *losses,
    double *gradient);

#endif
