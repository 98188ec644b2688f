// SPDX-License-Identifier: Apache-2.0
// Windows of 3x3 on whole maps of 2x2 with a border of zeros, on one processor: in each dimension a Toeplitz matrix of
// two by two, y0 = g1 d0 + g2 d1 and y1 = g0 d0 + g1 d1, with three products instead of four.

#define ALGORITHM(stem) NAME(stem##_two_by_three_padded)
#define POINTS 3
#define INPUT_TILE 2
#define TILE 2
#define WINDOW 3
#define BORDER 0
#define TURNED(tap) (8 - (tap))
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
#undef TURNED
#undef SUM_POINT
