// SPDX-License-Identifier: Apache-2.0
// Functions of one element: y[i] = f(x[i]) for `count` elements, and the derivatives that need only the output.
// In place (y == x) is allowed everywhere.
//
// Accuracy, as the worst error found over every 61st single precision number and 2.4 million double precision ones, in
// units of the last place: exp 1.1, log 0.9, tanh 2.6, sigmoid 2.4, softplus 2.7 in both precisions; sin, cos and power
// 0.5 in single precision; sin and cos 2.3 in double precision, where power is the C library's.

#ifndef ELBO_UNARY_H
#define ELBO_UNARY_H

#include <stddef.h>

/// e^x; gradual underflow to 0, overflow to infinity.
void elbo_exp_f32(const float *x, float *y, size_t count);
void elbo_exp_f64(const double *x, double *y, size_t count);

/// Natural logarithm; -infinity at 0, NaN below 0.
void elbo_log_f32(const float *x, float *y, size_t count);
void elbo_log_f64(const double *x, double *y, size_t count);

/// Hyperbolic tangent, relative accuracy also near 0.
void elbo_tanh_f32(const float *x, float *y, size_t count);
void elbo_tanh_f64(const double *x, double *y, size_t count);

/// 1 / (1 + e^-x).
void elbo_sigmoid_f32(const float *x, float *y, size_t count);
void elbo_sigmoid_f64(const double *x, double *y, size_t count);

/// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).
void elbo_softplus_f32(const float *x, float *y, size_t count);
void elbo_softplus_f64(const double *x, double *y, size_t count);

/// x below 0 becomes 0; NaN stays NaN (so that a broken network is seen, not hidden).
void elbo_relu_f32(const float *x, float *y, size_t count);
void elbo_relu_f64(const double *x, double *y, size_t count);

/// x below 0 becomes slope * x.
void elbo_leaky_relu_f32(const float *x, float *y, size_t count, float slope);
void elbo_leaky_relu_f64(const double *x, double *y, size_t count, double slope);

/// x * x.
void elbo_square_f32(const float *x, float *y, size_t count);
void elbo_square_f64(const double *x, double *y, size_t count);

/// x * x * x.
void elbo_cube_f32(const float *x, float *y, size_t count);
void elbo_cube_f64(const double *x, double *y, size_t count);

/// Square root, correctly rounded; NaN below 0.
void elbo_sqrt_f32(const float *x, float *y, size_t count);
void elbo_sqrt_f64(const double *x, double *y, size_t count);

/// 1 / x, correctly rounded.
void elbo_reciprocal_f32(const float *x, float *y, size_t count);
void elbo_reciprocal_f64(const double *x, double *y, size_t count);

/// |x|.
void elbo_abs_f32(const float *x, float *y, size_t count);
void elbo_abs_f64(const double *x, double *y, size_t count);

/// -1, 0 or 1; the derivative of |x|. NaN stays NaN.
void elbo_sign_f32(const float *x, float *y, size_t count);
void elbo_sign_f64(const double *x, double *y, size_t count);

/// -x.
void elbo_negate_f32(const float *x, float *y, size_t count);
void elbo_negate_f64(const double *x, double *y, size_t count);

/// Sine and cosine in radians. Beyond |x| = 100 000 the C library takes over, element by element.
void elbo_sin_f32(const float *x, float *y, size_t count);
void elbo_sin_f64(const double *x, double *y, size_t count);
void elbo_cos_f32(const float *x, float *y, size_t count);
void elbo_cos_f64(const double *x, double *y, size_t count);

/// x^exponent with the special cases of C's `pow`. Exponents -1, 2 and 3 are computed directly.
void elbo_power_f32(const float *x, float *y, size_t count, float exponent);
void elbo_power_f64(const double *x, double *y, size_t count, double exponent);

/// min(max(x, lower), upper); NaN stays NaN. Precondition: lower <= upper.
void elbo_clamp_f32(const float *x, float *y, size_t count, float lower, float upper);
void elbo_clamp_f64(const double *x, double *y, size_t count, double lower, double upper);

/// factor * x + offset.
void elbo_affine_f32(const float *x, float *y, size_t count, float factor, float offset);
void elbo_affine_f64(const double *x, double *y, size_t count, double factor, double offset);

/// y[i] = value.
void elbo_fill_f32(float *y, size_t count, float value);
void elbo_fill_f64(double *y, size_t count, double value);

/// Single to double precision and back. In place is not possible here.
void elbo_widen(const float *x, double *y, size_t count);
void elbo_narrow(const double *x, float *y, size_t count);

// Derivatives from the saved output: dx[i] = dy[i] * f'(x[i]), written in terms of y = f(x). dx may be dy or y.

/// dy * (1 - y^2).
void elbo_tanh_backward_f32(const float *dy, const float *y, float *dx, size_t count);
void elbo_tanh_backward_f64(const double *dy, const double *y, double *dx, size_t count);

/// dy * y * (1 - y).
void elbo_sigmoid_backward_f32(const float *dy, const float *y, float *dx, size_t count);
void elbo_sigmoid_backward_f64(const double *dy, const double *y, double *dx, size_t count);

/// dy where y > 0, else 0.
void elbo_relu_backward_f32(const float *dy, const float *y, float *dx, size_t count);
void elbo_relu_backward_f64(const double *dy, const double *y, double *dx, size_t count);

/// dy where y > 0, else slope * dy. Precondition: slope >= 0, so that the output has the sign of the input.
void elbo_leaky_relu_backward_f32(const float *dy, const float *y, float *dx, size_t count, float slope);
void elbo_leaky_relu_backward_f64(const double *dy, const double *y, double *dx, size_t count, double slope);

#endif
