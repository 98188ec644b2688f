// SPDX-License-Identifier: Apache-2.0
// Splitting an index range over the OpenMP threads that oneDNN also uses (one pool, libgomp, no second spinning one).

#ifndef ELBO_PARALLEL_H
#define ELBO_PARALLEL_H

#include <stddef.h>

/// The work on indices `begin ..< end`; called once per thread, concurrently, on disjoint ranges.
typedef void (*elbo_range_body)(void *context, size_t begin, size_t end);

/// Calls `body` on disjoint ranges that cover `0 ..< count`, and returns when all are done.
///
/// Runs on the calling thread alone when `count < 2 * grain` or when called from inside a parallel region.
/// Interior borders are multiples of `unit`, so that two threads never write into one cache line.
/// - Parameter unit: at least 1.
/// - Parameter grain: the count of indices that is worth about one microsecond; at least 1.
void elbo_parallel(size_t count, size_t unit, size_t grain, void *context, elbo_range_body body);

/// The number of threads that a parallel region of the calling thread uses.
int elbo_thread_count(void);

/// Sets that number for the calling thread (OpenMP keeps it per thread); at least 1.
void elbo_set_thread_count(int count);

/// The vector instructions that the kernels use on this processor: "avx512", "avx2" or "baseline".
const char *elbo_instruction_set(void);

#endif
