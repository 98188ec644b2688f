// SPDX-License-Identifier: Apache-2.0
// What the parts of the Winograd convolution share: the plan of one convolution, the work of one chunk of tiles, and the
// tables of functions that each processor level provides.

#ifndef WINOGRAD_H
#define WINOGRAD_H

#include "include/elbo_parallel.h"
#include "include/elbo_winograd.h"

// The index of the calling thread in its parallel region, below elbo_thread_count(); 0 outside of one.
size_t elbo_thread_index(void);

// One algorithm on one processor. The bodies take a winograd_run or a winograd_weights as context.
struct winograd_algorithm {
    size_t points;      // of all products of a tile: those of one dimension squared
    size_t tile;        // positions of a tile in one dimension: of outputs, or of inputs of an adjoint algorithm
    size_t sum_point;   // the point at which the transformed outputs are the tile's sum
    bool is_adjoint;    // tiles are those of the inputs, and their outputs overlap and add up
    elbo_range_body transform_inputs;      // index: block of inputs, tile
    elbo_range_body transform_outputs;     // from the products to y; index: block of outputs, tile (adjoint: image)
    elbo_range_body transform_gradients;   // from dy; index: block of outputs, tile
    elbo_range_body transform_weights;     // index: block of outputs
    elbo_range_body transform_transposed;  // for the gradient of the data; index: block of outputs
    elbo_range_body gather_weights;        // from `sums` to y; index: block of outputs, block of inputs
};

struct winograd_level {
    size_t block;
    size_t panel;  // widest panel, in blocks
    size_t rows;   // tiles that one pass of a product takes at most
    elbo_range_body products;           // index: point, panel
    elbo_range_body gradient_products;  // index: point, panel
    const struct winograd_algorithm *four_by_three, *two_by_three_padded, *two_by_five, *two_by_five_adjoint;
};

// Everything about a direction of a convolution that follows from its sizes. The gradient of the data is a convolution
// from dy to dx. In scratch memory each point has a slice, [blocks of channels, tiles of a chunk, block].
struct winograd_plan {
    const struct winograd_level *level;
    const struct winograd_algorithm *algorithm;
    elbo_winograd sizes;
    size_t out_height, out_width;
    size_t input_blocks, output_blocks;
    size_t tiles_high, tiles_wide, tiles;  // of one image, and of all images
    size_t chunk;                          // tiles that are in scratch memory at a time
    size_t panels;                         // groups of output blocks that one pass of a product computes
    size_t input_slice, output_slice, weight_slice;  // floats between slices
    bool is_shared;                        // all threads work on one chunk, else each on its own
};

struct winograd_plan winograd_plan(const elbo_winograd *convolution, elbo_winograd_direction direction);

// One call, and the chunk of tiles that it is at.
struct winograd_run {
    const struct winograd_plan *plan;
    const float *x, *dy, *transformed, *bias;
    float *y;
    elbo_activation activation;
    float *inputs, *outputs;  // transformed maps of the chunk
    float *sums;              // transformed gradient of the weights, [points, output blocks, inputs, block]
    float *bias_sums;
    size_t first, count;      // tiles of the chunk
};

// A transform of weights.
struct winograd_weights {
    const struct winograd_plan *plan;
    const float *weights;
    float *transformed;
};

// Where a tile lies: image, row and column of tiles.
struct winograd_place {
    size_t image, row, column;
};

static inline struct winograd_place winograd_place(const struct winograd_plan *plan, size_t tile) {
    const size_t per_image = plan->tiles_high * plan->tiles_wide, inside = tile % per_image;
    return (struct winograd_place){tile / per_image, inside / plan->tiles_wide, inside % plan->tiles_wide};
}

// The next tile in order.
static inline void winograd_advance(const struct winograd_plan *plan, struct winograd_place *place) {
    if (++place->column < plan->tiles_wide) return;
    place->column = 0;
    if (++place->row < plan->tiles_high) return;
    place->row = 0;
    place->image++;
}

#endif
