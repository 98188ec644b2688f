// SPDX-License-Identifier: Apache-2.0
// Sums, maxima and dot products over everything, over rows and over columns, in both precisions.

#include "include/elbo_reductions.h"

#include <math.h>

#include "include/elbo_parallel.h"
#include "processor.h"
#include "runs.h"

// The least elements of one partial result, the most partial results, and the border between threads in rows.
#define CHUNK 16384
#define MAXIMUM_CHUNKS 256
#define UNIT 16

#include "real32.h"
#include "reductions_body.h"

#include "real64.h"
#include "reductions_body.h"
