// SPDX-License-Identifier: Apache-2.0
// Quantiles of the normal distribution in single precision, without branches, so that loops over them vectorise.

#ifndef ELBO_NORMAL_QUANTILE_H
#define ELBO_NORMAL_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

#include "scalar_functions.h"

#define POLYNOMIAL(coefficients, x, result)                                                                           \
    float result = (coefficients)[0];                                                                                 \
    _Pragma("clang loop unroll(full)") for (size_t k = 1; k < sizeof(coefficients) / sizeof((coefficients)[0]); k++)  \
        result = result * (x) + (coefficients)[k];

// The polynomials were fitted by Tests/Golden/probability/noise_coefficients.py, which prints their errors.
static const float central_coefficients[] = {
    4.03542870e-08f, 4.86103488e-07f, -4.99056114e-06f, -6.21798745e-06f, 3.09150200e-04f,
    -1.77301012e-03f, -5.90817118e-03f, 3.48802656e-01f, 2.12331367e+00f,
};
static const float tail_coefficients[] = {
    -2.99192197e-06f, 1.57356171e-05f, -1.36119843e-05f, -2.82710062e-05f, -3.18230668e-05f,
    3.03118693e-04f, -7.04436388e-04f, 5.44199487e-04f, 1.42862701e+00f, 6.05106449e+00f,
};

// z with mass p below and q = 1 - p above it, both given because the smaller one has all the digits.
// z = (p - q) f(w), w = -log(4 p q): f is smooth in w near the middle and in sqrt(w) in the tails.
ELBO_INLINE float inverse_normal(float p, float q) {
    const float w = -log1_f32(4 * p * q);
    const float near = w - 2.5f;
    POLYNOMIAL(central_coefficients, near, central)
    // Not used below 5; the maximum keeps the root away from negative rounding errors.
    const float far = sqrtf(w > 1 ? w : 1) - 4.43465878f;
    POLYNOMIAL(tail_coefficients, far, tail)
    return (p - q) * (w < 5 ? central : tail);
}

// u and v = 1 - u, each with all its digits.
ELBO_INLINE float fraction(uint32_t word) { return ((float)(int32_t)(word >> 1) + 0.5f) * 0x1p-31f; }

#endif
