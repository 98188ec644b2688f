// SPDX-License-Identifier: Apache-2.0
// Softmax, log-softmax and cross entropy over rows, in both precisions.

#include "include/elbo_softmax.h"

#include "include/elbo_parallel.h"
#include "runs.h"
#include "scalar_functions.h"

// Elements that are worth a microsecond of one thread, and the exponentials kept on the stack at a time.
#define GRAIN 2048
#define PIECE 256

#include "real32.h"
#include "softmax_body.h"

#include "real64.h"
#include "softmax_body.h"
