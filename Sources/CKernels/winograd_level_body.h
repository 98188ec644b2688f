// SPDX-License-Identifier: Apache-2.0
// The Winograd convolution for one processor: its vector, the products, and both algorithms. Included with NAME, WIDTH
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

// F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity [LG16].
#define ALGORITHM(stem) NAME(stem##_four_by_three)
#define POINTS 6
#define INPUT_TILE 6
#define TILE 4
#define WINDOW 3
#define BORDER ((ptrdiff_t)plan->sizes.padding)
#define SUM_POINT 7  // the outputs' polynomial at (1, 1)

ELBO_INLINE void ALGORITHM(inputs)(const NAME(vector) * d, const int step, NAME(vector) * v) {
    const NAME(vector) d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
    const NAME(vector) even = d4 - 4 * d2, odd = d3 - 4 * d1, even2 = d4 - d2, odd2 = d3 - d1;
    v[0] = 4 * d0 + (d4 - 5 * d2);
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = even2 + 2 * odd2;
    v[4] = even2 - 2 * odd2;
    v[5] = 4 * d1 + (d5 - 5 * d3);
}

ELBO_INLINE void ALGORITHM(outputs)(const NAME(vector) * m, NAME(vector) * y) {
    const NAME(vector) even = m[1] + m[2], odd = m[1] - m[2], even2 = m[3] + m[4], odd2 = m[3] - m[4];
    y[0] = m[0] + even + even2;
    y[1] = odd + 2 * odd2;
    y[2] = even + 4 * even2;
    y[3] = odd + 8 * odd2 + m[5];
}

ELBO_INLINE void ALGORITHM(gradients)(const NAME(vector) * y, const int step, NAME(vector) * m) {
    const NAME(vector) y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
    const NAME(vector) even = y0 + y2, odd = y1 + y3, even2 = y0 + 4 * y2, odd2 = 2 * y1 + 8 * y3;
    m[0] = y0;
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = even2 + odd2;
    m[4] = even2 - odd2;
    m[5] = y3;
}

ELBO_INLINE void ALGORITHM(weights)(const NAME(vector) * g, const int step, NAME(vector) * u) {
    const NAME(vector) g0 = g[0], g1 = g[step], g2 = g[2 * step];
    const NAME(vector) even = (g0 + g2) * (-1.0f / 6), odd = g1 * (1.0f / 6);
    const NAME(vector) even2 = g0 * (1.0f / 24) + g2 * (1.0f / 6), odd2 = g1 * (1.0f / 12);
    u[0] = g0 * 0.25f;
    u[1] = even - odd;
    u[2] = even + odd;
    u[3] = even2 + odd2;
    u[4] = even2 - odd2;
    u[5] = g2;
}

ELBO_INLINE void ALGORITHM(taps)(const NAME(vector) * u, const int step, NAME(vector) * g) {
    const NAME(vector) even = u[step] + u[2 * step], odd = u[2 * step] - u[step];
    const NAME(vector) even2 = u[3 * step] + u[4 * step], odd2 = u[3 * step] - u[4 * step];
    g[0] = u[0] * 0.25f - even * (1.0f / 6) + even2 * (1.0f / 24);
    g[1] = odd * (1.0f / 6) + odd2 * (1.0f / 12);
    g[2] = (even2 - even) * (1.0f / 6) + u[5 * step];
}

#include "winograd_transforms_body.h"
#undef ALGORITHM
#undef POINTS
#undef INPUT_TILE
#undef TILE
#undef WINDOW
#undef BORDER
#undef SUM_POINT

// A whole map of 2x2 with a border of zeros: a Toeplitz matrix of two by two, with three products instead of four.
#define ALGORITHM(stem) NAME(stem##_two_by_three_padded)
#define POINTS 3
#define INPUT_TILE 2
#define TILE 2
#define WINDOW 3
#define BORDER 0
#define SUM_POINT 0

ELBO_INLINE void ALGORITHM(inputs)(const NAME(vector) * d, const int step, NAME(vector) * v) {
    const NAME(vector) d0 = d[0], d1 = d[step];
    v[0] = d0 + d1;
    v[1] = d1;
    v[2] = d0;
}

ELBO_INLINE void ALGORITHM(outputs)(const NAME(vector) * m, NAME(vector) * y) {
    y[0] = m[0] + m[1];
    y[1] = m[0] + m[2];
}

ELBO_INLINE void ALGORITHM(gradients)(const NAME(vector) * y, const int step, NAME(vector) * m) {
    const NAME(vector) y0 = y[0], y1 = y[step];
    m[0] = y0 + y1;
    m[1] = y0;
    m[2] = y1;
}

ELBO_INLINE void ALGORITHM(weights)(const NAME(vector) * g, const int step, NAME(vector) * u) {
    const NAME(vector) g0 = g[0], g1 = g[step], g2 = g[2 * step];
    u[0] = g1;
    u[1] = g2 - g1;
    u[2] = g0 - g1;
}

ELBO_INLINE void ALGORITHM(taps)(const NAME(vector) * u, const int step, NAME(vector) * g) {
    const NAME(vector) u0 = u[0], u1 = u[step], u2 = u[2 * step];
    g[0] = u2;
    g[1] = u0 - u1 - u2;
    g[2] = u1;
}

#include "winograd_transforms_body.h"
#undef ALGORITHM
#undef POINTS
#undef INPUT_TILE
#undef TILE
#undef WINDOW
#undef BORDER
#undef SUM_POINT

static const struct winograd_level NAME(level) = {
    WIDTH, PANEL, ROWS, NAME(products), NAME(gradient_products), &NAME(algorithm_four_by_three),
    &NAME(algorithm_two_by_three_padded)};

#undef RECTIFIED
#undef ROWS
#undef GRADIENT_ROWS
#undef WIDTH
#undef PANEL
#undef NAME
