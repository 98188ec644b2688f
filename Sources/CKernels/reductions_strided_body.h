// SPDX-License-Identifier: Apache-2.0
// Reduction over any set of dimensions, for one precision: the kept and the reduced dimensions are walked apart, and
// the fastest dimension decides whether runs, columns or single elements are combined.

struct NAME(strided) {
    const REAL *x;
    REAL *y;
    struct walk kept, reduced;
    int is_maximum;
};

// One result: all reduced elements that belong to the kept position at `x`.
static REAL NAME(reduce_one)(const struct NAME(strided) * s, const REAL *x) {
    const size_t last = s->reduced.rank - 1, count = s->reduced.extents[last], rows = row_count(&s->reduced);
    const ptrdiff_t stride = s->reduced.strides[0][last];
    struct position position = position_of_row(&s->reduced, 0);
    double sum = 0;
    REAL best = (REAL)-INFINITY;
    for (size_t row = 0; row < rows; row++) {
        const REAL *run = x + position.offset[0];
        if (stride == 1) {
            if (s->is_maximum) {
                const REAL v = NAME(elbo_run_max)(run, count);
                best = v > best || v != v ? v : best;
            } else {
                sum += NAME(elbo_run_sum)(run, NULL, count);
            }
        } else {
            for (size_t i = 0; i < count; i++) {
                const REAL v = run[(ptrdiff_t)i * stride];
                sum += v;
                best = v > best || v != v ? v : best;
            }
        }
        move_to_next_row(&s->reduced, &position);
    }
    return s->is_maximum ? best : (REAL)sum;
}

static void NAME(strided_share)(void *context, size_t begin, size_t end) {
    const struct NAME(strided) *s = context;
    const size_t last = s->kept.rank - 1, columns = s->kept.extents[last];
    const ptrdiff_t stride = s->kept.strides[0][last];
    struct position position = position_of_row(&s->kept, begin / columns);
    size_t column = begin % columns;
    for (size_t i = begin; i < end; i++) {
        s->y[i] = NAME(reduce_one)(s, s->x + position.offset[0] + (ptrdiff_t)column * stride);
        if (++column == columns) {
            column = 0;
            move_to_next_row(&s->kept, &position);
        }
    }
}

// The kept dimension runs fastest: whole rows are added, each reduced row being a matrix of `count` rows.
static void NAME(sum_columns_of_rows)(const struct NAME(strided) * s) {
    const size_t last = s->kept.rank - 1, columns = s->kept.extents[last], outer = row_count(&s->kept);
    const size_t inner = s->reduced.rank - 1, count = s->reduced.extents[inner], matrices = row_count(&s->reduced);
    const size_t row_stride = (size_t)s->reduced.strides[0][inner];
    struct position kept = position_of_row(&s->kept, 0);
    for (size_t row = 0; row < outer; row++) {
        struct position reduced = position_of_row(&s->reduced, 0);
        for (size_t matrix = 0; matrix < matrices; matrix++) {
            const REAL *x = s->x + kept.offset[0] + reduced.offset[0];
            NAME(elbo_column_sums)(x, NULL, s->y + row * columns, count, columns, row_stride, matrix > 0);
            move_to_next_row(&s->reduced, &reduced);
        }
        move_to_next_row(&s->kept, &kept);
    }
}

static void NAME(reduce_strided)(
    const REAL *x, const size_t *extents, const ptrdiff_t *strides, size_t rank, uint32_t reduced, REAL *y,
    int is_maximum) {
    size_t kept_extents[ELBO_MAXIMUM_RANK], reduced_extents[ELBO_MAXIMUM_RANK], kept_rank = 0, reduced_rank = 0;
    ptrdiff_t kept_strides[ELBO_MAXIMUM_RANK], reduced_strides[ELBO_MAXIMUM_RANK];
    size_t outputs = 1, terms = 1;
    for (size_t d = 0; d < rank; d++) {
        if (reduced >> d & 1) {
            terms *= extents[d];
            reduced_extents[reduced_rank] = extents[d];
            reduced_strides[reduced_rank++] = strides[d];
        } else {
            outputs *= extents[d];
            kept_extents[kept_rank] = extents[d];
            kept_strides[kept_rank++] = strides[d];
        }
    }
    if (outputs == 0) return;
    if (terms == 0) {
        NAME(elbo_fill)(y, outputs, is_maximum ? (REAL)-INFINITY : 0);
        return;
    }
    const ptrdiff_t *kept_operands[] = {kept_strides}, *reduced_operands[] = {reduced_strides};
    struct NAME(strided) s = {
        x, y, merged_walk(kept_rank, kept_extents, 1, kept_operands),
        merged_walk(reduced_rank, reduced_extents, 1, reduced_operands), is_maximum};
    const size_t kept_last = s.kept.rank - 1, reduced_last = s.reduced.rank - 1;
    const int one_run = s.reduced.rank == 1 && s.reduced.strides[0][0] == 1;
    if (outputs == 1 && one_run) {
        *y = is_maximum ? NAME(elbo_max)(x, terms) : NAME(elbo_sum)(x, terms);
    } else if (
        !is_maximum && terms > 1 && s.kept.strides[0][kept_last] == 1 && s.kept.extents[kept_last] >= 8
        && s.reduced.strides[0][reduced_last] > 0) {
        NAME(sum_columns_of_rows)(&s);
    } else {
        elbo_parallel(outputs, UNIT, GRAIN / terms + 1, &s, NAME(strided_share));
    }
}

void NAME(elbo_sum_strided)(
    const REAL *x, const size_t *extents, const ptrdiff_t *strides, size_t rank, uint32_t reduced, REAL *y) {
    NAME(reduce_strided)(x, extents, strides, rank, reduced, y, 0);
}

void NAME(elbo_max_strided)(
    const REAL *x, const size_t *extents, const ptrdiff_t *strides, size_t rank, uint32_t reduced, REAL *y) {
    NAME(reduce_strided)(x, extents, strides, rank, reduced, y, 1);
}
