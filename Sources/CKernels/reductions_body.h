// SPDX-License-Identifier: Apache-2.0
// The functions of elbo_reductions.h for one precision, except the strided ones.

struct NAME(reduction) {
    const REAL *a, *b;
    size_t count, chunk;
    double *partial;
};

static void NAME(sum_chunks)(void *context, size_t begin, size_t end) {
    const struct NAME(reduction) *r = context;
    for (size_t k = begin; k < end; k++) {
        const size_t first = k * r->chunk;
        const size_t length = r->count - first < r->chunk ? r->count - first : r->chunk;
        r->partial[k] = NAME(elbo_run_sum)(r->a + first, r->b ? r->b + first : NULL, length);
    }
}

static void NAME(max_chunks)(void *context, size_t begin, size_t end) {
    const struct NAME(reduction) *r = context;
    for (size_t k = begin; k < end; k++) {
        const size_t first = k * r->chunk;
        const size_t length = r->count - first < r->chunk ? r->count - first : r->chunk;
        r->partial[k] = NAME(elbo_run_max)(r->a + first, length);
    }
}

// Cuts the elements into chunks by their count alone, fills `partial`, and returns how many there are.
static size_t NAME(reduce_chunks)(
    const REAL *a, const REAL *b, size_t count, double partial[MAXIMUM_CHUNKS], elbo_range_body body) {
    size_t chunk = (count / MAXIMUM_CHUNKS / CHUNK + 1) * CHUNK;
    struct NAME(reduction) r = {a, b, count, chunk, partial};
    const size_t chunks = (count + chunk - 1) / chunk;
    elbo_parallel(chunks, 1, 1, &r, body);
    return chunks;
}

REAL NAME(elbo_dot)(const REAL *a, const REAL *b, size_t count) {
    double partial[MAXIMUM_CHUNKS], sum = 0;
    const size_t chunks = NAME(reduce_chunks)(a, b, count, partial, NAME(sum_chunks));
    for (size_t k = 0; k < chunks; k++) sum += partial[k];
    return (REAL)sum;
}

REAL NAME(elbo_sum)(const REAL *x, size_t count) { return NAME(elbo_dot)(x, NULL, count); }

REAL NAME(elbo_max)(const REAL *x, size_t count) {
    double partial[MAXIMUM_CHUNKS], best = -INFINITY;
    const size_t chunks = NAME(reduce_chunks)(x, NULL, count, partial, NAME(max_chunks));
    for (size_t k = 0; k < chunks; k++) best = partial[k] > best || partial[k] != partial[k] ? partial[k] : best;
    return (REAL)best;
}

// x * 0 is 0 for finite x and NaN otherwise; one test per block keeps the loop free of branches.
ELBO_CLONES static int NAME(block_is_finite)(const REAL *x, size_t count) {
    int finite = 1;
    for (size_t i = 0; i < count; i++) finite &= x[i] * 0 == 0;
    return finite;
}

bool NAME(elbo_all_finite)(const REAL *x, size_t count) {
    for (size_t i = 0; i < count; i += CHUNK) {
        if (!NAME(block_is_finite)(x + i, count - i < CHUNK ? count - i : CHUNK)) return false;
    }
    return true;
}

struct NAME(row_reduction) {
    const REAL *x;
    REAL *y;
    int32_t *index;
    size_t columns;
};

static void NAME(sum_rows_share)(void *context, size_t begin, size_t end) {
    const struct NAME(row_reduction) *r = context;
    for (size_t row = begin; row < end; row++) {
        r->y[row] = (REAL)NAME(elbo_run_sum)(r->x + row * r->columns, NULL, r->columns);
    }
}

static void NAME(max_rows_share)(void *context, size_t begin, size_t end) {
    const struct NAME(row_reduction) *r = context;
    for (size_t row = begin; row < end; row++) {
        r->y[row] = NAME(elbo_run_max)(r->x + row * r->columns, r->columns);
    }
}

static void NAME(argmax_rows_share)(void *context, size_t begin, size_t end) {
    const struct NAME(row_reduction) *r = context;
    for (size_t row = begin; row < end; row++) {
        const REAL *x = r->x + row * r->columns;
        const REAL best = NAME(elbo_run_max)(x, r->columns);
        size_t c = 0;
        while (c < r->columns && !(x[c] == best || x[c] != x[c])) c++;
        r->index[row] = r->columns == 0 ? -1 : (int32_t)c;
    }
}

void NAME(elbo_sum_rows)(const REAL *x, REAL *y, size_t rows, size_t columns) {
    struct NAME(row_reduction) r = {x, y, NULL, columns};
    elbo_parallel(rows, UNIT, CHUNK / (columns + 8) + 1, &r, NAME(sum_rows_share));
}

void NAME(elbo_max_rows)(const REAL *x, REAL *y, size_t rows, size_t columns) {
    struct NAME(row_reduction) r = {x, y, NULL, columns};
    elbo_parallel(rows, UNIT, CHUNK / (columns + 8) + 1, &r, NAME(max_rows_share));
}

void NAME(elbo_argmax_rows)(const REAL *x, int32_t *index, size_t rows, size_t columns) {
    struct NAME(row_reduction) r = {x, NULL, index, columns};
    elbo_parallel(rows, UNIT, CHUNK / (columns + 8) + 1, &r, NAME(argmax_rows_share));
}

void NAME(elbo_sum_columns)(const REAL *x, REAL *y, size_t rows, size_t columns, bool accumulate) {
    NAME(elbo_column_sums)(x, NULL, y, rows, columns, columns, accumulate);
}

struct NAME(column_maximum) {
    const REAL *x;
    REAL *y;
    size_t rows, columns;
};

ELBO_CLONES static void NAME(max_columns_share)(void *context, size_t begin, size_t end) {
    const struct NAME(column_maximum) *m = context;
    REAL *y = m->y;
    for (size_t c = begin; c < end; c++) y[c] = (REAL)-INFINITY;
    for (size_t r = 0; r < m->rows; r++) {
        const REAL *x = m->x + r * m->columns;
        ELBO_LOOP for (size_t c = begin; c < end; c++) y[c] = x[c] > y[c] || x[c] != x[c] ? x[c] : y[c];
    }
}

void NAME(elbo_max_columns)(const REAL *x, REAL *y, size_t rows, size_t columns) {
    struct NAME(column_maximum) m = {x, y, rows, columns};
    elbo_parallel(columns, UNIT, CHUNK / (rows + 1) + 1, &m, NAME(max_columns_share));
}
