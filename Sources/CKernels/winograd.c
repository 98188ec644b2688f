// SPDX-License-Identifier: Apache-2.0
// The Winograd convolution: which algorithm, how many tiles at a time, who computes what.

#include "include/elbo_winograd.h"

#include <string.h>

#include "processor.h"
#include "winograd.h"

#if defined(__x86_64__)
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

// Scratch memory of one chunk of tiles: of one thread (about the nearest large cache), and of all threads together.
#define CHUNK_BYTES (384 << 10)
#define SHARED_BYTES (2 << 20)
// Transformed weights up to this size may be read again for every small chunk of every thread.
#define PRIVATE_WEIGHTS (3 << 19)

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }

// Floats between slices: an odd number of cache lines, so that the slices of one tile do not share cache sets.
static size_t slice_of(size_t floats) { return (quotient_up(floats, 16) | 1) * 16; }

static struct winograd_plan plan_of(const elbo_winograd *sizes, bool is_gradient) {
    const struct winograd_level *level = level_of_processor();
    struct winograd_plan plan = {.level = level, .sizes = *sizes};
    plan.out_height = sizes->height + 2 * sizes->padding + 1 - sizes->window;
    plan.out_width = sizes->width + 2 * sizes->padding + 1 - sizes->window;
    const bool is_small = sizes->height == 2 && sizes->width == 2 && sizes->padding == 1;
    plan.algorithm = is_small ? level->two_by_three_padded : level->four_by_three;
    const size_t tile = plan.algorithm->tile, points = plan.algorithm->points * plan.algorithm->points;
    plan.input_blocks = quotient_up(sizes->inputs, level->block);
    plan.output_blocks = quotient_up(sizes->outputs, level->block);
    plan.tiles_high = quotient_up(plan.out_height, tile);
    plan.tiles_wide = quotient_up(plan.out_width, tile);
    plan.tiles = sizes->batch * plan.tiles_high * plan.tiles_wide;
    plan.panels = quotient_up(plan.output_blocks, level->panel);
    plan.weight_slice = slice_of(sizes->inputs * plan.output_blocks * level->block);
    const size_t tile_bytes = points * (plan.input_blocks + plan.output_blocks) * level->block * sizeof(float);
    const size_t weight_bytes = points * plan.weight_slice * sizeof(float);
    plan.is_shared = is_gradient || weight_bytes > PRIVATE_WEIGHTS;
    const size_t bytes = !plan.is_shared ? CHUNK_BYTES : is_gradient ? larger(SHARED_BYTES, weight_bytes)
                                                                    : larger(SHARED_BYTES, weight_bytes / 2);
    plan.chunk = smaller(larger(bytes / tile_bytes, 4 * level->rows), larger(plan.tiles, 1));
    plan.chunk = quotient_up(plan.chunk, level->rows) * level->rows;
    plan.input_slice = slice_of(plan.input_blocks * plan.chunk * level->block);
    plan.output_slice = slice_of(plan.output_blocks * plan.chunk * level->block);
    return plan;
}

static size_t point_count(const struct winograd_plan *plan) {
    return plan->algorithm->points * plan->algorithm->points;
}

// Floats of the transformed maps of one chunk.
static size_t chunk_count(const struct winograd_plan *plan) {
    return point_count(plan) * (plan->input_slice + plan->output_slice);
}

size_t elbo_winograd_weight_count(const elbo_winograd *convolution) {
    const struct winograd_plan plan = plan_of(convolution, false);
    return point_count(&plan) * plan.weight_slice;
}

size_t elbo_winograd_scratch_count(const elbo_winograd *convolution) {
    const struct winograd_plan plan = plan_of(convolution, false);
    const size_t chunks = plan.is_shared ? 1 : (size_t)elbo_thread_count();
    return plan.output_blocks * plan.level->block + 16 + chunks * chunk_count(&plan);
}

size_t elbo_winograd_gradient_scratch_count(const elbo_winograd *convolution) {
    const struct winograd_plan plan = plan_of(convolution, true);
    return plan.output_blocks * plan.level->block + 16 + chunk_count(&plan) + point_count(&plan) * plan.weight_slice;
}

void elbo_winograd_transform_weights(
    const elbo_winograd *convolution, const float *weights, bool transposed, float *transformed) {
    const struct winograd_plan plan = plan_of(convolution, false);
    struct winograd_weights run = {&plan, weights, transformed};
    elbo_parallel(
        plan.output_blocks, 1, 64 / plan.input_blocks + 1, &run,
        transposed ? plan.algorithm->transform_transposed : plan.algorithm->transform_weights);
}

