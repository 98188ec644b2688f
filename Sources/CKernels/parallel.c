// SPDX-License-Identifier: Apache-2.0
// The parallel loop over index ranges. clang of the Swift toolchain ships no OpenMP runtime, and a second thread pool
// would fight oneDNN's spinning one; so this file calls the entry points of libgomp by hand.

#include "include/elbo_parallel.h"

#include "processor.h"

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned thread_count, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);
extern int omp_in_parallel(void);
extern void omp_set_num_threads(int count);

struct region {
    elbo_range_body body;
    void *context;
    size_t count;
    size_t unit;
};

static void run_share(void *data) {
    const struct region *region = data;
    const size_t threads = (size_t)omp_get_num_threads();
    const size_t thread = (size_t)omp_get_thread_num();
    const size_t units = region->count / region->unit + (region->count % region->unit != 0);
    // Quotient and remainder apart: units * thread could overflow for absurd counts.
    const size_t quotient = units / threads, remainder = units % threads;
    const size_t first = quotient * thread + (thread < remainder ? thread : remainder);
    const size_t last = first + quotient + (thread < remainder ? 1 : 0);
    const size_t begin = first * region->unit;
    const size_t end = last >= units ? region->count : last * region->unit;
    if (begin < end) region->body(region->context, begin, end);
}

void elbo_parallel(size_t count, size_t unit, size_t grain, void *context, elbo_range_body body) {
    if (count == 0) return;
    if (count / 2 < grain || omp_get_max_threads() < 2 || omp_in_parallel()) {
        body(context, 0, count);
        return;
    }
    struct region region = {body, context, count, unit};
    // 0 means all threads of the pool: asking for fewer would make libgomp rebuild its team at every change.
    GOMP_parallel(run_share, &region, 0, 0);
}

size_t elbo_thread_index(void) { return (size_t)omp_get_thread_num(); }

int elbo_thread_count(void) { return omp_get_max_threads(); }

void elbo_set_thread_count(int count) { omp_set_num_threads(count < 1 ? 1 : count); }

const char *elbo_instruction_set(void) {
    switch (elbo_processor_level()) {
        case ELBO_PROCESSOR_AVX512: return "avx512";
        case ELBO_PROCESSOR_AVX2: return "avx2";
        default: return "baseline";
    }
}
