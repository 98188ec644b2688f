// SPDX-License-Identifier: Apache-2.0
// Words of a counter-based random stream, and uniform and normal numbers made of them. Always on the calling thread;
// the same bits on every processor.

#ifndef ELBO_RANDOM_H
#define ELBO_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/// Words of Philox 4x32-10 [SMDS11] with `seed` as the key: block b is made from the counter (b, index, purpose) and
/// holds four words.
typedef struct elbo_random_words {
    uint64_t seed;
    uint32_t purpose;
    uint32_t index;
    /// The block of the first word.
    uint64_t block;
} elbo_random_words;

/// The first `count` words.
void elbo_stream_words(const elbo_random_words *stream, uint32_t *words, size_t count);

// In place: the bits of every number are a random word first, the number of the distribution then.

/// Uniform on (0, 1): (k + 1/2) / 2^52 with the upper 52 bits k of the word.
void elbo_uniform_numbers_f64(double *numbers, size_t count);

/// Standard normal: Phi^-1 of that uniform number, relative error 1e-15; reaches 8.2.
void elbo_normal_numbers_f64(double *numbers, size_t count);

/// The same number of one word, without arrays.
double elbo_normal_number_f64(uint64_t word);

/// Standard normal: Phi^-1((k + 1/2) / 2^32), relative error 6e-7; reaches 6.3.
void elbo_normal_numbers_f32(float *numbers, size_t count);

#endif
