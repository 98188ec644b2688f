// SPDX-License-Identifier: Apache-2.0
// The products of the Winograd convolution for one processor: per point, tiles by channels times channels by channels.
// A tile of ROWS x PANEL vectors of the result stays in registers while the inner index runs.

#define EACH_VECTOR(v) _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
#define EACH_ROW(r) _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)

// c[r, :] = sum over k < inner of a[r, k] b[k, :] for `rows` tiles. a has blocks of channels `a_block` apart, c too; b is
// one panel without gaps.
ELBO_INLINE void NAME(multiply)(
    const int rows, const int vectors, size_t inner, const float *a, size_t a_block, const float *b, float *c,
    size_t c_block) {
    NAME(vector) sums[ROWS][PANEL];
    EACH_ROW(r) EACH_VECTOR(v) sums[r][v] = (NAME(vector)){0};
    for (; inner > 0; a += a_block) {
        const size_t steps = inner < WIDTH ? inner : WIDTH;
        for (size_t k = 0; k < steps; k++, b += vectors * WIDTH) {
            NAME(vector) row[PANEL];
            EACH_VECTOR(v) row[v] = *(const NAME(vector) *)(b + v * WIDTH);
            EACH_ROW(r) {
                const float factor = a[r * WIDTH + k];
                EACH_VECTOR(v) sums[r][v] += factor * row[v];
            }
        }
        inner -= steps;
    }
    EACH_ROW(r) EACH_VECTOR(v) *(NAME(vector) *)(c + v * c_block + r * WIDTH) = sums[r][v];
}

// c[r, :] (+)= sum over t < tiles of a[t, r] b[t, :] for `rows` channels.
ELBO_INLINE void NAME(correlate)(
    const int rows, const int vectors, size_t tiles, const float *a, const float *b, size_t b_block, float *c,
    size_t c_block, bool accumulate) {
    NAME(vector) sums[GRADIENT_ROWS][PANEL];
    EACH_ROW(r) EACH_VECTOR(v) {
        sums[r][v] = accumulate ? *(const NAME(vector) *)(c + v * c_block + r * WIDTH) : (NAME(vector)){0};
    }
    for (size_t t = 0; t < tiles; t++) {
        NAME(vector) row[PANEL];
        EACH_VECTOR(v) row[v] = *(const NAME(vector) *)(b + v * b_block + t * WIDTH);
        EACH_ROW(r) {
            const float factor = a[t * WIDTH + r];
            EACH_VECTOR(v) sums[r][v] += factor * row[v];
        }
    }
    EACH_ROW(r) EACH_VECTOR(v) *(NAME(vector) *)(c + v * c_block + r * WIDTH) = sums[r][v];
}

#undef EACH_VECTOR
#undef EACH_ROW

typedef void (*NAME(multiply_tile))(
    size_t inner, const float *a, size_t a_block, const float *b, float *c, size_t c_block);
typedef void (*NAME(correlate_tile))(
    size_t tiles, const float *a, const float *b, size_t b_block, float *c, size_t c_block, bool accumulate);

#define MULTIPLY(rows, vectors)                                                                                       \
    static void NAME(multiply_##rows##x##vectors)(                                                                    \
        size_t inner, const float *a, size_t a_block, const float *b, float *c, size_t c_block) {                     \
        NAME(multiply)(rows, vectors, inner, a, a_block, b, c, c_block);                                              \
    }
#define CORRELATE(rows, vectors)                                                                                      \
    static void NAME(correlate_##rows##x##vectors)(                                                                   \
        size_t tiles, const float *a, const float *b, size_t b_block, float *c, size_t c_block, bool accumulate) {    \
        NAME(correlate)(rows, vectors, tiles, a, b, b_block, c, c_block, accumulate);                                 \
    }
#if PANEL == 4
#define EACH_WIDTH(f, rows) f(rows, 1) f(rows, 2) f(rows, 3) f(rows, 4)
#define ROW_OF(f, rows) {f(rows, 1), f(rows, 2), f(rows, 3), f(rows, 4)}
#elif PANEL == 2
#define EACH_WIDTH(f, rows) f(rows, 1) f(rows, 2)
#define ROW_OF(f, rows) {f(rows, 1), f(rows, 2)}
#else
#define EACH_WIDTH(f, rows) f(rows, 1)
#define ROW_OF(f, rows) {f(rows, 1)}
#endif
EACH_WIDTH(MULTIPLY, 1)
EACH_WIDTH(MULTIPLY, 2)
EACH_WIDTH(MULTIPLY, 3)
EACH_WIDTH(MULTIPLY, 4)
EACH_WIDTH(MULTIPLY, 5)
EACH_WIDTH(MULTIPLY, 6)
EACH_WIDTH(CORRELATE, 1)
EACH_WIDTH(CORRELATE, 2)
EACH_WIDTH(CORRELATE, 3)
EACH_WIDTH(CORRELATE, 4)

