// SPDX-License-Identifier: Apache-2.0
// The reductions of runs.h for one precision.

typedef REAL NAME(vector) __attribute__((vector_size(64), aligned(sizeof(REAL)), may_alias));
#define LOAD(p) (*(const NAME(vector) *)(p))

// At most BLOCK elements: four vectors of partial sums, then a tree over their lanes.
#define BLOCK_SUM(name, vector_term, scalar_term)                                                                     \
    ELBO_CLONES static REAL NAME(name)(const REAL *a, const REAL *b, size_t count) {                                  \
        (void)b;                                                                                                      \
        NAME(vector) s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};                                                          \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * LANES <= count; i += 4 * LANES) {                                                              \
            s0 += vector_term(i);                                                                                     \
            s1 += vector_term(i + LANES);                                                                             \
            s2 += vector_term(i + 2 * LANES);                                                                         \
            s3 += vector_term(i + 3 * LANES);                                                                         \
        }                                                                                                             \
        for (; i + LANES <= count; i += LANES) s0 += vector_term(i);                                                  \
        s0 = (s0 + s1) + (s2 + s3);                                                                                   \
        REAL rest = 0;                                                                                                \
        for (; i < count; i++) rest += scalar_term(i);                                                                \
        REAL lanes[LANES];                                                                                            \
        *(NAME(vector) *)lanes = s0;                                                                                  \
        for (size_t width = LANES / 2; width > 0; width /= 2) {                                                       \
            for (size_t j = 0; j < width; j++) lanes[j] += lanes[j + width];                                          \
        }                                                                                                             \
        return lanes[0] + rest;                                                                                       \
    }

#define ONE_VECTOR(i) LOAD(a + (i))
#define ONE_SCALAR(i) a[i]
#define PRODUCT_VECTOR(i) LOAD(a + (i)) * LOAD(b + (i))
#define PRODUCT_SCALAR(i) a[i] * b[i]
BLOCK_SUM(block_sum, ONE_VECTOR, ONE_SCALAR)
BLOCK_SUM(block_dot, PRODUCT_VECTOR, PRODUCT_SCALAR)
#undef BLOCK_SUM

double NAME(elbo_run_sum)(const REAL *a, const REAL *b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i += BLOCK) {
        const size_t length = count - i < BLOCK ? count - i : BLOCK;
        sum += b ? NAME(block_dot)(a + i, b + i, length) : NAME(block_sum)(a + i, NULL, length);
    }
    return sum;
}

ELBO_CLONES REAL NAME(elbo_run_max)(const REAL *x, size_t count) {
    REAL best = (REAL)-INFINITY;
    if (count < 2 * LANES) {
        for (size_t i = 0; i < count; i++) best = x[i] > best || x[i] != x[i] ? x[i] : best;
        return best;
    }
    REAL lanes[2 * LANES];
    for (size_t j = 0; j < 2 * LANES; j++) lanes[j] = (REAL)-INFINITY;
    size_t i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        for (size_t j = 0; j < 2 * LANES; j++) {
            const REAL v = x[i + j];
            lanes[j] = v > lanes[j] || v != v ? v : lanes[j];
        }
    }
    for (; i < count; i++) best = x[i] > best || x[i] != x[i] ? x[i] : best;
    for (size_t j = 0; j < 2 * LANES; j++) best = lanes[j] > best || lanes[j] != lanes[j] ? lanes[j] : best;
    return best;
}

// Adds the column sums of at most ROW_BLOCK rows to y.
#define COLUMN_BLOCK(name, vector_term, scalar_term)                                                                  \
    ELBO_CLONES static void NAME(name)(                                                                               \
        const REAL *a, const REAL *b, REAL *y, size_t rows, size_t columns, size_t row_stride) {                      \
        (void)b;                                                                                                      \
        size_t c = 0;                                                                                                 \
        for (; c + 4 * LANES <= columns; c += 4 * LANES) {                                                            \
            NAME(vector) s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};                                                      \
            for (size_t r = 0; r < rows; r++) {                                                                       \
                const size_t i = r * row_stride + c;                                                                  \
                s0 += vector_term(i);                                                                                 \
                s1 += vector_term(i + LANES);                                                                         \
                s2 += vector_term(i + 2 * LANES);                                                                     \
                s3 += vector_term(i + 3 * LANES);                                                                     \
            }                                                                                                         \
            *(NAME(vector) *)(y + c) += s0;                                                                           \
            *(NAME(vector) *)(y + c + LANES) += s1;                                                                   \
            *(NAME(vector) *)(y + c + 2 * LANES) += s2;                                                               \
            *(NAME(vector) *)(y + c + 3 * LANES) += s3;                                                               \
        }                                                                                                             \
        for (; c + LANES <= columns; c += LANES) {                                                                    \
            NAME(vector) s = {0};                                                                                     \
            for (size_t r = 0; r < rows; r++) s += vector_term(r * row_stride + c);                                   \
            *(NAME(vector) *)(y + c) += s;                                                                            \
        }                                                                                                             \
        const size_t rest = columns - c;                                                                              \
        REAL sums[LANES] = {0};                                                                                       \
        for (size_t r = 0; r < rows; r++) {                                                                           \
            for (size_t j = 0; j < rest; j++) sums[j] += scalar_term(r * row_stride + c + j);                         \
        }                                                                                                             \
        for (size_t j = 0; j < rest; j++) y[c + j] += sums[j];                                                        \
    }

