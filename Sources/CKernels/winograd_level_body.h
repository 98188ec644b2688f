// SPDX-License-Identifier: Apache-2.0
// The Winograd convolution for one processor: its vector, the products, and the algorithms. Included with NAME, WIDTH
// (channels of a block, one vector) and PANEL (vectors of a row of a product's register tile).

#define ROWS 6
#define GRADIENT_ROWS 4

typedef float NAME(vector) __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef int NAME(integers) __attribute__((vector_size(4 * WIDTH), aligned(4)));

// max(x, 0); NaN stays NaN.
#define RECTIFIED(x) ((NAME(vector))((NAME(integers))(x) & ~((x) < 0)))

#include "winograd_products_body.h"

// columns[j][i] = rows[i][j]: after log2 WIDTH rounds in which rows i and i + WIDTH / 2 are interleaved.
ELBO_INLINE void NAME(transpose)(const float *rows, NAME(vector) * columns) {
    NAME(vector) a[WIDTH], b[WIDTH];
    for (int i = 0; i < WIDTH; i++) a[i] = *(const NAME(vector) *)(rows + i * WIDTH);
    for (int round = 1; round < WIDTH; round *= 2) {
        for (int i = 0; i < WIDTH / 2; i++) {
#if WIDTH == 16
            b[2 * i] = __builtin_shufflevector(
                a[i], a[i + WIDTH / 2], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            b[2 * i + 1] = __builtin_shufflevector(
                a[i], a[i + WIDTH / 2], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#else
            b[2 * i] = __builtin_shufflevector(a[i], a[i + WIDTH / 2], 0, 8, 1, 9, 2, 10, 3, 11);
            b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + WIDTH / 2], 4, 12, 5, 13, 6, 14, 7, 15);
#endif
        }
        for (int i = 0; i < WIDTH; i++) a[i] = b[i];
    }
    for (int i = 0; i < WIDTH; i++) columns[i] = a[i];
}

#include "winograd_four_by_three_body.h"
#include "winograd_two_by_three_body.h"
#include "winograd_two_by_five_body.h"

static const struct winograd_level NAME(level) = {
    WIDTH, PANEL, ROWS, NAME(products), NAME(gradient_products), &NAME(algorithm_four_by_three),
    &NAME(algorithm_two_by_three_padded), &NAME(algorithm_two_by_five), &NAME(algorithm_adjoint_two_by_five)};

#undef RECTIFIED
#undef ROWS
#undef GRADIENT_ROWS
#undef WIDTH
#undef PANEL
#undef NAME
