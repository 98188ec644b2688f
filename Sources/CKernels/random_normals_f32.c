// SPDX-License-Identifier: Apache-2.0
// Standard normal numbers of single precision, rounded like the scalar function of Probability: to the same bits.

#pragma clang fp contract(off)

#include "include/elbo_random.h"

#include <math.h>
#include <string.h>

#include "processor.h"

// The polynomials were fitted by Tests/Golden/probability/normal_coefficients.py; the meaning of each step is told at
// normalFromWord in Sources/Probability.
static const float log_coefficients[] = {
    -0.07362868f, 0.12620327f, -0.13202104f, 0.14227115f, -0.1662137f, 0.19999826f, -0.25000852f, 0.33333355f,
};
static const float central_coefficients[] = {
    4.0354287e-08f, 4.8610349e-07f, -4.990561e-06f, -6.2179874e-06f, 0.0003091502f,
    -0.0017730102f, -0.0059081707f, 0.34880266f, 2.1233137f,
};
static const float far_coefficients[] = {
    5.4614859e-05f, 7.832841e-06f, -0.0004383911f, 0.00081030384f, -0.0009842791f,
    0.0016030344f, -0.0031124109f, 0.0048832386f, 1.424389f, 4.679877f,
};

#define POLYNOMIAL(coefficients, x, result)                                                                           \
    float result = (coefficients)[0];                                                                                 \
    _Pragma("clang loop unroll(full)") for (size_t k = 1; k < sizeof(coefficients) / sizeof((coefficients)[0]); k++)  \
        result = result * (x) + (coefficients)[k];

ELBO_INLINE uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ELBO_INLINE float from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

ELBO_INLINE float normal(uint32_t word) {
    const int is_lower = word < 0x80000000;
    const int32_t low_bits = (int32_t)(is_lower ? word : ~word);
    const float tail = ((float)low_bits + 0.5f) * 0x1p-31f;
    const float x = ((float)(INT32_MAX - low_bits) + 0.5f) * 0x1p-31f;

    const int32_t bits = (int32_t)bits_of(tail * (2 - tail));
    const int32_t exponent = (bits - 0x3F3504F3) >> 23;
    const float f = from_bits((uint32_t)bits - ((uint32_t)exponent << 23)) - 1;
    POLYNOMIAL(log_coefficients, f, log_polynomial)
    const float w = -((float)exponent * 0.6931472f + (f - f * f * (0.5f - f * log_polynomial)));

    const float c = w - 2.5f;
    POLYNOMIAL(central_coefficients, c, central)
    const float d = sqrtf(w > 1 ? w : 1) - 3.4738778f;
    POLYNOMIAL(far_coefficients, d, far)
    const float magnitude = x * (w < 5 ? central : far);
    return is_lower ? -magnitude : magnitude;
}

ELBO_CLONES void elbo_normal_numbers_f32(float *numbers, size_t count) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) numbers[i] = normal(bits_of(numbers[i]));
}
