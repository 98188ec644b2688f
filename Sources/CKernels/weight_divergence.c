// SPDX-License-Identifier: Apache-2.0
// Normal weights against the log-uniform prior: which weights are more noise than signal, and what the others cost.

#include "include/elbo_gaussian.h"
#include "include/elbo_parallel.h"
#include "scalar_functions.h"

// Elements of a vector of 64 bytes, and those that are worth a microsecond or two of one thread.
#define UNIT 16
#define GRAIN 1024
// Elements of a partial sum; the borders depend on the count alone, and so does the rounding.
#define CHUNK 4096

static const float k1 = 0.63576f, k2 = 1.87320f, k3 = 1.48695f;
// Where log alpha is limited: beyond them the approximation was not fitted, and at weight 0 log alpha is infinite.
static const float lowest = -8, highest = 8;

struct task {
    const float *weights, *log_variances;
    float parameter;
    float *a, *b;
    double *sums;
    size_t count;
};

ELBO_INLINE float log_alpha(float weight, float log_variance) {
    // The logarithm before the square: w^2 is 0 in single precision for weights below 1e-22.
    return log_variance - 2 * log1_f32(magnitude_f32(weight));
}

ELBO_CLONES static void variance_loop(const struct task *task, size_t begin, size_t end) {
    const float *w = task->weights, *v = task->log_variances, threshold = task->parameter;
    const int keeps_all = threshold == INFINITY;
    float *variances = task->a;
    ELBO_LOOP for (size_t i = begin; i < end; i++) {
        // NaN is kept: a broken network is to be seen, not hidden.
        const int is_kept = keeps_all | !(log_alpha(w[i], v[i]) >= threshold);
        variances[i] = is_kept ? exp1_f32(v[i]) : 0;
    }
}

static void variance_share(void *context, size_t begin, size_t end) { variance_loop(context, begin, end); }

void elbo_weight_variances_f32(
    const float *weights, const float *log_variances, float threshold, float *variances, size_t count) {
    struct task task = {weights, log_variances, threshold, variances, NULL, NULL, count};
    elbo_parallel(count, UNIT, GRAIN, &task, variance_share);
}

// The divergences of `count` weights, one by one.
ELBO_CLONES static void divergence_loop(const float *w, const float *v, float *divergence, size_t count) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) {
        float a = log_alpha(w[i], v[i]);
        a = a < lowest ? lowest : a;
        a = a > highest ? highest : a;
        // sigmoid(-x) = 1 - sigmoid(x); log(1 + e^-a) is softplus(-a).
        divergence[i] = k1 * sigmoid1_f32(-(k2 + k3 * a)) + 0.5f * softplus1_f32(-a);
    }
}

static void divergence_share(void *context, size_t begin, size_t end) {
    const struct task *task = context;
    for (size_t chunk = begin; chunk < end; chunk++) {
        const size_t first = chunk * CHUNK;
        const size_t last = task->count - first < CHUNK ? task->count : first + CHUNK;
        double sum = 0;
        for (size_t at = first; at < last; at += 256) {
            const size_t length = last - at < 256 ? last - at : 256;
            float divergence[256];
            divergence_loop(task->weights + at, task->log_variances + at, divergence, length);
            for (size_t i = 0; i < length; i++) sum += (double)divergence[i];
        }
        task->sums[chunk] = sum;
    }
}

double elbo_weight_divergence_f32(const float *weights, const float *log_variances, size_t count) {
    // In rounds, so that the partial sums have a place on the stack.
    enum { ROUND = 256 };
    double total = 0, sums[ROUND];
    for (size_t first = 0; first < count; first += ROUND * CHUNK) {
        const size_t length = count - first < ROUND * CHUNK ? count - first : ROUND * CHUNK;
        struct task task = {weights + first, log_variances + first, 0, NULL, NULL, sums, length};
        const size_t chunks = (length + CHUNK - 1) / CHUNK;
        elbo_parallel(chunks, 1, 1, &task, divergence_share);
        for (size_t chunk = 0; chunk < chunks; chunk++) total += sums[chunk];
    }
    return total;
}

ELBO_CLONES static void slopes_loop(const struct task *task, size_t begin, size_t end) {
    const float *w = task->weights, *v = task->log_variances, scale = task->parameter;
    float *by_weight = task->a, *by_log_variance = task->b;
    ELBO_LOOP for (size_t i = begin; i < end; i++) {
        const float a = log_alpha(w[i], v[i]);
        const int is_inside = (a >= lowest) & (a <= highest);
        const float s = sigmoid1_f32(k2 + k3 * a);
        const float slope = scale * (-k1 * k3 * s * (1 - s) - 0.5f * sigmoid1_f32(-a));
        by_log_variance[i] += is_inside ? slope : 0;
        by_weight[i] += is_inside ? -2 * slope / w[i] : 0;
    }
}

static void slopes_share(void *context, size_t begin, size_t end) { slopes_loop(context, begin, end); }

void elbo_weight_divergence_slopes_f32(
    const float *weights, const float *log_variances, float scale, float *by_weight, float *by_log_variance,
    size_t count) {
    struct task task = {weights, log_variances, scale, by_weight, by_log_variance, NULL, count};
    elbo_parallel(count, UNIT, GRAIN, &task, slopes_share);
}
