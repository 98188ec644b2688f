// SPDX-License-Identifier: Apache-2.0
// The transforms of one algorithm on one processor, over vectors of one block of channels. Included with POINTS,
// INPUT_TILE (inputs of a tile), TILE (its outputs), WINDOW (all in one dimension) and, under ALGORITHM names, the
// transforms of one dimension: of inputs, outputs, gradients of outputs, weights, and gradients of weights.

#define SPREAD ALGORITHM(transform_inputs)
#define SPREAD_ROW ALGORITHM(inputs)
#define TAKEN INPUT_TILE
#define MARGIN BORDER
#define MAP run->x
#define HEIGHT plan->sizes.height
#define BREADTH plan->sizes.width
#define BLOCKS plan->input_blocks
#define RESULT run->inputs
#define SLICE plan->input_slice
#include "winograd_spread_body.h"

#define SPREAD ALGORITHM(transform_gradients)
#define SPREAD_ROW ALGORITHM(gradients)
#define TAKEN TILE
#define MARGIN 0
#define MAP run->dy
#define HEIGHT plan->out_height
#define BREADTH plan->out_width
#define BLOCKS plan->output_blocks
#define RESULT run->outputs
#define SLICE plan->output_slice
#include "winograd_spread_body.h"

// Index: block of outputs, tile of the chunk.
static void ALGORITHM(transform_outputs)(void *context, size_t begin, size_t end) {
    const struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t height = plan->out_height, width = plan->out_width;
    for (size_t index = begin; index < end;) {
        const size_t block = index / run->count, next = (block + 1) * run->count, last = next < end ? next : end;
        size_t t = index % run->count;
        struct winograd_place place = winograd_place(plan, run->first + t);
        const NAME(vector) bias = *(const NAME(vector) *)(run->bias + block * WIDTH);
        for (; index < last; index++, t++, winograd_advance(plan, &place)) {
            float *map = run->y + (place.image * plan->output_blocks + block) * height * width * WIDTH;
            const float *from = run->outputs + (block * plan->chunk + t) * WIDTH;
            NAME(vector) rows[TILE][POINTS];
            for (int j = 0; j < POINTS; j++) {
                NAME(vector) column[POINTS], result[TILE];
                for (int i = 0; i < POINTS; i++) {
                    column[i] = *(const NAME(vector) *)(from + (i * POINTS + j) * plan->output_slice);
                }
                ALGORITHM(outputs)(column, result);
                for (int i = 0; i < TILE; i++) rows[i][j] = result[i];
            }
            const size_t row = place.row * TILE, first_column = place.column * TILE;
            const int high = height - row < TILE ? (int)(height - row) : TILE;
            const int wide = width - first_column < TILE ? (int)(width - first_column) : TILE;
            for (int i = 0; i < high; i++) {
                NAME(vector) result[TILE];
                ALGORITHM(outputs)(rows[i], result);
                float *to = map + ((row + i) * width + first_column) * WIDTH;
                for (int j = 0; j < TILE; j++) {
                    result[j] += bias;
                    if (run->activation == ELBO_RELU) result[j] = RECTIFIED(result[j]);
                }
                if (wide == TILE) {
                    for (int j = 0; j < TILE; j++) *(NAME(vector) *)(to + j * WIDTH) = result[j];
                } else {
                    for (int j = 0; j < wide; j++) *(NAME(vector) *)(to + j * WIDTH) = result[j];
                }
            }
        }
    }
}

// The weights of one pair of channels and `WIDTH` others, [taps], brought to all points: one vector per point, from
// `to` on, a slice apart.
ELBO_INLINE void ALGORITHM(spread_weights)(const NAME(vector) * taps, float *to, size_t slice) {
    NAME(vector) columns[WINDOW][POINTS];
    for (int j = 0; j < WINDOW; j++) ALGORITHM(weights)(taps + j, WINDOW, columns[j]);
    for (int i = 0; i < POINTS; i++) {
        NAME(vector) row[POINTS];
        ALGORITHM(weights)(&columns[0][i], POINTS, row);
        for (int j = 0; j < POINTS; j++) *(NAME(vector) *)(to + (i * POINTS + j) * slice) = row[j];
    }
}

