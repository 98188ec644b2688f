// SPDX-License-Identifier: Apache-2.0
// Normal noise on the outputs of a layer. The random words are made where they are used: written to memory and read
// again they would cost as much as the arithmetic on them.

#include "include/elbo_gaussian.h"
#include "include/elbo_parallel.h"
#include "normal_quantile.h"

// Blocks of Philox that are computed side by side, and the words that come out of them.
#define BLOCKS 16
#define WORDS (4 * BLOCKS)
// Draws that are worth a microsecond or two of one thread.
#define GRAIN 512

// Ten rounds on sixteen counters.
ELBO_CLONES static void philox(const elbo_random_words *stream, uint64_t first, uint32_t *words) {
    const uint32_t seed_low = (uint32_t)stream->seed, seed_high = (uint32_t)(stream->seed >> 32);
    const uint32_t index = stream->index, purpose = stream->purpose;
    uint32_t out[4][BLOCKS];
    ELBO_LOOP for (size_t i = 0; i < BLOCKS; i++) {
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
    for (size_t i = 0; i < BLOCKS; i++) {
        for (size_t k = 0; k < 4; k++) words[4 * i + k] = out[k][i];
    }
}

struct words_task {
    const elbo_random_words *stream;
    uint32_t *words;
};

static void words_share(void *context, size_t begin, size_t end) {
    const struct words_task *task = context;
    for (size_t at = begin; at < end; at += WORDS) {
        const uint64_t block = task->stream->block + at / 4;
        if (end - at >= WORDS) {
            philox(task->stream, block, task->words + at);
        } else {
            uint32_t words[WORDS];
            philox(task->stream, block, words);
            memcpy(task->words + at, words, (end - at) * sizeof *words);
        }
    }
}

void elbo_fill_random_words(const elbo_random_words *stream, uint32_t *words, size_t count) {
    struct words_task task = {stream, words};
    elbo_parallel(count, WORDS, GRAIN, &task, words_share);
}

struct noise_task {
    const elbo_random_words *stream;
    const float *mean, *variance;
    float floor, lowest;
    float *y, *slope;
};

ELBO_CLONES static void noise_loop(const struct noise_task *task, const uint32_t *words, size_t begin, size_t count) {
    const float *mean = task->mean + begin, *variance = task->variance + begin;
    float *y = task->y + begin, *slope = task->slope + begin;
    const float floor = task->floor, lowest = task->lowest;
    ELBO_LOOP for (size_t i = 0; i < count; i++) {
        const float e = inverse_normal(fraction(words[i]), fraction(~words[i]));
        // Winograd's convolution leaves rounding errors below 0; NaN passes.
        const float spread = variance[i] < 0 ? 0 : variance[i];
        const float deviation = __builtin_elementwise_sqrt(spread + floor);
        const float value = mean[i] + deviation * e;
        y[i] = value < lowest ? lowest : value;
        slope[i] = variance[i] < 0 ? 0 : 0.5f * e / deviation;
    }
}

static void noise_share(void *context, size_t begin, size_t end) {
    const struct noise_task *task = context;
    uint32_t words[WORDS];
    for (size_t at = begin; at < end; at += WORDS) {
        philox(task->stream, task->stream->block + at / 4, words);
        noise_loop(task, words, at, end - at < WORDS ? end - at : WORDS);
    }
}

void elbo_gaussian_noise_f32(
    const elbo_random_words *stream, const float *mean, const float *variance, float floor, float lowest, float *y,
    float *slope, size_t count) {
    struct noise_task task = {stream, mean, variance, floor, lowest, y, slope};
    elbo_parallel(count, WORDS, GRAIN, &task, noise_share);
}
