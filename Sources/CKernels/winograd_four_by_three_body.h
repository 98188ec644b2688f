// SPDX-License-Identifier: Apache-2.0
// F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity [LG16], on one processor.

#define ALGORITHM(stem) NAME(stem##_four_by_three)
#define POINTS 6
#define INPUT_TILE 6
#define TILE 4
#define WINDOW 3
#define BORDER ((ptrdiff_t)plan->sizes.padding)
#define TURNED(tap) (8 - (tap))
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
#undef TURNED
#undef SUM_POINT
