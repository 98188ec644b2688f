// SPDX-License-Identifier: Apache-2.0
// Random words and the numbers made of them. Products and sums are rounded one by one, never fused: a seed gives the
// same numbers on every processor.

#pragma clang fp contract(off)

#include "include/elbo_random.h"

#include <math.h>

#include "philox.h"
#include "vector_functions.h"

// Ten rounds on sixteen counters.
ELBO_CLONES void elbo_philox(const elbo_random_words *stream, uint64_t first, uint32_t *words) {
    const uint32_t seed_low = (uint32_t)stream->seed, seed_high = (uint32_t)(stream->seed >> 32);
    const uint32_t index = stream->index, purpose = stream->purpose;
    uint32_t out[4][PHILOX_BLOCKS];
    ELBO_LOOP for (size_t i = 0; i < PHILOX_BLOCKS; i++) {
        const uint64_t number = first + i;
        uint32_t x0 = (uint32_t)number, x1 = (uint32_t)(number >> 32), x2 = index, x3 = purpose;
        uint32_t k0 = seed_low, k1 = seed_high;
#pragma clang loop unroll(full)
        for (int round = 0; round < 10; round++) {
            const uint64_t p0 = (uint64_t)0xD2511F53u * x0, p1 = (uint64_t)0xCD9E8D57u * x2;
            x0 = (uint32_t)(p1 >> 32) ^ x1 ^ k0;
            x1 = (uint32_t)p1;
            x2 = (uint32_t)(p0 >> 32) ^ x3 ^ k1;
            x3 = (uint32_t)p0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        out[0][i] = x0;
        out[1][i] = x1;
        out[2][i] = x2;
        out[3][i] = x3;
    }
    for (size_t i = 0; i < PHILOX_BLOCKS; i++) {
        for (size_t k = 0; k < 4; k++) words[4 * i + k] = out[k][i];
    }
}

void elbo_stream_words(const elbo_random_words *stream, uint32_t *words, size_t count) {
    for (size_t at = 0; at < count; at += PHILOX_WORDS) {
        const uint64_t block = stream->block + at / 4;
        if (count - at >= PHILOX_WORDS) {
            elbo_philox(stream, block, words + at);
        } else {
            uint32_t last[PHILOX_WORDS];
            elbo_philox(stream, block, last);
            memcpy(words + at, last, (count - at) * sizeof *words);
        }
    }
}

// (k + 1/2) / 2^52: the bits of 1 + k / 2^52, and nothing is rounded. The half keeps 0 and 1 out.
ELBO_INLINE void uniform(const eight *words, eight *u) {
    const eight_words bits = ((eight_words)*words >> 12) | 0x3FF0000000000000;
    *u = ((eight)bits - 1) + 0x1p-53;
}

// The rational functions of algorithm PPND16 of [Wic88], highest power first: of 0.180625 - q^2 near the middle, and of
// sqrt(-log p) - 1.6 or - 5 in the tails.
static const double central_numerator[8] = {
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
    1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
};
static const double central_denominator[8] = {
    5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
    687.1870074920579083, 42.313330701600911252, 1,
};
static const double near_tail_numerator[8] = {
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
    3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
};
static const double near_tail_denominator[8] = {
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1,
};
static const double far_tail_numerator[8] = {
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720,
};
static const double far_tail_denominator[8] = {
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1,
};

#define RATIONAL(type, stem, r, a, b)                                                                                 \
    type a = (r) * 0 + stem##_numerator[0], b = (r) * 0 + stem##_denominator[0];                                      \
    _Pragma("clang loop unroll(full)") for (int k = 1; k < 8; k++) {                                                  \
        a = a * (r) + stem##_numerator[k];                                                                            \
        b = b * (r) + stem##_denominator[k];                                                                          \
    }

// Beyond sqrt(-log p) = 5: once in 4e10 numbers.
static double far_quantile(double root) {
    const double r = root - 5;
    RATIONAL(double, far_tail, r, a, b)
    return a / b;
}

// Numbers whose tails are done together.
#define PIECE 64

// Near the middle.
ELBO_INLINE void central_quantiles(const eight *words, eight *z, eight *middle, eight *u) {
    uniform(words, u);
    const eight q = *u - 0.5;
    *middle = 0.180625 - q * q;
    RATIONAL(eight, central, *middle, a, b)
    *z = q * a / b;
}

// The distance from the middle of the quantiles of masses p <= 0.075.
ELBO_INLINE void tail_quantiles(const eight *p, eight *distance) {
    eight logs;
    logarithms(p, &logs);
    const eight root = __builtin_elementwise_sqrt(-logs), tail = root - 1.6;
    RATIONAL(eight, near_tail, tail, c, d)
    *distance = c / d;
    const eight_bits is_far = root > 5;
    if (__builtin_reduce_or(is_far)) {
        for (int i = 0; i < EIGHT; i++) {
            if (is_far[i]) (*distance)[i] = far_quantile(root[i]);
        }
    }
}

// PIECE numbers. The tails, 15 of 100, are gathered first: each way is taken by the numbers that need it.
ELBO_INLINE void normal_piece(double *numbers) {
    double middle[PIECE], u[PIECE], mass[PIECE + EIGHT], distance[PIECE];
    uint8_t places[PIECE];
    for (size_t i = 0; i < PIECE; i += EIGHT) {
        eight *z = (eight *)(numbers + i);
        central_quantiles(z, z, (eight *)(middle + i), (eight *)(u + i));
    }
    size_t count = 0;
    for (size_t i = 0; i < PIECE; i++) {
        places[count] = (uint8_t)i;
        mass[count] = u[i] < 0.5 ? u[i] : 1 - u[i];
        // |q| <= 0.425 where the middle is not negative.
        count += middle[i] < 0;
    }
    for (size_t k = count; k < count + EIGHT; k++) mass[k] = 0.05;
    for (size_t k = 0; k < count; k += EIGHT) tail_quantiles((const eight *)(mass + k), (eight *)(distance + k));
    for (size_t k = 0; k < count; k++) {
        const size_t i = places[k];
        numbers[i] = u[i] < 0.5 ? -distance[k] : distance[k];
    }
}

ELBO_CLONES void elbo_uniform_numbers_f64(double *numbers, size_t count) {
    size_t i = 0;
    for (; i + EIGHT <= count; i += EIGHT) uniform((const eight *)(numbers + i), (eight *)(numbers + i));
    if (i < count) {
        double rest[EIGHT] = {0};
        memcpy(rest, numbers + i, (count - i) * sizeof *rest);
        uniform((const eight *)rest, (eight *)rest);
        memcpy(numbers + i, rest, (count - i) * sizeof *rest);
    }
}

double elbo_normal_number_f64(uint64_t word) {
    const double u = (double)(int64_t)(word >> 12) * 0x1p-52 + 0x1p-53, q = u - 0.5;
    const double middle = 0.180625 - q * q;
    if (middle >= 0) {
        RATIONAL(double, central, middle, a, b)
        return q * a / b;
    }
    single p = {q < 0 ? u : 1 - u}, log;
    logarithm(&p, &log);
    const double root = sqrt(-log[0]), tail = root - 1.6;
    RATIONAL(double, near_tail, tail, c, d)
    const double distance = root > 5 ? far_quantile(root) : c / d;
    return q < 0 ? -distance : distance;
}

ELBO_CLONES void elbo_normal_numbers_f64(double *numbers, size_t count) {
    size_t i = 0;
    for (; i + PIECE <= count; i += PIECE) normal_piece(numbers + i);
    for (; i < count; i++) {
        uint64_t word;
        memcpy(&word, numbers + i, sizeof word);
        numbers[i] = elbo_normal_number_f64(word);
    }
}
