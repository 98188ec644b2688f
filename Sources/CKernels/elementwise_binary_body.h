// SPDX-License-Identifier: Apache-2.0
// The functions of elbo_binary.h for one precision. Each function has four loops: both inputs step by one, one of
// them stands still, or arbitrary strides; the broadcasting above them only chooses a loop per row.

typedef void (*NAME(row_loop))(
    const REAL *a, ptrdiff_t a_stride, const REAL *b, ptrdiff_t b_stride, REAL *y, size_t count);

#define BINARY(name, expression)                                                                                      \
    ELBO_CLONES static void NAME(name##_loop)(                                                                        \
        const REAL *a, ptrdiff_t a_stride, const REAL *b, ptrdiff_t b_stride, REAL *y, size_t count) {                \
        if (a_stride == 1 && b_stride == 1) {                                                                         \
            ELBO_LOOP for (size_t i = 0; i < count; i++) {                                                            \
                const REAL v = a[i], w = b[i];                                                                        \
                y[i] = expression;                                                                                    \
            }                                                                                                         \
        } else if (a_stride == 1 && b_stride == 0) {                                                                  \
            const REAL w = *b;                                                                                        \
            ELBO_LOOP for (size_t i = 0; i < count; i++) {                                                            \
                const REAL v = a[i];                                                                                  \
                y[i] = expression;                                                                                    \
            }                                                                                                         \
        } else if (a_stride == 0 && b_stride == 1) {                                                                  \
            const REAL v = *a;                                                                                        \
            ELBO_LOOP for (size_t i = 0; i < count; i++) {                                                            \
                const REAL w = b[i];                                                                                  \
                y[i] = expression;                                                                                    \
            }                                                                                                         \
        } else {                                                                                                      \
            for (size_t i = 0; i < count; i++) {                                                                      \
                const REAL v = a[(ptrdiff_t)i * a_stride], w = b[(ptrdiff_t)i * b_stride];                            \
                y[i] = expression;                                                                                    \
            }                                                                                                         \
        }                                                                                                             \
    }

BINARY(add, v + w)
BINARY(subtract, v - w)
BINARY(multiply, v *w)
BINARY(divide, v / w)
BINARY(maximum, v > w || v != v ? v : w)
BINARY(minimum, v < w || v != v ? v : w)
BINARY(greater, v > w ? 1 : 0)
BINARY(equal, v == w ? 1 : 0)
#undef BINARY

static NAME(row_loop) NAME(row_loop_of)(elbo_operation f) {
    switch (f) {
        case ELBO_ADD: return NAME(add_loop);
        case ELBO_SUBTRACT: return NAME(subtract_loop);
        case ELBO_MULTIPLY: return NAME(multiply_loop);
        case ELBO_DIVIDE: return NAME(divide_loop);
        case ELBO_MAXIMUM: return NAME(maximum_loop);
        case ELBO_MINIMUM: return NAME(minimum_loop);
        case ELBO_GREATER: return NAME(greater_loop);
        case ELBO_EQUAL: return NAME(equal_loop);
    }
    __builtin_trap();
}

struct NAME(binary) {
    NAME(row_loop) loop;
    const REAL *a, *b;
    REAL *y;
    ptrdiff_t a_stride, b_stride;
    struct walk walk;
};

// One long row, shared by elements.
static void NAME(binary_share)(void *context, size_t begin, size_t end) {
    const struct NAME(binary) *c = context;
    c->loop(
        c->a + (ptrdiff_t)begin * c->a_stride, c->a_stride, c->b + (ptrdiff_t)begin * c->b_stride, c->b_stride,
        c->y + begin, end - begin);
}

static void NAME(one_row)(
    elbo_operation f, const REAL *a, ptrdiff_t a_stride, const REAL *b, ptrdiff_t b_stride, REAL *y, size_t count) {
    struct NAME(binary) c = {NAME(row_loop_of)(f), a, b, y, a_stride, b_stride, {0}};
    elbo_parallel(count, UNIT, GRAIN, &c, NAME(binary_share));
}

// Many rows, shared by rows.
static void NAME(binary_rows_share)(void *context, size_t begin, size_t end) {
    const struct NAME(binary) *c = context;
    const size_t columns = c->walk.extents[c->walk.rank - 1];
    struct position position = position_of_row(&c->walk, begin);
    for (size_t row = begin; row < end; row++) {
        c->loop(
            c->a + position.offset[0], c->a_stride, c->b + position.offset[1], c->b_stride, c->y + row * columns,
            columns);
        move_to_next_row(&c->walk, &position);
    }
}

