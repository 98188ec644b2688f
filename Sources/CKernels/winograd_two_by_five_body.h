// SPDX-License-Identifier: Apache-2.0
// F(2x2, 5x5) with the points 0, 1, -1, 2, -2 and infinity, on one processor. The points, and so the transform of inputs,
// are those of F(4x4, 3x3).

#define ALGORITHM(stem) NAME(stem##_two_by_five)
#define POINTS 6
#define INPUT_TILE 6
#define TILE 2
#define WINDOW 5
#define BORDER ((ptrdiff_t)plan->sizes.padding)
#define TURNED(tap) (tap)  // the gradient of the data is the adjoint
#define SUM_POINT 7        // the outputs' polynomial at (1, 1)

ELBO_INLINE void ALGORITHM(inputs)(const NAME(vector) * d, const int step, NAME(vector) * v) {
    NAME(inputs_four_by_three)(d, step, v);
}

ELBO_INLINE void ALGORITHM(adjoint_inputs)(const NAME(vector) * v, NAME(vector) * d) {
    const NAME(vector) even = v[1] + v[2], odd = v[1] - v[2], even2 = v[3] + v[4], odd2 = v[3] - v[4];
    d[0] = 4 * v[0];
    d[1] = 4 * v[5] - 4 * odd - 2 * odd2;
    d[2] = -5 * v[0] - 4 * even - even2;
    d[3] = odd + 2 * odd2 - 5 * v[5];
    d[4] = v[0] + even + even2;
    d[5] = v[5];
}

ELBO_INLINE void ALGORITHM(outputs)(const NAME(vector) * m, NAME(vector) * y) {
    y[0] = m[0] + (m[1] + m[2]) + (m[3] + m[4]);
    y[1] = (m[1] - m[2]) + 2 * (m[3] - m[4]) + m[5];
}

ELBO_INLINE void ALGORITHM(gradients)(const NAME(vector) * y, const int step, NAME(vector) * m) {
    const NAME(vector) y0 = y[0], y1 = y[step];
    m[0] = y0;
    m[1] = y0 + y1;
    m[2] = y0 - y1;
    m[3] = y0 + 2 * y1;
    m[4] = y0 - 2 * y1;
    m[5] = y1;
}

ELBO_INLINE void ALGORITHM(weights)(const NAME(vector) * g, const int step, NAME(vector) * u) {
    const NAME(vector) g0 = g[0], g1 = g[step], g2 = g[2 * step], g3 = g[3 * step], g4 = g[4 * step];
    const NAME(vector) even = (g0 + g2 + g4) * (-1.0f / 6), odd = (g1 + g3) * (1.0f / 6);
    const NAME(vector) even2 = g0 * (1.0f / 24) + g2 * (1.0f / 6) + g4 * (2.0f / 3);
    const NAME(vector) odd2 = g1 * (1.0f / 12) + g3 * (1.0f / 3);
    u[0] = g0 * 0.25f;
    u[1] = even - odd;
    u[2] = even + odd;
    u[3] = even2 + odd2;
    u[4] = even2 - odd2;
    u[5] = g4;
}

ELBO_INLINE void ALGORITHM(taps)(const NAME(vector) * u, const int step, NAME(vector) * g) {
    const NAME(vector) even = u[step] + u[2 * step], odd = u[2 * step] - u[step];
    const NAME(vector) even2 = u[3 * step] + u[4 * step], odd2 = u[3 * step] - u[4 * step];
    g[0] = u[0] * 0.25f - even * (1.0f / 6) + even2 * (1.0f / 24);
    g[1] = odd * (1.0f / 6) + odd2 * (1.0f / 12);
    g[2] = (even2 - even) * (1.0f / 6);
    g[3] = odd * (1.0f / 6) + odd2 * (1.0f / 3);
    g[4] = even2 * (2.0f / 3) - even * (1.0f / 6) + u[5 * step];
}

#include "winograd_transforms_body.h"

#include "winograd_adjoint_body.h"
#undef ALGORITHM
#undef POINTS
#undef INPUT_TILE
#undef TILE
#undef WINDOW
#undef BORDER
#undef TURNED
#undef SUM_POINT