// Multiplications that are worth a microsecond, and transforms of a tile of a block.
#define GRAIN_MULTIPLICATIONS 16384
#define GRAIN_TRANSFORMS 10

static void convolve_chunk(struct winograd_run *run, size_t first, size_t count) {
    const struct winograd_plan *plan = run->plan;
    run->first = first;
    run->count = count;
    elbo_parallel(plan->input_blocks * count, 2, GRAIN_TRANSFORMS, run, plan->algorithm->transform_inputs);
    const size_t multiplications = count * plan->sizes.inputs * plan->level->panel * plan->level->block;
    elbo_parallel(
        point_count(plan) * plan->panels, 1, GRAIN_MULTIPLICATIONS / (multiplications + 1) + 1, run,
        plan->level->products);
    elbo_parallel(plan->output_blocks * count, 2, GRAIN_TRANSFORMS, run, plan->algorithm->transform_outputs);
}

// Index: tile. Each thread has scratch memory of its own.
static void convolve_tiles(void *context, size_t begin, size_t end) {
    struct winograd_run run = *(const struct winograd_run *)context;
    run.inputs += elbo_thread_index() * chunk_count(run.plan);
    run.outputs = run.inputs + point_count(run.plan) * run.plan->input_slice;
    for (size_t first = begin; first < end; first += run.plan->chunk) {
        convolve_chunk(&run, first, smaller(run.plan->chunk, end - first));
    }
}

void elbo_winograd_convolve(
    const elbo_winograd *convolution, const float *x, const float *transformed, const float *bias,
    elbo_activation activation, float *y, float *scratch) {
    const struct winograd_plan plan = plan_of(convolution, false);
    const size_t padded = plan.output_blocks * plan.level->block;
    float *padded_bias = scratch;
    for (size_t o = 0; o < padded; o++) padded_bias[o] = bias && o < convolution->outputs ? bias[o] : 0;
    struct winograd_run run = {
        .plan = &plan, .x = x, .transformed = transformed, .bias = padded_bias, .y = y, .activation = activation};
    run.inputs = scratch + quotient_up(padded, 16) * 16;
    run.outputs = run.inputs + point_count(&plan) * plan.input_slice;
    if (plan.is_shared) {
        for (size_t first = 0; first < plan.tiles; first += plan.chunk) {
            convolve_chunk(&run, first, smaller(plan.chunk, plan.tiles - first));
        }
    } else {
        elbo_parallel(plan.tiles, plan.level->rows, 2 * plan.level->rows, &run, convolve_tiles);
    }
}

// Index: blocks of inputs of all tiles of the chunk, then blocks of outputs.
static void transform_both(void *context, size_t begin, size_t end) {
    struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t inputs = plan->input_blocks * run->count;
    if (begin < inputs) plan->algorithm->transform_inputs(run, begin, smaller(end, inputs));
    if (end > inputs) plan->algorithm->transform_gradients(run, larger(begin, inputs) - inputs, end - inputs);
}

void elbo_winograd_weight_gradient(
    const elbo_winograd *convolution, const float *x, const float *dy, float *weight_gradient, float *bias_gradient,
    float *scratch) {
    const struct winograd_plan plan = plan_of(convolution, true);
    const size_t padded = plan.output_blocks * plan.level->block;
    struct winograd_run run = {.plan = &plan, .x = x, .dy = dy, .y = weight_gradient};
    run.bias_sums = bias_gradient ? scratch : NULL;
    run.inputs = scratch + quotient_up(padded, 16) * 16;
    run.outputs = run.inputs + point_count(&plan) * plan.input_slice;
    run.sums = run.outputs + point_count(&plan) * plan.output_slice;
    for (size_t first = 0; first < plan.tiles; first += plan.chunk) {
        run.first = first;
        run.count = smaller(plan.chunk, plan.tiles - first);
        elbo_parallel(
            (plan.input_blocks + plan.output_blocks) * run.count, 2, GRAIN_TRANSFORMS, &run, transform_both);
        const size_t multiplications = run.count * convolution->inputs * plan.level->panel * plan.level->block;
        elbo_parallel(
            point_count(&plan) * plan.panels, 1, GRAIN_MULTIPLICATIONS / (multiplications + 1) + 1, &run,
            plan.level->gradient_products);
    }
    if (plan.tiles == 0) {
        memset(run.sums, 0, point_count(&plan) * plan.weight_slice * sizeof(float));
        memset(scratch, 0, padded * sizeof(float));
    }
    elbo_parallel(plan.output_blocks * plan.input_blocks, 1, 2, &run, plan.algorithm->gather_weights);
    if (bias_gradient) {
        for (size_t o = 0; o < convolution->outputs; o++) bias_gradient[o] = run.bias_sums[o];
    }
}
