// SPDX-License-Identifier: Apache-2.0
// Reductions over any set of dimensions of a strided array, in both precisions.

#include <math.h>

#include "include/elbo_parallel.h"
#include "include/elbo_reductions.h"
#include "include/elbo_unary.h"
#include "runs.h"
#include "strides.h"

// Elements that are worth a microsecond of one thread; results next to each other stay on one thread.
#define GRAIN 8192
#define UNIT 8

#include "real32.h"
#include "reductions_strided_body.h"

#include "real64.h"
#include "reductions_strided_body.h"
