// SPDX-License-Identifier: Apache-2.0
// The adjoint of an algorithm on one processor, for the gradient of the data: where windows are wide, tiles of dy with
// overlapping results need fewer products than tiles of dx. Included after the transforms of the algorithm, with the
// transform of one dimension from points to the inputs of a tile.

#define SPREAD ALGORITHM(transform_adjoint_inputs)
#define SPREAD_ROW ALGORITHM(gradients)
#define TAKEN TILE
#define MARGIN 0
#define MAP run->x
#define HEIGHT plan->sizes.height
#define BREADTH plan->sizes.width
#define BLOCKS plan->input_blocks
#define RESULT run->inputs
#define SLICE plan->input_slice
#include "winograd_spread_body.h"

// Index: block of outputs, image of the chunk.
static void ALGORITHM(add_outputs)(void *context, size_t begin, size_t end) {
    const struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t per_image = plan->tiles_high * plan->tiles_wide, images = run->count / per_image;
    const ptrdiff_t height = (ptrdiff_t)plan->out_height, width = (ptrdiff_t)plan->out_width, border = BORDER;
    for (size_t index = begin; index < end; index++) {
        const size_t block = index / images, image = index % images;
        const size_t plane = (run->first / per_image + image) * plan->output_blocks + block;
        float *map = run->y + plane * plan->out_height * plan->out_width * WIDTH;
        memset(map, 0, plan->out_height * plan->out_width * WIDTH * sizeof(float));
        struct winograd_place place = winograd_place(plan, image * per_image);
        for (size_t t = 0; t < per_image; t++, winograd_advance(plan, &place)) {
            const float *from = run->outputs + (block * plan->chunk + image * per_image + t) * WIDTH;
            NAME(vector) rows[INPUT_TILE][POINTS];
            for (int j = 0; j < POINTS; j++) {
                NAME(vector) column[POINTS], result[INPUT_TILE];
                for (int i = 0; i < POINTS; i++) {
                    column[i] = *(const NAME(vector) *)(from + (i * POINTS + j) * plan->output_slice);
                }
                ALGORITHM(adjoint_inputs)(column, result);
                for (int i = 0; i < INPUT_TILE; i++) rows[i][j] = result[i];
            }
            const ptrdiff_t row = (ptrdiff_t)(place.row * TILE) - border, column = (ptrdiff_t)(place.column * TILE) - border;
            for (int i = 0; i < INPUT_TILE; i++) {
                if (row + i < 0 || row + i >= height) continue;
                NAME(vector) result[INPUT_TILE];
                ALGORITHM(adjoint_inputs)(rows[i], result);
                float *to = map + ((row + i) * width + column) * WIDTH;
                const bool is_inside = column >= 0 && column + INPUT_TILE <= width;
                for (int j = 0; j < INPUT_TILE; j++) {
                    if (is_inside || (column + j >= 0 && column + j < width)) {
                        *(NAME(vector) *)(to + j * WIDTH) += result[j];
                    }
                }
            }
        }
    }
}

static const struct winograd_algorithm ALGORITHM(algorithm_adjoint) = {
    POINTS * POINTS, TILE, SUM_POINT, true, ALGORITHM(transform_adjoint_inputs), ALGORITHM(add_outputs),
    ALGORITHM(transform_gradients), ALGORITHM(transform_weights), ALGORITHM(transform_transposed),
    ALGORITHM(gather_weights)};
