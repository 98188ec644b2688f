// SPDX-License-Identifier: Apache-2.0
// One factor and one offset per channel, or per sample and channel, in one pass over the maps, rectified if asked.

#include "include/elbo_channels.h"
#include "include/elbo_parallel.h"
#include "processor.h"

// Elements that are worth a microsecond of one thread, and the length to which the constants of a block are repeated.
#define GRAIN 8192
#define TILE 512

struct affine {
    const float *x, *factor, *offset;
    float *y;
    bool per_sample, rectify;
    size_t copies;  // samples of y for each of x
    elbo_channel_layout layout;
    size_t blocks;  // of channels
};

// A comparison with NaN is false, so NaN stays.
ELBO_CLONES static void run_by_arrays(
    const float *x, const float *factor, const float *offset, bool rectify, float *y, size_t count) {
    if (rectify) {
        ELBO_LOOP for (size_t i = 0; i < count; i++) {
            const float v = x[i] * factor[i] + offset[i];
            y[i] = v < 0 ? 0 : v;
        }
    } else {
        ELBO_LOOP for (size_t i = 0; i < count; i++) y[i] = x[i] * factor[i] + offset[i];
    }
}

ELBO_CLONES static void run_by_numbers(
    const float *x, float factor, float offset, bool rectify, float *y, size_t count) {
    if (rectify) {
        ELBO_LOOP for (size_t i = 0; i < count; i++) {
            const float v = x[i] * factor + offset;
            y[i] = v < 0 ? 0 : v;
        }
    } else {
        ELBO_LOOP for (size_t i = 0; i < count; i++) y[i] = x[i] * factor + offset;
    }
}

// `positions` positions of one plane, each `block` elements: the constants are repeated so that one long loop serves
// every block size.
static void affine_positions(const struct affine *c, size_t plane, const float *x, float *y, size_t positions) {
    const size_t block = c->layout.block, channels = c->layout.channels;
    const size_t sample = plane / c->blocks, first = plane % c->blocks * block;
    const size_t start = (c->per_sample ? sample * channels : 0) + first;
    const float *factor = c->factor + start, *offset = c->offset + start;
    if (block == 1) {
        run_by_numbers(x, *factor, *offset, c->rectify, y, positions);
        return;
    }
    const size_t used = channels - first < block ? channels - first : block;
    if (block > TILE / 2) {
        for (size_t p = 0; p < positions; p++) {
            run_by_arrays(x + p * block, factor, offset, c->rectify, y + p * block, used);
            for (size_t j = used; j < block; j++) y[p * block + j] = 0;
        }
        return;
    }
    float factors[TILE], offsets[TILE];
    const size_t step = positions < TILE / block ? positions : TILE / block;
    for (size_t p = 0; p < step; p++) {
        for (size_t j = 0; j < block; j++) {
            factors[p * block + j] = j < used ? factor[j] : 0;
            offsets[p * block + j] = j < used ? offset[j] : 0;
        }
    }
    for (size_t p = 0; p < positions; p += step) {
        const size_t count = positions - p < step ? positions - p : step;
        run_by_arrays(x + p * block, factors, offsets, c->rectify, y + p * block, count * block);
    }
}

static void affine_share(void *context, size_t begin, size_t end) {
    const struct affine *c = context;
    const size_t spatial = c->layout.spatial, block = c->layout.block;
    for (size_t position = begin; position < end;) {
        const size_t plane = position / spatial, plane_end = (plane + 1) * spatial;
        const size_t stop = plane_end < end ? plane_end : end;
        const size_t source = plane / c->blocks / c->copies * c->blocks + plane % c->blocks;
        const size_t from = source * spatial + (position - plane * spatial);
        affine_positions(c, plane, c->x + from * block, c->y + position * block, stop - position);
        position = stop;
    }
}

void elbo_affine_channels_f32(
    const float *x, const float *factor, const float *offset, bool per_sample, size_t copies, bool rectify, float *y,
    const elbo_channel_layout *layout) {
    struct affine c = {x, factor, offset, y, per_sample, rectify, copies, *layout, 0};
    if (c.layout.channels == 0) return;
    // A matrix is the same in both plain layouts; as nhwc its rows are long runs.
    if (c.layout.spatial == 1 && c.layout.block == 1) c.layout.block = c.layout.channels;
    c.blocks = (c.layout.channels + c.layout.block - 1) / c.layout.block;
    const size_t positions = c.layout.batch * c.blocks * c.layout.spatial;
    elbo_parallel(positions, 16, GRAIN / c.layout.block + 1, &c, affine_share);
}
