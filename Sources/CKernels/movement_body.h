// SPDX-License-Identifier: Apache-2.0
// The functions of elbo_movement.h for one precision.

struct NAME(movement) {
    const REAL *x;
    REAL *y;
    struct walk walk;  // operand 0 is x, operand 1 is y
    int adds;
};

static void NAME(move_run)(
    const REAL *x, ptrdiff_t x_stride, REAL *y, ptrdiff_t y_stride, size_t count, int adds) {
    if (adds) {
        if (x_stride == 1 && y_stride == 1) {
            ELBO_LOOP for (size_t i = 0; i < count; i++) y[i] += x[i];
        } else {
            for (size_t i = 0; i < count; i++) y[(ptrdiff_t)i * y_stride] += x[(ptrdiff_t)i * x_stride];
        }
    } else if (x_stride == 1 && y_stride == 1) {
        memcpy(y, x, count * sizeof(REAL));
    } else if (x_stride == 0 && y_stride == 1) {
        const REAL value = *x;
        for (size_t i = 0; i < count; i++) y[i] = value;
    } else {
        for (size_t i = 0; i < count; i++) y[(ptrdiff_t)i * y_stride] = x[(ptrdiff_t)i * x_stride];
    }
}

static void NAME(runs_share)(void *context, size_t begin, size_t end) {
    const struct NAME(movement) *m = context;
    const size_t last = m->walk.rank - 1;
    struct position position = position_of_row(&m->walk, begin);
    for (size_t row = begin; row < end; row++) {
        NAME(move_run)(
            m->x + position.offset[0], m->walk.strides[0][last], m->y + position.offset[1], m->walk.strides[1][last],
            m->walk.extents[last], m->adds);
        move_to_next_row(&m->walk, &position);
    }
}

static void NAME(one_run_share)(void *context, size_t begin, size_t end) {
    const struct NAME(movement) *m = context;
    const ptrdiff_t x_stride = m->walk.strides[0][0], y_stride = m->walk.strides[1][0];
    NAME(move_run)(
        m->x + (ptrdiff_t)begin * x_stride, x_stride, m->y + (ptrdiff_t)begin * y_stride, y_stride, end - begin,
        m->adds);
}

// x runs along the second last dimension, y along the last: squares of SQUARE x SQUARE elements, so that the cache
// lines of both sides are used whole. Shared by bands of SQUARE steps of the second last dimension.
static void NAME(squares_share)(void *context, size_t begin, size_t end) {
    const struct NAME(movement) *m = context;
    const size_t last = m->walk.rank - 1, columns = m->walk.extents[last], rows = m->walk.extents[last - 1];
    const ptrdiff_t x_column = m->walk.strides[0][last], y_row = m->walk.strides[1][last - 1];
    const size_t bands = (rows + SQUARE - 1) / SQUARE;
    for (size_t band = begin; band < end; band++) {
        const size_t first = band % bands * SQUARE, stop = rows - first < SQUARE ? rows : first + SQUARE;
        const struct position p = position_of_row(&m->walk, band / bands * rows);
        const REAL *x = m->x + p.offset[0];
        REAL *y = m->y + p.offset[1];
        for (size_t c0 = 0; c0 < columns; c0 += SQUARE) {
            const size_t c1 = columns - c0 < SQUARE ? columns : c0 + SQUARE;
            for (size_t r = first; r < stop; r++) {
                for (size_t c = c0; c < c1; c++) {
                    y[(ptrdiff_t)r * y_row + (ptrdiff_t)c] = x[(ptrdiff_t)r + (ptrdiff_t)c * x_column];
                }
            }
        }
    }
}

static void NAME(swap_dimensions)(struct walk *walk, size_t a, size_t b) {
    const size_t extent = walk->extents[a];
    walk->extents[a] = walk->extents[b];
    walk->extents[b] = extent;
    for (size_t o = 0; o < walk->operands; o++) {
        const ptrdiff_t stride = walk->strides[o][a];
        walk->strides[o][a] = walk->strides[o][b];
        walk->strides[o][b] = stride;
    }
}

