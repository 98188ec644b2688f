// SPDX-License-Identifier: Apache-2.0
// The Winograd convolution: chunk by chunk of tiles, who computes what, and where it lies in scratch memory.

#include "winograd.h"

#include <string.h>

// Multiplications that are worth a microsecond, and transforms of one tile of one block.
#define GRAIN_MULTIPLICATIONS 16384
#define GRAIN_TRANSFORMS 10
// Elements of a cache line.
#define LINE 16

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Floats of one number per output, in whole cache lines.
static size_t bias_count(const struct winograd_plan *plan) {
    return (plan->output_blocks * plan->level->block + LINE - 1) / LINE * LINE;
}

// Floats of the transformed maps of one chunk.
static size_t chunk_count(const struct winograd_plan *plan) {
    return plan->algorithm->points * (plan->input_slice + plan->output_slice);
}

static size_t weight_count(const struct winograd_plan *plan) { return plan->algorithm->points * plan->weight_slice; }

size_t elbo_winograd_weight_count(const elbo_winograd *convolution, elbo_winograd_direction direction) {
    const struct winograd_plan plan = winograd_plan(convolution, direction);
    return weight_count(&plan);
}

size_t elbo_winograd_scratch_count(const elbo_winograd *convolution, elbo_winograd_direction direction) {
    const struct winograd_plan plan = winograd_plan(convolution, direction);
    const size_t chunks = plan.is_shared ? 1 : (size_t)elbo_thread_count();
    const size_t sums = direction == ELBO_WINOGRAD_WEIGHT_GRADIENT ? weight_count(&plan) : 0;
    return bias_count(&plan) + chunks * chunk_count(&plan) + sums;
}

void elbo_winograd_transform_weights(
    const elbo_winograd *convolution, elbo_winograd_direction direction, const float *weights, float *transformed) {
    const struct winograd_plan plan = winograd_plan(convolution, direction);
    struct winograd_weights run = {&plan, weights, transformed};
    const bool is_transposed = direction == ELBO_WINOGRAD_DATA_GRADIENT;
    elbo_parallel(
        plan.output_blocks, 1, 64 / (plan.input_blocks + 1) + 1, &run,
        is_transposed ? plan.algorithm->transform_transposed : plan.algorithm->transform_weights);
}

// Lays out the parts of scratch memory: numbers per output, transformed maps, sums.
static struct winograd_run run_of(const struct winograd_plan *plan, float *scratch) {
    float *maps = scratch + bias_count(plan);
    return (struct winograd_run){
        .plan = plan, .inputs = maps, .outputs = maps + plan->algorithm->points * plan->input_slice,
        .sums = maps + chunk_count(plan)};
}

// The indices of points and panels, shared by threads where a product is large enough.
static void multiply_points(struct winograd_run *run, elbo_range_body products) {
    const struct winograd_plan *plan = run->plan;
    const size_t multiplications = run->count * plan->sizes.inputs * plan->level->panel * plan->level->block;
    const size_t grain = GRAIN_MULTIPLICATIONS / (multiplications + 1) + 1;
    elbo_parallel(plan->algorithm->points * plan->panels, 1, grain, run, products);
}

static void convolve_chunk(struct winograd_run *run, size_t first, size_t count) {
    const struct winograd_plan *plan = run->plan;
    run->first = first;
    run->count = count;
    elbo_parallel(plan->input_blocks * count, 2, GRAIN_TRANSFORMS, run, plan->algorithm->transform_inputs);
    multiply_points(run, plan->level->products);
    if (plan->algorithm->is_adjoint) {
        const size_t per_image = plan->tiles_high * plan->tiles_wide, images = count / per_image;
        const size_t grain = GRAIN_TRANSFORMS / per_image + 1;
        elbo_parallel(plan->output_blocks * images, 1, grain, run, plan->algorithm->transform_outputs);
    } else {
        elbo_parallel(plan->output_blocks * count, 2, GRAIN_TRANSFORMS, run, plan->algorithm->transform_outputs);
    }
}