COLUMN_BLOCK(column_block_sum, ONE_VECTOR, ONE_SCALAR)
COLUMN_BLOCK(column_block_dot, PRODUCT_VECTOR, PRODUCT_SCALAR)
#undef ONE_VECTOR
#undef ONE_SCALAR
#undef PRODUCT_VECTOR
#undef PRODUCT_SCALAR
#undef COLUMN_BLOCK

struct NAME(columns) {
    const REAL *a, *b;
    REAL *y;
    size_t rows, columns, row_stride;
    size_t rows_per_chunk;  // when shared by rows: chunk k adds into y + k * columns
};

static void NAME(add_rows)(
    const struct NAME(columns) * c, REAL *y, size_t first_row, size_t last_row, size_t first, size_t last);

// Rows of 20 or 2 elements leave most of a vector empty: `fold` of them end to end fill whole vectors. Returns how many
// rows were added to y.
static size_t NAME(add_folded_rows)(const struct NAME(columns) * c, REAL *y, size_t first_row, size_t last_row) {
    const size_t columns = c->columns;
    if (columns > FOLDED || columns % LANES == 0 || c->row_stride != columns) return 0;
    size_t fold = 1;
    while (columns * fold % LANES != 0) fold *= 2;
    const size_t rows = (last_row - first_row) / fold;
    if (rows < 4) return 0;
    REAL sums[FOLDED * LANES] = {0};
    struct NAME(columns) folded = *c;
    folded.columns = folded.row_stride = columns * fold;
    folded.a += first_row * columns;
    if (c->b) folded.b += first_row * columns;
    NAME(add_rows)(&folded, sums, 0, rows, 0, columns * fold);
    for (size_t j = 0; j < columns; j++) {
        REAL sum = 0;
        for (size_t f = 0; f < fold; f++) sum += sums[f * columns + j];
        y[j] += sum;
    }
    return rows * fold;
}

static void NAME(add_rows)(
    const struct NAME(columns) * c, REAL *y, size_t first_row, size_t last_row, size_t first, size_t last) {
    if (first == 0 && last == c->columns) first_row += NAME(add_folded_rows)(c, y, first_row, last_row);
    for (size_t r = first_row; r < last_row; r += ROW_BLOCK) {
        const size_t rows = last_row - r < ROW_BLOCK ? last_row - r : ROW_BLOCK;
        const size_t offset = r * c->row_stride + first;
        if (c->b) {
            NAME(column_block_dot)(c->a + offset, c->b + offset, y, rows, last - first, c->row_stride);
        } else {
            NAME(column_block_sum)(c->a + offset, NULL, y, rows, last - first, c->row_stride);
        }
    }
}

static void NAME(columns_share)(void *context, size_t begin, size_t end) {
    const struct NAME(columns) *c = context;
    NAME(add_rows)(c, c->y + begin, 0, c->rows, begin, end);
}

static void NAME(chunks_share)(void *context, size_t begin, size_t end) {
    const struct NAME(columns) *c = context;
    for (size_t chunk = begin; chunk < end; chunk++) {
        const size_t first = chunk * c->rows_per_chunk;
        const size_t last = c->rows - first < c->rows_per_chunk ? c->rows : first + c->rows_per_chunk;
        NAME(add_rows)(c, c->y + chunk * c->columns, first, last, 0, c->columns);
    }
}

void NAME(elbo_column_sums)(
    const REAL *a, const REAL *b, REAL *y, size_t rows, size_t columns, size_t row_stride, bool accumulate) {
    if (columns == 0) return;
    if (!accumulate) memset(y, 0, columns * sizeof(REAL));
    struct NAME(columns) c = {a, b, y, rows, columns, row_stride, 0};
    // Wide matrices are shared by columns; tall narrow ones by chunks of rows, whose sums are added in order.
    const size_t chunks = rows * columns / CHUNK < MAXIMUM_CHUNKS ? rows * columns / CHUNK : MAXIMUM_CHUNKS;
    if (columns >= WIDE || chunks < 2) {
        elbo_parallel(columns, FOLDED, CHUNK / (rows + 1) + 1, &c, NAME(columns_share));
        return;
    }
    REAL partial[MAXIMUM_CHUNKS * WIDE];
    memset(partial, 0, chunks * columns * sizeof(REAL));
    c.y = partial;
    c.rows_per_chunk = (rows + chunks - 1) / chunks;
    const size_t used = (rows + c.rows_per_chunk - 1) / c.rows_per_chunk;
    elbo_parallel(used, 1, 1, &c, NAME(chunks_share));
    for (size_t chunk = 0; chunk < used; chunk++) {
        for (size_t j = 0; j < columns; j++) y[j] += partial[chunk * columns + j];
    }
}

#undef ONE_VECTOR
#undef ONE_SCALAR
#undef PRODUCT_VECTOR
#undef PRODUCT_SCALAR
#undef COLUMN_BLOCK
#undef LOAD