#define MULTIPLY_NAME(rows, vectors) NAME(multiply_##rows##x##vectors)
#define CORRELATE_NAME(rows, vectors) NAME(correlate_##rows##x##vectors)
static const NAME(multiply_tile) NAME(multiply_tiles)[ROWS][PANEL] = {
    ROW_OF(MULTIPLY_NAME, 1), ROW_OF(MULTIPLY_NAME, 2), ROW_OF(MULTIPLY_NAME, 3),
    ROW_OF(MULTIPLY_NAME, 4), ROW_OF(MULTIPLY_NAME, 5), ROW_OF(MULTIPLY_NAME, 6)};
static const NAME(correlate_tile) NAME(correlate_tiles)[GRADIENT_ROWS][PANEL] = {
    ROW_OF(CORRELATE_NAME, 1), ROW_OF(CORRELATE_NAME, 2), ROW_OF(CORRELATE_NAME, 3), ROW_OF(CORRELATE_NAME, 4)};

// The vectors of a panel: the last one may be narrower.
ELBO_INLINE size_t NAME(panel_vectors)(const struct winograd_plan *plan, size_t panel) {
    const size_t left = plan->output_blocks - panel * PANEL;
    return left < PANEL ? left : PANEL;
}

// Index: point, panel.
static void NAME(products)(void *context, size_t begin, size_t end) {
    const struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t inputs = plan->sizes.inputs, block = plan->chunk * WIDTH;
    for (size_t index = begin; index < end; index++) {
        const size_t point = index / plan->panels, panel = index % plan->panels;
        const size_t vectors = NAME(panel_vectors)(plan, panel);
        const float *a = run->inputs + point * plan->input_slice;
        const float *b = run->transformed + point * plan->weight_slice + panel * PANEL * WIDTH * inputs;
        float *c = run->outputs + point * plan->output_slice + panel * PANEL * block;
        for (size_t t = 0; t < run->count; t += ROWS) {
            const size_t rows = run->count - t < ROWS ? run->count - t : ROWS;
            NAME(multiply_tiles)[rows - 1][vectors - 1](inputs, a + t * WIDTH, block, b, c + t * WIDTH, block);
        }
    }
}

// Index: point, panel.
static void NAME(gradient_products)(void *context, size_t begin, size_t end) {
    const struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t inputs = plan->sizes.inputs, block = plan->chunk * WIDTH;
    for (size_t index = begin; index < end; index++) {
        const size_t point = index / plan->panels, panel = index % plan->panels;
        const size_t vectors = NAME(panel_vectors)(plan, panel);
        const float *a = run->inputs + point * plan->input_slice;
        const float *b = run->outputs + point * plan->output_slice + panel * PANEL * block;
        float *c = run->sums + point * plan->weight_slice + panel * PANEL * WIDTH * inputs;
        for (size_t k = 0; k < inputs;) {
            const size_t left = inputs - k < WIDTH - k % WIDTH ? inputs - k : WIDTH - k % WIDTH;
            const size_t rows = left < GRADIENT_ROWS ? left : GRADIENT_ROWS;
            NAME(correlate_tiles)[rows - 1][vectors - 1](
                run->count, a + k / WIDTH * block + k % WIDTH, b, block, c + k * WIDTH, inputs * WIDTH,
                run->first > 0);
            k += rows;
        }
        if (run->bias_sums && point == plan->algorithm->sum_point) {
            for (size_t v = 0; v < vectors; v++) {
                NAME(vector) *sum = (NAME(vector) *)(run->bias_sums + (panel * PANEL + v) * WIDTH);
                NAME(vector) chunk_sum = {0};
                for (size_t t = 0; t < run->count; t++) chunk_sum += *(const NAME(vector) *)(b + v * block + t * WIDTH);
                *sum = run->first > 0 ? *sum + chunk_sum : chunk_sum;
            }
        }
    }
}

#undef MULTIPLY
#undef CORRELATE
#undef MULTIPLY_NAME
#undef CORRELATE_NAME
#undef EACH_WIDTH
#undef ROW_OF
