// SPDX-License-Identifier: Apache-2.0
// The matrix product for one precision: cuts c into panels of columns, packs a panel of B when it is transposed or
// ragged, and hands tiles to the loops of the processor at hand.

typedef REAL NAME(vector) __attribute__((vector_size(64), aligned(sizeof(REAL)), may_alias));

typedef void (*NAME(tile))(
    size_t inner, const REAL *a, size_t a_row, size_t a_step, const REAL *b, size_t b_step, REAL *c, size_t c_step,
    int accumulate);

struct NAME(tiles) {
    size_t vectors;               // the widest panel, in vectors
    NAME(tile) by_size[4][4];     // rows 1, 2, 4, 6; vectors 1 ... 4; null where registers would not suffice
};

#if defined(__x86_64__)
// Named features here: as "arch=x86-64-v4" the compiler prefers 256 bit registers and would spill half of the tile.
#pragma clang attribute push(                                                                                         \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2"))), apply_to = function)
#define TILE_NAME(rows_, vectors_) NAME(tile_##rows_##x##vectors_##_avx512)
#define TILES_NAME NAME(tiles_avx512)
#define TILE_VECTORS 4
#define TILE_ROWS 6
#include "matrix_tile_body.h"
#pragma clang attribute pop

// A 64 byte vector is two registers here and four in the baseline: narrower tiles.
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define TILE_NAME(rows_, vectors_) NAME(tile_##rows_##x##vectors_##_avx2)
#define TILES_NAME NAME(tiles_avx2)
#define TILE_VECTORS 1
#define TILE_ROWS 6
#include "matrix_tile_body.h"
#pragma clang attribute pop
#endif

#define TILE_NAME(rows_, vectors_) NAME(tile_##rows_##x##vectors_##_baseline)
#define TILES_NAME NAME(tiles_baseline)
#define TILE_VECTORS 1
#define TILE_ROWS 2
#include "matrix_tile_body.h"

static const struct NAME(tiles) * NAME(tiles_of_processor)(void) {
#if defined(__x86_64__)
    const enum elbo_processor_level level = elbo_processor_level();
    if (level == ELBO_PROCESSOR_AVX512) return &NAME(tiles_avx512);
    if (level == ELBO_PROCESSOR_AVX2) return &NAME(tiles_avx2);
#endif
    return &NAME(tiles_baseline);
}

struct NAME(product) {
    const elbo_product *p;
    const REAL *a, *b, *bias;
    REAL *c;
    const struct NAME(tiles) * tiles;
};

// panel[k, j] = B[first_inner + k, first_column + j], zero beyond the last column.
static void NAME(pack)(
    const struct NAME(product) * s, size_t first_inner, size_t inner, size_t first_column, size_t columns,
    size_t width, REAL *panel) {
    const size_t stride = s->p->b_stride;
    if (columns < width) memset(panel, 0, inner * width * sizeof(REAL));
    if (s->p->transpose_b) {
        // Squares of 8 x 8, so that the lines written stay in the nearest cache.
        for (size_t k0 = 0; k0 < inner; k0 += 8) {
            const size_t k1 = inner - k0 < 8 ? inner : k0 + 8;
            for (size_t j = 0; j < columns; j++) {
                const REAL *from = s->b + (first_column + j) * stride + first_inner;
                for (size_t k = k0; k < k1; k++) panel[k * width + j] = from[k];
            }
        }
    } else {
        for (size_t k = 0; k < inner; k++) {
            memcpy(panel + k * width, s->b + (first_inner + k) * stride + first_column, columns * sizeof(REAL));
        }
    }
}

// Rows begin ..< end of one panel of columns over one stretch of the inner index.
static void NAME(panel_product)(
    const struct NAME(product) * s, size_t begin, size_t end, size_t first_inner, size_t inner, const REAL *b,
    size_t b_step, size_t first_column, size_t columns, size_t vectors, int accumulate) {
    static const size_t sizes[] = {1, 2, 4, 6};
    const elbo_product *p = s->p;
    const size_t a_row = p->transpose_a ? 1 : p->a_stride, a_step = p->transpose_a ? p->a_stride : 1;
    const size_t width = vectors * LANES;
    int size = 3;
    for (size_t r = begin; r < end;) {
        while (sizes[size] > end - r || !s->tiles->by_size[size][vectors - 1]) size--;
        const NAME(tile) tile = s->tiles->by_size[size][vectors - 1];
        const size_t rows = sizes[size];
        const REAL *a = s->a + r * a_row + first_inner * a_step;
        REAL *c = s->c + r * p->c_stride + first_column;
        if (columns == width) {
            tile(inner, a, a_row, a_step, b, b_step, c, p->c_stride, accumulate);
        } else {
            REAL ragged[6 * 4 * LANES] = {0};
            for (size_t i = 0; accumulate && i < rows; i++) {
                memcpy(ragged + i * width, c + i * p->c_stride, columns * sizeof(REAL));
            }
            tile(inner, a, a_row, a_step, b, b_step, ragged, width, accumulate);
            for (size_t i = 0; i < rows; i++) {
                memcpy(c + i * p->c_stride, ragged + i * width, columns * sizeof(REAL));
            }
        }
        r += rows;
    }
}

ELBO_CLONES static void NAME(finish_row)(REAL *c, const REAL *bias, size_t columns, elbo_activation activation) {
    if (bias) {
        ELBO_LOOP for (size_t j = 0; j < columns; j++) c[j] += bias[j];
    }
    if (activation == ELBO_RELU) {
        ELBO_LOOP for (size_t j = 0; j < columns; j++) c[j] = c[j] < 0 ? 0 : c[j];
    } else if (activation == ELBO_TANH) {
        ELBO_LOOP for (size_t j = 0; j < columns; j++) c[j] = NAME(tanh1)(c[j]);
    }
}

// The rectangle of c of rows begin ..< end and columns first_column ..< last_column.
static void NAME(rectangle)(
    const struct NAME(product) * s, size_t begin, size_t end, size_t first_column, size_t last_column) {
    const elbo_product *p = s->p;
    REAL panel[INNER_BLOCK * 4 * LANES] __attribute__((aligned(64)));
    const size_t widest = s->tiles->vectors * LANES;
    for (size_t j = first_column; j < last_column; j += widest) {
        const size_t columns = last_column - j < widest ? last_column - j : widest;
        const size_t vectors = (columns + LANES - 1) / LANES, width = vectors * LANES;
        size_t k = 0;
        do {  // once for an inner size of 0: the sums are 0 then
            const size_t inner = p->inner - k < INNER_BLOCK ? p->inner - k : INNER_BLOCK;
            // Rows of B far apart share few cache sets: with enough rows of A to pay for it, a copy is faster.
            const int is_close = p->b_stride == width || end - begin < PACKING_ROWS;
            const int in_place = !p->transpose_b && columns == width && is_close;
            if (!in_place) NAME(pack)(s, k, inner, j, columns, width, panel);
            const REAL *b = in_place ? s->b + k * p->b_stride + j : panel;
            const size_t b_step = in_place ? p->b_stride : width;
            NAME(panel_product)(s, begin, end, k, inner, b, b_step, j, columns, vectors, p->accumulate || k > 0);
            k += inner;
        } while (k < p->inner);
    }
    if (!s->bias && p->activation == ELBO_IDENTITY) return;
    for (size_t r = begin; r < end; r++) {
        const REAL *bias = s->bias ? s->bias + first_column : NULL;
        NAME(finish_row)(s->c + r * p->c_stride + first_column, bias, last_column - first_column, p->activation);
    }
}

static void NAME(rows_share)(void *context, size_t begin, size_t end) {
    const struct NAME(product) *s = context;
    NAME(rectangle)(s, begin, end, 0, s->p->columns);
}

static void NAME(columns_share)(void *context, size_t begin, size_t end) {
    const struct NAME(product) *s = context;
    NAME(rectangle)(s, 0, s->p->rows, begin, end);
}

void NAME(elbo_matrix_product)(
    const elbo_product *product, const REAL *a, const REAL *b, const REAL *bias, REAL *c) {
    if (product->rows == 0 || product->columns == 0) return;
    struct NAME(product) s = {product, a, b, bias, c, NAME(tiles_of_processor)()};
    const size_t rows = product->rows, columns = product->columns, inner = product->inner + 8;
    if (rows >= 24 || columns < 128) {
        elbo_parallel(rows, 6, GRAIN / (columns * inner) + 6, &s, NAME(rows_share));
    } else {
        elbo_parallel(columns, 64, GRAIN / (rows * inner) + 64, &s, NAME(columns_share));
    }
}