// Where the transformed weights from input `input` to block `block` of outputs begin.
ELBO_INLINE size_t ALGORITHM(weight_offset)(const struct winograd_plan *plan, size_t block, size_t input) {
    const size_t panel = block / PANEL;
    return (panel * PANEL * plan->sizes.inputs + input * NAME(panel_vectors)(plan, panel) + block % PANEL) * WIDTH;
}

// Index: block of outputs.
static void ALGORITHM(transform_weights)(void *context, size_t begin, size_t end) {
    const struct winograd_weights *run = context;
    const struct winograd_plan *plan = run->plan;
    for (size_t block = begin; block < end; block++) {
        for (size_t input = 0; input < plan->sizes.inputs; input++) {
            const float *from = run->weights
                + ((block * plan->input_blocks + input / WIDTH) * WINDOW * WINDOW * WIDTH + input % WIDTH) * WIDTH;
            NAME(vector) taps[WINDOW * WINDOW];
            for (int p = 0; p < WINDOW * WINDOW; p++) taps[p] = *(const NAME(vector) *)(from + p * WIDTH * WIDTH);
            float *to = run->transformed + ALGORITHM(weight_offset)(plan, block, input);
            ALGORITHM(spread_weights)(taps, to, plan->weight_slice);
        }
    }
}

// Index: block of outputs, which is a block of inputs of the stored weights. The window is turned by half a turn, but not
// for an adjoint algorithm.
static void ALGORITHM(transform_transposed)(void *context, size_t begin, size_t end) {
    const struct winograd_weights *run = context;
    const struct winograd_plan *plan = run->plan;
    for (size_t block = begin; block < end; block++) {
        for (size_t input_block = 0; input_block < plan->input_blocks; input_block++) {
            const float *from =
                run->weights + (input_block * plan->output_blocks + block) * WINDOW * WINDOW * WIDTH * WIDTH;
            NAME(vector) turned[WINDOW * WINDOW][WIDTH];
            for (int p = 0; p < WINDOW * WINDOW; p++) {
                NAME(transpose)(from + p * WIDTH * WIDTH, turned[TURNED(p)]);
            }
            const size_t first = input_block * WIDTH, left = plan->sizes.inputs - first;
            for (size_t k = 0; k < WIDTH && k < left; k++) {
                NAME(vector) taps[WINDOW * WINDOW];
                for (int p = 0; p < WINDOW * WINDOW; p++) taps[p] = turned[p][k];
                float *to = run->transformed + ALGORITHM(weight_offset)(plan, block, first + k);
                ALGORITHM(spread_weights)(taps, to, plan->weight_slice);
            }
        }
    }
}

// Index: block of outputs, block of inputs.
static void ALGORITHM(gather_weights)(void *context, size_t begin, size_t end) {
    const struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t inputs = plan->sizes.inputs;
    for (size_t index = begin; index < end; index++) {
        const size_t block = index / plan->input_blocks, first = index % plan->input_blocks * WIDTH;
        for (size_t k = 0; k < WIDTH; k++) {
            float *to = run->y + (index * WINDOW * WINDOW * WIDTH + k) * WIDTH;
            const float *from = run->sums + (block * inputs + first + k) * WIDTH;
            if (first + k >= inputs) {
                for (int p = 0; p < WINDOW * WINDOW; p++) *(NAME(vector) *)(to + p * WIDTH * WIDTH) = (NAME(vector)){0};
                continue;
            }
            NAME(vector) columns[POINTS][WINDOW];
            for (int j = 0; j < POINTS; j++) {
                NAME(vector) column[POINTS];
                for (int i = 0; i < POINTS; i++) {
                    column[i] = *(const NAME(vector) *)(from + (i * POINTS + j) * plan->weight_slice);
                }
                ALGORITHM(taps)(column, 1, columns[j]);
            }
            for (int i = 0; i < WINDOW; i++) {
                NAME(vector) row[WINDOW];
                ALGORITHM(taps)(&columns[0][i], WINDOW, row);
                for (int j = 0; j < WINDOW; j++) {
                    *(NAME(vector) *)(to + (i * WINDOW + j) * WIDTH * WIDTH) = row[j];
                }
            }
        }
    }
}

static const struct winograd_algorithm ALGORITHM(algorithm) = {
    POINTS * POINTS, TILE, SUM_POINT, false, ALGORITHM(transform_inputs), ALGORITHM(transform_outputs),
    ALGORITHM(transform_gradients), ALGORITHM(transform_weights), ALGORITHM(transform_transposed),
    ALGORITHM(gather_weights)};
