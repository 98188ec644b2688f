// SPDX-License-Identifier: Apache-2.0
// Normal noise on the outputs of a layer. The random words are made where they are used: written to memory and read
// again they would cost as much as the arithmetic on them.

#include "include/elbo_gaussian.h"
#include "include/elbo_parallel.h"
#include "normal_quantile.h"
#include "philox.h"

// Draws that are worth a microsecond or two of one thread.
#define GRAIN 512

struct words_task {
    const elbo_random_words *stream;
    uint32_t *words;
};

static void words_share(void *context, size_t begin, size_t end) {
    const struct words_task *task = context;
    elbo_random_words stream = *task->stream;
    stream.block += begin / 4;
    elbo_stream_words(&stream, task->words + begin, end - begin);
}

void elbo_fill_random_words(const elbo_random_words *stream, uint32_t *words, size_t count) {
    struct words_task task = {stream, words};
    elbo_parallel(count, PHILOX_WORDS, GRAIN, &task, words_share);
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
    uint32_t words[PHILOX_WORDS];
    for (size_t at = begin; at < end; at += PHILOX_WORDS) {
        elbo_philox(task->stream, task->stream->block + at / 4, words);
        noise_loop(task, words, at, end - at < PHILOX_WORDS ? end - at : PHILOX_WORDS);
    }
}

void elbo_gaussian_noise_f32(
    const elbo_random_words *stream, const float *mean, const float *variance, float floor, float lowest, float *y,
    float *slope, size_t count) {
    struct noise_task task = {stream, mean, variance, floor, lowest, y, slope};
    elbo_parallel(count, PHILOX_WORDS, GRAIN, &task, noise_share);
}