// Index: tile. Each thread has scratch memory of its own.
static void convolve_tiles(void *context, size_t begin, size_t end) {
    struct winograd_run run = *(const struct winograd_run *)context;
    const size_t offset = elbo_thread_index() * chunk_count(run.plan);
    run.inputs += offset;
    run.outputs += offset;
    for (size_t first = begin; first < end; first += run.plan->chunk) {
        convolve_chunk(&run, first, smaller(run.plan->chunk, end - first));
    }
}

static void convolve(struct winograd_run *run) {
    const struct winograd_plan *plan = run->plan;
    if (plan->is_shared) {
        for (size_t first = 0; first < plan->tiles; first += plan->chunk) {
            convolve_chunk(run, first, smaller(plan->chunk, plan->tiles - first));
        }
        return;
    }
    const size_t unit = plan->algorithm->is_adjoint ? plan->tiles_high * plan->tiles_wide : plan->level->rows;
    elbo_parallel(plan->tiles, unit, 2 * plan->level->rows, run, convolve_tiles);
}

void elbo_winograd_convolve(
    const elbo_winograd *convolution, const float *x, const float *transformed, const float *bias,
    elbo_activation activation, float *y, float *scratch) {
    const struct winograd_plan plan = winograd_plan(convolution, ELBO_WINOGRAD_OUTPUT);
    struct winograd_run run = run_of(&plan, scratch);
    memset(scratch, 0, bias_count(&plan) * sizeof(float));
    if (bias) memcpy(scratch, bias, convolution->outputs * sizeof(float));
    run.bias = scratch;
    run.x = x;
    run.transformed = transformed;
    run.activation = activation;
    run.y = y;
    convolve(&run);
}

void elbo_winograd_data_gradient(
    const elbo_winograd *convolution, const float *dy, const float *transformed, float *dx, float *scratch) {
    const struct winograd_plan plan = winograd_plan(convolution, ELBO_WINOGRAD_DATA_GRADIENT);
    struct winograd_run run = run_of(&plan, scratch);
    memset(scratch, 0, bias_count(&plan) * sizeof(float));
    run.bias = scratch;
    run.x = dy;
    run.transformed = transformed;
    run.y = dx;
    convolve(&run);
}

// Index: blocks of inputs of all tiles of the chunk, then blocks of outputs.
static void transform_both(void *context, size_t begin, size_t end) {
    struct winograd_run *run = context;
    const struct winograd_plan *plan = run->plan;
    const size_t inputs = plan->input_blocks * run->count;
    if (begin < inputs) plan->algorithm->transform_inputs(run, begin, smaller(end, inputs));
    if (end > inputs) plan->algorithm->transform_gradients(run, begin > inputs ? begin - inputs : 0, end - inputs);
}

void elbo_winograd_weight_gradient(
    const elbo_winograd *convolution, const float *x, const float *dy, float *weight_gradient, float *bias_gradient,
    float *scratch) {
    const struct winograd_plan plan = winograd_plan(convolution, ELBO_WINOGRAD_WEIGHT_GRADIENT);
    struct winograd_run run = run_of(&plan, scratch);
    run.x = x;
    run.dy = dy;
    run.y = weight_gradient;
    run.bias_sums = bias_gradient ? scratch : NULL;
    for (size_t first = 0; first < plan.tiles; first += plan.chunk) {
        run.first = first;
        run.count = smaller(plan.chunk, plan.tiles - first);
        elbo_parallel(
            (plan.input_blocks + plan.output_blocks) * run.count, 2, GRAIN_TRANSFORMS, &run, transform_both);
        multiply_points(&run, plan.level->gradient_products);
    }
    if (plan.tiles == 0) {
        memset(run.sums, 0, weight_count(&plan) * sizeof(float));
        memset(scratch, 0, bias_count(&plan) * sizeof(float));
    }
    elbo_parallel(plan.output_blocks * plan.input_blocks, 1, 2, &run, plan.algorithm->gather_weights);
    if (bias_gradient) memcpy(bias_gradient, run.bias_sums, convolution->outputs * sizeof(float));
}
