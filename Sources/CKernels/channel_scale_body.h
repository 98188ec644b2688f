// SPDX-License-Identifier: Apache-2.0
// The functions of elbo_channels.h for one precision.

struct NAME(channel_scale) {
    const REAL *x, *factor, *dy;
    REAL *y;
    bool per_sample;
    elbo_channel_layout layout;
    size_t blocks;  // of channels
};

ELBO_CLONES static void NAME(multiply_run)(const REAL *x, const REAL *factor, REAL *y, size_t count) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) y[i] = x[i] * factor[i];
}

ELBO_CLONES static void NAME(multiply_by_one)(const REAL *x, REAL factor, REAL *y, size_t count) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) y[i] = x[i] * factor;
}

// `positions` positions of one plane, each `block` elements: the factors are repeated so that one long loop serves
// every block size.
static void NAME(scale_positions)(
    const struct NAME(channel_scale) * c, size_t plane, const REAL *x, REAL *y, size_t positions) {
    const size_t block = c->layout.block, channels = c->layout.channels;
    const size_t sample = plane / c->blocks, first = plane % c->blocks * block;
    const REAL *factor = c->factor + (c->per_sample ? sample * channels : 0) + first;
    if (block == 1) {
        NAME(multiply_by_one)(x, *factor, y, positions);
        return;
    }
    const size_t used = channels - first < block ? channels - first : block;
    if (block > TILE / 2) {
        for (size_t p = 0; p < positions; p++) {
            NAME(multiply_run)(x + p * block, factor, y + p * block, used);
            for (size_t j = used; j < block; j++) y[p * block + j] = 0;
        }
        return;
    }
    REAL tile[TILE];
    const size_t step = positions < TILE / block ? positions : TILE / block;
    for (size_t p = 0; p < step; p++) {
        for (size_t j = 0; j < block; j++) tile[p * block + j] = j < used ? factor[j] : 0;
    }
    for (size_t p = 0; p < positions; p += step) {
        const size_t count = positions - p < step ? positions - p : step;
        NAME(multiply_run)(x + p * block, tile, y + p * block, count * block);
    }
}

static void NAME(scale_share)(void *context, size_t begin, size_t end) {
    const struct NAME(channel_scale) *c = context;
    const size_t spatial = c->layout.spatial, block = c->layout.block;
    for (size_t position = begin; position < end;) {
        const size_t plane = position / spatial, plane_end = (plane + 1) * spatial;
        const size_t stop = plane_end < end ? plane_end : end;
        NAME(scale_positions)(c, plane, c->x + position * block, c->y + position * block, stop - position);
        position = stop;
    }
}

static struct NAME(channel_scale) NAME(prepared)(
    const REAL *x, const REAL *factor, const REAL *dy, REAL *y, bool per_sample, const elbo_channel_layout *layout) {
    struct NAME(channel_scale) c = {x, factor, dy, y, per_sample, *layout, 0};
    // A matrix is the same in both plain layouts; as nhwc its rows are long runs.
    if (c.layout.spatial == 1 && c.layout.block == 1 && c.layout.channels > 0) c.layout.block = c.layout.channels;
    c.blocks = (c.layout.channels + c.layout.block - 1) / c.layout.block;
    return c;
}

void NAME(elbo_scale_channels)(
    const REAL *x, const REAL *factor, bool per_sample, REAL *y, const elbo_channel_layout *layout) {
    struct NAME(channel_scale) c = NAME(prepared)(x, factor, NULL, y, per_sample, layout);
    // [batch, channels] with one factor each is one product of two arrays.
    if (per_sample && c.layout.spatial == 1 && c.blocks == 1 && c.layout.block == c.layout.channels) {
        NAME(elbo_binary)(ELBO_MULTIPLY, x, factor, y, layout->batch * layout->channels);
        return;
    }
    // [batch, channels] or nhwc with one row of factors is one plane.
    if (!per_sample && c.blocks == 1) {
        c.layout.spatial *= c.layout.batch;
        c.layout.batch = 1;
    }
    const size_t positions = c.layout.batch * c.blocks * c.layout.spatial;
    elbo_parallel(positions, 16, GRAIN / c.layout.block + 1, &c, NAME(scale_share));
}

