// SPDX-License-Identifier: Apache-2.0
// Walking several arrays through a common index space: merging of dimensions, and the position of a row.

#ifndef ELBO_STRIDES_H
#define ELBO_STRIDES_H

#include <stddef.h>
#include <string.h>

#include "include/elbo_binary.h"

#define MAXIMUM_OPERANDS 3

/// An index space with one stride per operand and dimension; the last dimension runs fastest.
struct walk {
    size_t rank;
    size_t operands;
    size_t extents[ELBO_MAXIMUM_RANK];
    ptrdiff_t strides[MAXIMUM_OPERANDS][ELBO_MAXIMUM_RANK];
};

/// Drops dimensions of extent 1 and merges neighbours that every operand steps through evenly.
/// The result has rank >= 1 and visits the same elements in the same order.
static inline struct walk merged_walk(
    size_t rank, const size_t *extents, size_t operands, const ptrdiff_t *const *strides) {
    struct walk walk = {.rank = 0, .operands = operands};
    for (size_t d = 0; d < rank; d++) {
        if (extents[d] == 1) continue;
        int merges = walk.rank > 0;
        for (size_t o = 0; merges && o < operands; o++) {
            merges = walk.strides[o][walk.rank - 1] == strides[o][d] * (ptrdiff_t)extents[d];
        }
        const size_t target = merges ? walk.rank - 1 : walk.rank++;
        walk.extents[target] = merges ? walk.extents[target] * extents[d] : extents[d];
        for (size_t o = 0; o < operands; o++) walk.strides[o][target] = strides[o][d];
    }
    if (walk.rank == 0) {
        walk.rank = 1;
        walk.extents[0] = 1;
        for (size_t o = 0; o < operands; o++) walk.strides[o][0] = 1;
    }
    return walk;
}

/// The number of rows: elements without the last dimension.
static inline size_t row_count(const struct walk *walk) {
    size_t count = 1;
    for (size_t d = 0; d + 1 < walk->rank; d++) count *= walk->extents[d];
    return count;
}

/// A row's index in every outer dimension and its offset in every operand; moved on without divisions.
struct position {
    size_t index[ELBO_MAXIMUM_RANK];
    ptrdiff_t offset[MAXIMUM_OPERANDS];
};

static inline struct position position_of_row(const struct walk *walk, size_t row) {
    struct position position = {0};
    for (size_t d = walk->rank - 1; d-- > 0;) {
        position.index[d] = row % walk->extents[d];
        row /= walk->extents[d];
        for (size_t o = 0; o < walk->operands; o++) {
            position.offset[o] += (ptrdiff_t)position.index[d] * walk->strides[o][d];
        }
    }
    return position;
}

static inline void move_to_next_row(const struct walk *walk, struct position *position) {
    for (size_t d = walk->rank - 1; d-- > 0;) {
        for (size_t o = 0; o < walk->operands; o++) position->offset[o] += walk->strides[o][d];
        if (++position->index[d] < walk->extents[d]) return;
        position->index[d] = 0;
        for (size_t o = 0; o < walk->operands; o++) {
            position->offset[o] -= (ptrdiff_t)walk->extents[d] * walk->strides[o][d];
        }
    }
}

#endif
