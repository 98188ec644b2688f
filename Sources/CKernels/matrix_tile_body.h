// SPDX-License-Identifier: Apache-2.0
// The innermost loops of the matrix product for one precision and one processor: a tile of ROWS x VECTORS vectors of
// c stays in registers while the inner index runs. Included with TILE_NAME and the tile's largest size defined.

#define TILE(rows_, vectors_)                                                                                         \
    static void TILE_NAME(rows_, vectors_)(                                                                           \
        size_t inner, const REAL *a, size_t a_row, size_t a_step, const REAL *b, size_t b_step, REAL *c,              \
        size_t c_step, int accumulate) {                                                                              \
        NAME(vector) sums[rows_][vectors_];                                                                           \
        for (int r = 0; r < rows_; r++) {                                                                             \
            for (int v = 0; v < vectors_; v++) {                                                                      \
                sums[r][v] = accumulate ? *(const NAME(vector) *)(c + r * c_step + v * LANES) : (NAME(vector)){0};    \
            }                                                                                                         \
        }                                                                                                             \
        for (size_t k = 0; k < inner; k++) {                                                                          \
            NAME(vector) row[vectors_];                                                                               \
            for (int v = 0; v < vectors_; v++) row[v] = *(const NAME(vector) *)(b + k * b_step + v * LANES);          \
            _Pragma("clang loop unroll(full)") for (int r = 0; r < rows_; r++) {                                      \
                const REAL factor = a[r * a_row + k * a_step];                                                        \
                for (int v = 0; v < vectors_; v++) sums[r][v] += factor * row[v];                                     \
            }                                                                                                         \
        }                                                                                                             \
        for (int r = 0; r < rows_; r++) {                                                                             \
            for (int v = 0; v < vectors_; v++) *(NAME(vector) *)(c + r * c_step + v * LANES) = sums[r][v];            \
        }                                                                                                             \
    }

#define TILES_OF(rows_) TILE(rows_, 1) TILE(rows_, 2) TILE(rows_, 3) TILE(rows_, 4)
#if TILE_VECTORS == 4
TILES_OF(1)
TILES_OF(2)
TILES_OF(4)
TILES_OF(6)
static const struct NAME(tiles) TILES_NAME = {
    4,
    {{TILE_NAME(1, 1), TILE_NAME(1, 2), TILE_NAME(1, 3), TILE_NAME(1, 4)},
     {TILE_NAME(2, 1), TILE_NAME(2, 2), TILE_NAME(2, 3), TILE_NAME(2, 4)},
     {TILE_NAME(4, 1), TILE_NAME(4, 2), TILE_NAME(4, 3), TILE_NAME(4, 4)},
     {TILE_NAME(6, 1), TILE_NAME(6, 2), TILE_NAME(6, 3), TILE_NAME(6, 4)}}};
#else
TILE(1, 1)
TILE(2, 1)
#if TILE_ROWS == 6
TILE(4, 1)
TILE(6, 1)
static const struct NAME(tiles) TILES_NAME = {
    1, {{TILE_NAME(1, 1)}, {TILE_NAME(2, 1)}, {TILE_NAME(4, 1)}, {TILE_NAME(6, 1)}}};
#else
static const struct NAME(tiles) TILES_NAME = {1, {{TILE_NAME(1, 1)}, {TILE_NAME(2, 1)}, {NULL}, {NULL}}};
#endif
#endif

#undef TILE
#undef TILES_OF
#undef TILE_NAME
#undef TILES_NAME
#undef TILE_VECTORS
#undef TILE_ROWS