// gradient of one block of channels over `spatial` positions of one sample, added to or stored in `sums` [block].
static void NAME(plane_gradient)(
    const struct NAME(channel_scale) * c, size_t sample, size_t channel_block, REAL *sums, bool accumulate) {
    const size_t spatial = c->layout.spatial, block = c->layout.block;
    const size_t offset = (sample * c->blocks + channel_block) * spatial * block;
    NAME(elbo_column_sums)(c->x + offset, c->dy + offset, sums, spatial, block, block, accumulate);
}

static void NAME(store_block)(const struct NAME(channel_scale) * c, size_t channel_block, const REAL *sums, REAL *y) {
    const size_t first = channel_block * c->layout.block;
    for (size_t j = 0; j < c->layout.block && first + j < c->layout.channels; j++) y[first + j] = sums[j];
}

// Index: sample * blocks + block of channels.
static void NAME(gradient_per_sample_share)(void *context, size_t begin, size_t end) {
    const struct NAME(channel_scale) *c = context;
    for (size_t plane = begin; plane < end; plane++) {
        const size_t sample = plane / c->blocks, channel_block = plane % c->blocks;
        const size_t spatial = c->layout.spatial, channels = c->layout.channels;
        REAL *y = c->y + sample * channels;
        if (c->layout.block == 1) {
            y[channel_block] = (REAL)NAME(elbo_run_sum)(c->x + plane * spatial, c->dy + plane * spatial, spatial);
        } else if (c->layout.block == channels) {
            NAME(plane_gradient)(c, sample, channel_block, y, false);
        } else {
            REAL sums[LARGEST_BLOCK];
            NAME(plane_gradient)(c, sample, channel_block, sums, false);
            NAME(store_block)(c, channel_block, sums, y);
        }
    }
}

// Index: block of channels; the samples of a channel are added in order.
static void NAME(gradient_share)(void *context, size_t begin, size_t end) {
    const struct NAME(channel_scale) *c = context;
    const size_t spatial = c->layout.spatial;
    for (size_t channel_block = begin; channel_block < end; channel_block++) {
        if (c->layout.block == 1) {
            double sum = 0;
            for (size_t n = 0; n < c->layout.batch; n++) {
                const size_t offset = (n * c->blocks + channel_block) * spatial;
                sum += NAME(elbo_run_sum)(c->x + offset, c->dy + offset, spatial);
            }
            c->y[channel_block] = (REAL)sum;
        } else {
            REAL sums[LARGEST_BLOCK] = {0};
            for (size_t n = 0; n < c->layout.batch; n++) NAME(plane_gradient)(c, n, channel_block, sums, n > 0);
            NAME(store_block)(c, channel_block, sums, c->y);
        }
    }
}

void NAME(elbo_scale_channels_gradient)(
    const REAL *x, const REAL *dy, bool per_sample, REAL *gradient, const elbo_channel_layout *layout) {
    struct NAME(channel_scale) c = NAME(prepared)(x, NULL, dy, gradient, per_sample, layout);
    const size_t block = c.layout.block, plane = c.layout.spatial * block;
    if (per_sample && c.layout.spatial == 1 && block == c.layout.channels) {
        NAME(elbo_binary)(ELBO_MULTIPLY, x, dy, gradient, c.layout.batch * block);
    } else if (per_sample) {
        const size_t planes = c.layout.batch * c.blocks;
        elbo_parallel(planes, 1, GRAIN / (plane + 1) + 1, &c, NAME(gradient_per_sample_share));
    } else if (block == c.layout.channels) {
        NAME(elbo_column_sums)(x, dy, gradient, c.layout.batch * c.layout.spatial, block, block, false);
    } else {
        elbo_parallel(c.blocks, 1, GRAIN / (c.layout.batch * plane + 1) + 1, &c, NAME(gradient_share));
    }
}
