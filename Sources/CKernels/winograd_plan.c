// SPDX-License-Identifier: Apache-2.0
// The plan of a Winograd convolution: which processor's functions, which algorithm, how many tiles at a time.

#include <string.h>

#include "processor.h"
#include "winograd.h"

#if defined(__x86_64__)
// Named features here: as "arch=x86-64-v4" the compiler prefers 256 bit registers.
#pragma clang attribute push(                                                                                         \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2"))), apply_to = function)
#define NAME(stem) stem##_avx512
#define WIDTH 16
#define PANEL 4
#include "winograd_level_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define NAME(stem) stem##_avx2
#define WIDTH 8
#define PANEL 2
#include "winograd_level_body.h"
#pragma clang attribute pop
#endif

// A vector is two registers here.
#define NAME(stem) stem##_baseline
#define WIDTH 8
#define PANEL 1
#include "winograd_level_body.h"

static const struct winograd_level *level_of_processor(void) {
#if defined(__x86_64__)
    const enum elbo_processor_level level = elbo_processor_level();
    if (level == ELBO_PROCESSOR_AVX512) return &level_avx512;
    if (level == ELBO_PROCESSOR_AVX2) return &level_avx2;
#endif
    return &level_baseline;
}

size_t elbo_winograd_block(void) { return level_of_processor()->block; }

// Scratch memory of one chunk of tiles: of one thread (about its own cache), and of all threads together.
#define PRIVATE_BYTES (384 << 10)
#define SHARED_BYTES (2 << 20)
// Transformed weights up to this size may be read again for every small chunk of every thread.
#define PRIVATE_WEIGHT_BYTES (3 << 19)
// Passes of a product that make it worth to read the weights.
#define LEAST_PASSES 4

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }

// Floats between slices: an odd number of cache lines, so that the slices of one tile do not share cache sets.
static size_t slice_of(size_t floats) { return (quotient_up(floats, 16) | 1) * 16; }

static const struct winograd_algorithm *algorithm_of(
    const struct winograd_level *level, const elbo_winograd *c, elbo_winograd_direction direction) {
    if (c->window == 5) {
        return direction == ELBO_WINOGRAD_DATA_GRADIENT ? level->two_by_five_adjoint : level->two_by_five;
    }
    const bool is_small = c->height == 2 && c->width == 2 && c->padding == 1;
    return is_small ? level->two_by_three_padded : level->four_by_three;
}

// The convolution from dy to dx: with the window turned, or as the adjoint of the one from x to y.
static elbo_winograd reversed(const elbo_winograd *c, bool is_adjoint) {
    elbo_winograd sizes = *c;
    sizes.inputs = c->outputs;
    sizes.outputs = c->inputs;
    sizes.height = c->height + 2 * c->padding + 1 - c->window;
    sizes.width = c->width + 2 * c->padding + 1 - c->window;
    if (!is_adjoint) sizes.padding = c->window - 1 - c->padding;
    return sizes;
}

// The tiles of a chunk: enough to fill `bytes`, in whole passes of a product or in whole images.
static size_t chunk_of(const struct winograd_plan *plan, size_t bytes) {
    const size_t rows = plan->level->rows;
    const size_t channels = (plan->input_blocks + plan->output_blocks) * plan->level->block;
    size_t tiles = bytes / (plan->algorithm->points * channels * sizeof(float));
    tiles = larger(tiles, LEAST_PASSES * rows);
    if (tiles > plan->tiles) tiles = larger(plan->tiles, 1);
    if (!plan->algorithm->is_adjoint) return quotient_up(tiles, rows) * rows;
    const size_t per_image = plan->tiles_high * plan->tiles_wide;
    return larger(tiles / per_image, 1) * per_image;
}

struct winograd_plan winograd_plan(const elbo_winograd *convolution, elbo_winograd_direction direction) {
    const struct winograd_level *level = level_of_processor();
    struct winograd_plan plan = {.level = level, .algorithm = algorithm_of(level, convolution, direction)};
    const bool is_adjoint = plan.algorithm->is_adjoint, is_reversed = direction == ELBO_WINOGRAD_DATA_GRADIENT;
    const elbo_winograd sizes = is_reversed ? reversed(convolution, is_adjoint) : *convolution;
    plan.sizes = sizes;
    plan.out_height = is_reversed ? convolution->height : sizes.height + 2 * sizes.padding + 1 - sizes.window;
    plan.out_width = is_reversed ? convolution->width : sizes.width + 2 * sizes.padding + 1 - sizes.window;
    plan.input_blocks = quotient_up(sizes.inputs, level->block);
    plan.output_blocks = quotient_up(sizes.outputs, level->block);
    plan.tiles_high = quotient_up(is_adjoint ? sizes.height : plan.out_height, plan.algorithm->tile);
    plan.tiles_wide = quotient_up(is_adjoint ? sizes.width : plan.out_width, plan.algorithm->tile);
    plan.tiles = sizes.batch * plan.tiles_high * plan.tiles_wide;
    plan.panels = quotient_up(plan.output_blocks, level->panel);
    plan.weight_slice = slice_of(sizes.inputs * plan.output_blocks * level->block);
    const size_t weight_bytes = plan.algorithm->points * plan.weight_slice * sizeof(float);
    const bool is_gradient = direction == ELBO_WINOGRAD_WEIGHT_GRADIENT;
    plan.is_shared = is_gradient || weight_bytes > PRIVATE_WEIGHT_BYTES;
    // Large weights are read (their sums are read and written) once per chunk: chunks grow with them.
    const size_t shared_bytes = larger(SHARED_BYTES, is_gradient ? weight_bytes : weight_bytes / 2);
    plan.chunk = chunk_of(&plan, plan.is_shared ? shared_bytes : PRIVATE_BYTES);
    plan.input_slice = slice_of(plan.input_blocks * plan.chunk * level->block);
    plan.output_slice = slice_of(plan.output_blocks * plan.chunk * level->block);
    return plan;
}
