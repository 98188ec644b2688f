// SPDX-License-Identifier: Apache-2.0
// A transform from maps to points, of one algorithm on one processor: TAKEN x TAKEN positions of each tile of MAP, 0
// outside of it, become one vector per point. Included with the names of the function and of the transform of a row.

// Index: block of channels, tile of the chunk.
static void SPREAD(void *context, size_t begin, size_t end) {
    const struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t height = HEIGHT, breadth = BREADTH;
    for (size_t index = begin; index < end;) {
        const size_t block = index / run->count, next = (block + 1) * run->count, last = next < end ? next : end;
        size_t t = index % run->count;
        struct winograd_place place = winograd_place(plan, run->first + t);
        for (; index < last; index++, t++, winograd_advance(plan, &place)) {
            const float *map = MAP + (place.image * BLOCKS + block) * height * breadth * WIDTH;
            const ptrdiff_t first_row = (ptrdiff_t)(place.row * TILE) - (ptrdiff_t)(MARGIN);
            const ptrdiff_t first_column = (ptrdiff_t)(place.column * TILE) - (ptrdiff_t)(MARGIN);
            const bool is_inside = first_column >= 0 && (size_t)(first_column + TAKEN) <= breadth;
            NAME(vector) rows[TAKEN][POINTS];
            for (int i = 0; i < TAKEN; i++) {
                NAME(vector) taken[TAKEN];
                if (first_row + i < 0 || (size_t)(first_row + i) >= height) {
                    for (int j = 0; j < POINTS; j++) rows[i][j] = (NAME(vector)){0};
                    continue;
                }
                const float *from = map + ((first_row + i) * (ptrdiff_t)breadth + first_column) * WIDTH;
                for (int j = 0; j < TAKEN; j++) {
                    const bool is_here = is_inside || (first_column + j >= 0 && (size_t)(first_column + j) < breadth);
                    taken[j] = is_here ? *(const NAME(vector) *)(from + j * WIDTH) : (NAME(vector)){0};
                }
                SPREAD_ROW(taken, 1, rows[i]);
            }
            float *to = RESULT + (block * plan->chunk + t) * WIDTH;
            for (int j = 0; j < POINTS; j++) {
                NAME(vector) column[POINTS];
                SPREAD_ROW(&rows[0][j], POINTS, column);
                for (int i = 0; i < POINTS; i++) *(NAME(vector) *)(to + (i * POINTS + j) * SLICE) = column[i];
            }
        }
    }
}

#undef SPREAD
#undef SPREAD_ROW
#undef TAKEN
#undef MAP
#undef HEIGHT
#undef BREADTH
#undef BLOCKS
#undef RESULT
#undef SLICE
#undef MARGIN
