// SPDX-License-Identifier: Apache-2.0
// Powers and logarithms of eight doubles at once, for kernels that keep their numbers in registers between the loops.
// Vectors go in and out by pointer: by value their calling convention would depend on the processor level.

#ifndef ELBO_VECTOR_FUNCTIONS_H
#define ELBO_VECTOR_FUNCTIONS_H

#include <stdint.h>
#include <string.h>

#include "processor.h"

#define EIGHT 8
typedef double eight __attribute__((vector_size(64), aligned(8), may_alias));
typedef int64_t eight_bits __attribute__((vector_size(64), aligned(8), may_alias));
typedef uint64_t eight_words __attribute__((vector_size(64), aligned(8), may_alias));
// A vector of one, for functions that are written once for both.
typedef double single __attribute__((vector_size(8)));
typedef uint64_t single_words __attribute__((vector_size(8)));

#define LN2 0.69314718055994530942
#define LOG2_E 1.44269504088896340736

// mask ? a : b, lane by lane; a comparison of vectors gives all bits or none.
#define SELECT(mask, a, b) ((eight)(((mask) & (eight_bits)(a)) | (~(mask) & (eight_bits)(b))))

// 2^r for |r| <= 1/2: the series with the coefficients ln(2)^k / k! up to k = 12, whose next term is below 2e-16, and
// then two degrees less by Chebyshev's polynomials: x^n is replaced by x^n - T_n(x) / 2^(n - 1), x = 2 r, which differs by
// 2^(1 - n) at most. E12 and E11 are the coefficients of x^12 and x^11 over that power of two; together they are 2e-16.
#define P2 (LN2 * LN2)
#define P4 (P2 * P2)
#define P8 (P4 * P4)
#define E12 (P8 * P4 / 479001600 / 4096 / 2048)
#define E11 (P8 * P2 * LN2 / 39916800 / 2048 / 1024)
static const double power_series[] = {
    1,
    LN2 + 11 * 2 * E11,
    P2 / 2 + 72 * 4 * E12,
    P2 * LN2 / 6 - 220 * 8 * E11,
    P4 / 24 - 840 * 16 * E12,
    P4 * LN2 / 120 + 1232 * 32 * E11,
    P4 * P2 / 720 + 3584 * 64 * E12,
    P4 * P2 * LN2 / 5040 - 2816 * 128 * E11,
    P8 / 40320 - 6912 * 256 * E12,
    P8 * LN2 / 362880 + 2816 * 512 * E11,
    P8 * P2 / 3628800 + 6144 * 1024 * E12,
};
#undef P2
#undef P4
#undef P8
#undef E12
#undef E11

// y = 2^t for t <= 1000, relative error 5e-16. Below -1010 it is 2^-1010, about 1e-304, and NaN stays.
ELBO_INLINE void two_to_the(const eight *exponents, eight *y) {
    const double *c = power_series;
    const eight lowest = (eight){0} - 1010;
    const eight t = SELECT(*exponents < lowest, lowest, *exponents);
    // Adding 1.5 * 2^52 leaves the nearest integer in the low bits of the sum.
    const eight shifted = t + 0x1.8p52;
    const eight r = t - (shifted - 0x1.8p52), r2 = r * r, r4 = r2 * r2;
    // Pairs of terms first (Estrin's order): the additions of one polynomial do not wait for each other.
    const eight low = (c[0] + r * c[1]) + r2 * (c[2] + r * c[3]);
    const eight middle = (c[4] + r * c[5]) + r2 * (c[6] + r * c[7]);
    const eight high = (c[8] + r * c[9]) + r2 * c[10];
    const eight p = low + r4 * (middle + r4 * high);
    // The integer moved to the exponent field is a factor of 2^n.
    *y = (eight)((eight_words)p + ((eight_words)shifted << 52));
}

// y = log(x), natural, of positive normal numbers; absolute error 1e-16 near 1, relative error 4e-16 elsewhere.
// x = 2^n (1 + f), 1 + f in [sqrt(1/2), sqrt(2)); log(1 + f) = 2 artanh(s), s = f / (2 + f), s^2 <= 0.0295, cut where
// the terms fall below 2e-17. For other numbers, anything.
#define LOGARITHMS(name, real, words)                                                                                 \
    ELBO_INLINE void name(const real *x, real *y) {                                                                   \
        const words bits = (words)*x;                                                                                 \
        const uint64_t root_half = 0x3FE6A09E667F3BCD, one = 0x3FF0000000000000;                                      \
        const words biased = (bits + (one - root_half)) >> 52;                                                        \
        const words magic = biased | 0x4330000000000000; /* the bits of 2^52 */                                       \
        const real n = (real)magic - (0x1p52 + 1023);                                                                 \
        const real f = (real)(bits - (biased << 52) + one) - 1;                                                       \
        const real s = f / (f + 2), z = s * s;                                                                        \
        real p = (real){0} + 1.0 / 21;                                                                                \
        p = p * z + 1.0 / 19;                                                                                         \
        p = p * z + 1.0 / 17;                                                                                         \
        p = p * z + 1.0 / 15;                                                                                         \
        p = p * z + 1.0 / 13;                                                                                         \
        p = p * z + 1.0 / 11;                                                                                         \
        p = p * z + 1.0 / 9;                                                                                          \
        p = p * z + 1.0 / 7;                                                                                          \
        p = p * z + 1.0 / 5;                                                                                          \
        p = p * z + 1.0 / 3;                                                                                          \
        /* ln 2 in two parts, the first with 21 zero bits at its end: n times it is exact. */                         \
        *y = n * 0.6931471803691238 + (2 * s + (2 * s * z * p + n * 1.9082149292705877e-10));                         \
    }

LOGARITHMS(logarithms, eight, eight_words)
// Of one number, by the same steps.
LOGARITHMS(logarithm, single, single_words)

#endif
