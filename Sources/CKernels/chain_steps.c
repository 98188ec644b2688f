// SPDX-License-Identifier: Apache-2.0
// What a step of many Markov chains does besides evaluating densities.

#include <string.h>

#include "include/elbo_densities.h"
#include "vector_functions.h"

ELBO_CLONES void elbo_move_rows(
    double *current, const double *proposed, const bool *accepted, size_t rows, size_t width) {
    // Acceptance is a toss of a coin, which no processor predicts: short rows are chosen without a branch.
    if (width == 1) {
        for (size_t r = 0; r < rows; r++) current[r] = accepted[r] ? proposed[r] : current[r];
    } else if (width <= 4) {
        for (size_t r = 0; r < rows; r++) {
            const double *source = accepted[r] ? proposed : current;
            for (size_t i = r * width; i < (r + 1) * width; i++) current[i] = source[i];
        }
    } else {
        for (size_t r = 0; r < rows; r++) {
            if (accepted[r]) memcpy(current + r * width, proposed + r * width, width * sizeof *current);
        }
    }
}

ELBO_CLONES void elbo_log_positive(double *values, size_t count) {
    size_t i = 0;
    for (; i + EIGHT <= count; i += EIGHT) logarithms((const eight *)(values + i), (eight *)(values + i));
    if (i < count) {
        double rest[EIGHT] = {1, 1, 1, 1, 1, 1, 1, 1};
        memcpy(rest, values + i, (count - i) * sizeof *rest);
        logarithms((const eight *)rest, (eight *)rest);
        memcpy(values + i, rest, (count - i) * sizeof *rest);
    }
}
