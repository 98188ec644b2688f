// SPDX-License-Identifier: Apache-2.0
// The elementary functions of one number, free of branches and calls so that loops over them vectorise.
// Series are plain Taylor series on a small interval, long enough that the first dropped term is below half a unit in
// the last place; the multiply-adds saved by a minimax fit do not show beside memory traffic, and every constant here
// can be checked by hand. Included once per precision after real32.h or real64.h.

ELBO_INLINE BITS NAME(bits_of)(REAL x) {
    BITS bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ELBO_INLINE REAL NAME(from_bits)(BITS bits) {
    REAL x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

ELBO_INLINE REAL NAME(magnitude)(REAL x) {
    return NAME(from_bits)(NAME(bits_of)(x) & (((BITS)1 << (8 * sizeof(REAL) - 1)) - 1));
}

ELBO_INLINE REAL NAME(with_sign_of)(REAL x, REAL sign) {
    const BITS mask = (BITS)1 << (8 * sizeof(REAL) - 1);
    return NAME(from_bits)((NAME(bits_of)(x) & ~mask) | (NAME(bits_of)(sign) & mask));
}

// Adding 1.5 * 2^MANTISSA_BITS leaves the nearest integer in the low bits of the sum.
#define ROUNDING_SHIFT ((REAL)1.5 * (REAL)((BITS)1 << MANTISSA_BITS))

// x = n ln 2 + r with |r| <= ln(2) / 2: returns e^r - 1 and leaves 2^n as a product of two powers, because 2^n alone
// overflows for the largest finite e^x and is subnormal for the smallest.
ELBO_INLINE REAL NAME(exp_minus_one_reduced)(REAL x, REAL *power_a, REAL *power_b) {
    const REAL shifted = x * NAME(log2_e) + ROUNDING_SHIFT;
    const REAL n = shifted - ROUNDING_SHIFT;
    const REAL r = (x - n * NAME(ln2_high)) - n * NAME(ln2_low);
    const BITS biased = NAME(bits_of)(shifted) - NAME(bits_of)(ROUNDING_SHIFT) + 2 * EXPONENT_BIAS;
    const BITS half = biased >> 1;
    *power_a = NAME(from_bits)(half << MANTISSA_BITS);
    *power_b = NAME(from_bits)((biased - half) << MANTISSA_BITS);
    REAL series = NAME(inverse_factorials)[EXP_TERMS - 1];
#pragma clang loop unroll(full)
    for (int k = EXP_TERMS - 2; k >= 0; k--) series = series * r + NAME(inverse_factorials)[k];
    return r + (r * r) * series;
}

ELBO_INLINE REAL NAME(exp1)(REAL x) {
    // Beyond these the result is 0 or infinity anyway; comparisons written so that NaN passes through.
    const REAL low = NAME(exp_lowest), high = NAME(exp_highest);
    x = x < low ? low : x;
    x = x > high ? high : x;
    REAL a, b;
    const REAL e = NAME(exp_minus_one_reduced)(x, &a, &b);
    return (1 + e) * a * b;
}

// e^x - 1 for x <= 0, without cancellation near 0.
ELBO_INLINE REAL NAME(exp_minus_one_below_zero)(REAL x) {
    const REAL low = -50;  // e^-50 is far below the last place of 1 in both precisions
    x = x < low ? low : x;
    REAL a, b;
    const REAL e = NAME(exp_minus_one_reduced)(x, &a, &b);
    const REAL power = a * b;
    return power * e + (power - 1);
}

// x = 2^k m with m in [sqrt(1/2), sqrt(2)); with f = m - 1 and s = f / (2 + f), log(1 + f) = 2 artanh(s)
// = f - (f^2/2 - s (f^2/2 + R)), R = 2 s^2/3 + 2 s^4/5 + ...: the leading f is exact.
ELBO_INLINE REAL NAME(log1)(REAL x) {
    const REAL tiny = NAME(smallest_normal);
    const int is_subnormal = x < tiny;
    const REAL scaled = is_subnormal ? x * (REAL)((BITS)1 << MANTISSA_BITS) : x;
    const BITS one = (BITS)EXPONENT_BIAS << MANTISSA_BITS;
    const BITS root_half = NAME(bits_of)((REAL)0.70710678118654752440);
    const BITS offset = NAME(bits_of)(scaled) + (one - root_half);
    // The exponent becomes a number by the same shift trick (no 64 bit integer conversion before AVX-512).
    const REAL whole = NAME(from_bits)((offset >> MANTISSA_BITS) | NAME(bits_of)((REAL)((BITS)1 << MANTISSA_BITS)));
    const REAL k = whole - (REAL)((BITS)1 << MANTISSA_BITS) - EXPONENT_BIAS - (is_subnormal ? MANTISSA_BITS : 0);
    const REAL m = NAME(from_bits)((offset & (((BITS)1 << MANTISSA_BITS) - 1)) + root_half);
    const REAL f = m - 1;
    const REAL s = f / (2 + f), s2 = s * s;
    REAL series = NAME(inverse_odds)[LOG_TERMS - 1];
#pragma clang loop unroll(full)
    for (int i = LOG_TERMS - 2; i >= 0; i--) series = series * s2 + NAME(inverse_odds)[i];
    const REAL half_square = (REAL)0.5 * f * f;
    const REAL result =
        k * NAME(ln2_high) - ((half_square - (s * (half_square + 2 * s2 * series) + k * NAME(ln2_low))) - f);
    const REAL infinity = (REAL)INFINITY;
    REAL answer = x > 0 ? result : (x == 0 ? -infinity : (REAL)NAN);
    answer = x == infinity ? infinity : answer;
    return x != x ? x : answer;
}

// log(1 + u) for u in [0, 1]: 2 artanh(u / (2 + u)), |s| <= 1/3.
ELBO_INLINE REAL NAME(log_one_plus)(REAL u) {
    const REAL s = u / (2 + u), s2 = s * s;
    REAL series = NAME(inverse_odds)[LOG_ONE_PLUS_TERMS - 1];
#pragma clang loop unroll(full)
    for (int i = LOG_ONE_PLUS_TERMS - 2; i >= 0; i--) series = series * s2 + NAME(inverse_odds)[i];
    return 2 * (s + s * s2 * series);
}

// tanh|x| = -e / (2 + e) with e = e^(-2|x|) - 1.
ELBO_INLINE REAL NAME(tanh1)(REAL x) {
    const REAL e = NAME(exp_minus_one_below_zero)(-2 * NAME(magnitude)(x));
    const REAL t = -e / (2 + e);
    return x != x ? x : NAME(with_sign_of)(t, x);
}

ELBO_INLINE REAL NAME(sigmoid1)(REAL x) {
    const REAL e = NAME(exp1)(-NAME(magnitude)(x));  // in (0, 1]: no overflow on either side
    return (x < 0 ? e : (REAL)1) / (1 + e);
}

ELBO_INLINE REAL NAME(softplus1)(REAL x) {
    const REAL tail = NAME(log_one_plus)(NAME(exp1)(-NAME(magnitude)(x)));
    return (x < 0 ? (REAL)0 : x) + tail;
}

#undef ROUNDING_SHIFT
