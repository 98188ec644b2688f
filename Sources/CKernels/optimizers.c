// SPDX-License-Identifier: Apache-2.0
// Adam, stochastic gradient descent with momentum, and RMSprop, in both precisions.

#include "include/elbo_optimizers.h"

#include <math.h>

#include "include/elbo_parallel.h"
#include "processor.h"

// Elements that are worth two microseconds of one thread (three to four arrays are read and written per element).
#define GRAIN 16384
#define UNIT 16

#include "real32.h"
#include "optimizers_body.h"

#include "real64.h"
#include "optimizers_body.h"