static void NAME(move_strided)(
    const REAL *x, const ptrdiff_t *x_strides, REAL *y, const ptrdiff_t *y_strides, const size_t *extents, size_t rank,
    int adds) {
    for (size_t d = 0; d < rank; d++) {
        if (extents[d] == 0) return;
    }
    const ptrdiff_t *strides[] = {x_strides, y_strides};
    struct NAME(movement) m = {x, y, merged_walk(rank, extents, 2, strides), adds};
    const size_t last = m.walk.rank - 1;
    if (last == 0) {
        elbo_parallel(m.walk.extents[0], UNIT, GRAIN, &m, NAME(one_run_share));
        return;
    }
    if (!adds && m.walk.strides[1][last] == 1 && m.walk.strides[0][last] != 1 && m.walk.strides[0][last] != 0) {
        for (size_t d = 0; d < last; d++) {
            if (m.walk.strides[0][d] != 1) continue;
            NAME(swap_dimensions)(&m.walk, d, last - 1);
            const size_t rows = m.walk.extents[last - 1], bands = (rows + SQUARE - 1) / SQUARE;
            const size_t count = row_count(&m.walk) / rows * bands;
            elbo_parallel(count, 1, GRAIN / SQUARE / m.walk.extents[last] + 1, &m, NAME(squares_share));
            return;
        }
    }
    elbo_parallel(row_count(&m.walk), 1, GRAIN / m.walk.extents[last] + 1, &m, NAME(runs_share));
}

void NAME(elbo_copy_strided)(
    const REAL *x, const ptrdiff_t *x_strides, REAL *y, const ptrdiff_t *y_strides, const size_t *extents,
    size_t rank) {
    NAME(move_strided)(x, x_strides, y, y_strides, extents, rank, 0);
}

void NAME(elbo_add_strided)(
    const REAL *x, const ptrdiff_t *x_strides, REAL *y, const ptrdiff_t *y_strides, const size_t *extents,
    size_t rank) {
    NAME(move_strided)(x, x_strides, y, y_strides, extents, rank, 1);
}

void NAME(elbo_copy)(const REAL *x, REAL *y, size_t count) {
    const ptrdiff_t one[] = {1};
    NAME(move_strided)(x, one, y, one, &count, 1, 0);
}

void NAME(elbo_transpose)(const REAL *x, REAL *y, size_t rows, size_t columns) {
    const size_t extents[] = {columns, rows};
    const ptrdiff_t x_strides[] = {1, (ptrdiff_t)columns}, y_strides[] = {(ptrdiff_t)rows, 1};
    NAME(move_strided)(x, x_strides, y, y_strides, extents, 2, 0);
}

void NAME(elbo_copy_rows)(const REAL *x, size_t x_step, REAL *y, size_t y_step, size_t rows, size_t length) {
    const size_t extents[] = {rows, length};
    const ptrdiff_t x_strides[] = {(ptrdiff_t)x_step, 1}, y_strides[] = {(ptrdiff_t)y_step, 1};
    NAME(move_strided)(x, x_strides, y, y_strides, extents, 2, 0);
}

struct NAME(rows_by_index) {
    const REAL *x;
    const int32_t *index;
    REAL *y;
    size_t count, length;
};

static void NAME(gather_share)(void *context, size_t begin, size_t end) {
    const struct NAME(rows_by_index) *g = context;
    for (size_t i = begin; i < end; i++) {
        memcpy(g->y + i * g->length, g->x + (size_t)g->index[i] * g->length, g->length * sizeof(REAL));
    }
}

void NAME(elbo_gather_rows)(const REAL *x, const int32_t *index, REAL *y, size_t count, size_t length) {
    struct NAME(rows_by_index) g = {x, index, y, count, length};
    if (length > 0) elbo_parallel(count, 1, GRAIN / length + 1, &g, NAME(gather_share));
}

// Shared by columns: rows may repeat, and each thread keeps their order.
static void NAME(scatter_add_share)(void *context, size_t begin, size_t end) {
    const struct NAME(rows_by_index) *g = context;
    for (size_t i = 0; i < g->count; i++) {
        const REAL *x = g->x + i * g->length;
        REAL *y = g->y + (size_t)g->index[i] * g->length;
        ELBO_LOOP for (size_t j = begin; j < end; j++) y[j] += x[j];
    }
}

void NAME(elbo_scatter_add_rows)(const REAL *x, const int32_t *index, REAL *y, size_t count, size_t length) {
    struct NAME(rows_by_index) g = {x, index, y, count, length};
    elbo_parallel(length, UNIT, GRAIN / (count + 1) + 1, &g, NAME(scatter_add_share));
}