// [rows, columns] with few columns against one row: the row is repeated until a loop over it is worth its call.
static void NAME(binary_tiled_share)(void *context, size_t begin, size_t end) {
    const struct NAME(binary) *c = context;
    const size_t columns = c->walk.extents[1];
    const int a_repeats = c->walk.strides[0][0] == 0;
    const size_t tile_rows = TILE / columns;
    REAL tile[TILE];
    for (size_t i = 0; i < tile_rows * columns; i++) tile[i] = (a_repeats ? c->a : c->b)[i % columns];
    for (size_t row = begin; row < end; row += tile_rows) {
        const size_t count = (row + tile_rows < end ? tile_rows : end - row) * columns;
        const REAL *a = a_repeats ? tile : c->a + row * columns, *b = a_repeats ? c->b + row * columns : tile;
        c->loop(a, 1, b, 1, c->y + row * columns, count);
    }
}

void NAME(elbo_binary)(elbo_operation f, const REAL *a, const REAL *b, REAL *y, size_t count) {
    NAME(one_row)(f, a, 1, b, 1, y, count);
}

void NAME(elbo_binary_scalar)(elbo_operation f, const REAL *a, REAL b, REAL *y, size_t count) {
    NAME(one_row)(f, a, 1, &b, 0, y, count);
}

void NAME(elbo_scalar_binary)(elbo_operation f, REAL a, const REAL *b, REAL *y, size_t count) {
    NAME(one_row)(f, &a, 0, b, 1, y, count);
}

void NAME(elbo_binary_strided)(
    elbo_operation f, const REAL *a, const ptrdiff_t *a_strides, const REAL *b, const ptrdiff_t *b_strides, REAL *y,
    const size_t *extents, size_t rank) {
    for (size_t d = 0; d < rank; d++) {
        if (extents[d] == 0) return;
    }
    const ptrdiff_t *strides[] = {a_strides, b_strides};
    struct NAME(binary) c = {NAME(row_loop_of)(f), a, b, y, 0, 0, merged_walk(rank, extents, 2, strides)};
    const size_t last = c.walk.rank - 1, columns = c.walk.extents[last], rows = row_count(&c.walk);
    c.a_stride = c.walk.strides[0][last];
    c.b_stride = c.walk.strides[1][last];
    if (rows == 1) {
        elbo_parallel(columns, UNIT, GRAIN, &c, NAME(binary_share));
        return;
    }
    const size_t grain = GRAIN / columns + 1;
    const ptrdiff_t whole = (ptrdiff_t)columns;
    const int row_against_matrix = c.walk.rank == 2 && c.a_stride == 1 && c.b_stride == 1 && columns <= TILE / 4
        && ((c.walk.strides[0][0] == whole && c.walk.strides[1][0] == 0)
            || (c.walk.strides[0][0] == 0 && c.walk.strides[1][0] == whole));
    elbo_parallel(rows, 1, grain, &c, row_against_matrix ? NAME(binary_tiled_share) : NAME(binary_rows_share));
}

void NAME(elbo_binary_row)(
    elbo_operation f, const REAL *a, const REAL *b, REAL *y, size_t rows, size_t columns) {
    const size_t extents[] = {rows, columns};
    const ptrdiff_t a_strides[] = {(ptrdiff_t)columns, 1}, b_strides[] = {0, 1};
    NAME(elbo_binary_strided)(f, a, a_strides, b, b_strides, y, extents, 2);
}

void NAME(elbo_binary_column)(
    elbo_operation f, const REAL *a, const REAL *b, REAL *y, size_t rows, size_t columns) {
    const size_t extents[] = {rows, columns};
    const ptrdiff_t a_strides[] = {(ptrdiff_t)columns, 1}, b_strides[] = {1, 0};
    NAME(elbo_binary_strided)(f, a, a_strides, b, b_strides, y, extents, 2);
}

struct NAME(accumulation) {
    REAL factor;
    const REAL *a, *b;
    REAL *y;
};

ELBO_CLONES static void NAME(axpy_share)(void *context, size_t begin, size_t end) {
    const struct NAME(accumulation) *c = context;
    const REAL factor = c->factor, *a = c->a;
    REAL *y = c->y;
    ELBO_LOOP for (size_t i = begin; i < end; i++) y[i] += factor * a[i];
}

ELBO_CLONES static void NAME(multiply_add_share)(void *context, size_t begin, size_t end) {
    const struct NAME(accumulation) *c = context;
    const REAL *a = c->a, *b = c->b;
    REAL *y = c->y;
    ELBO_LOOP for (size_t i = begin; i < end; i++) y[i] += a[i] * b[i];
}

void NAME(elbo_axpy)(REAL factor, const REAL *x, REAL *y, size_t count) {
    struct NAME(accumulation) c = {factor, x, x, y};
    elbo_parallel(count, UNIT, GRAIN, &c, NAME(axpy_share));
}

void NAME(elbo_multiply_add)(const REAL *a, const REAL *b, REAL *y, size_t count) {
    struct NAME(accumulation) c = {1, a, b, y};
    elbo_parallel(count, UNIT, GRAIN, &c, NAME(multiply_add_share));
}
