// SPDX-License-Identifier: Apache-2.0
// The generator under all random streams, sixteen blocks at a time.

#ifndef ELBO_PHILOX_H
#define ELBO_PHILOX_H

#include "include/elbo_random.h"

// Blocks of Philox that are computed side by side, and the words that come out of them.
#define PHILOX_BLOCKS 16
#define PHILOX_WORDS (4 * PHILOX_BLOCKS)

/// The words of the sixteen blocks from number `first` on; the stream's own position is not read.
void elbo_philox(const elbo_random_words *stream, uint64_t first, uint32_t *words);

#endif
