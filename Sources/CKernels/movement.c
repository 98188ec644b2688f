// SPDX-License-Identifier: Apache-2.0
// Strided copies, transposes and rows by index, in both precisions.

#include "include/elbo_movement.h"

#include <string.h>

#include "include/elbo_parallel.h"
#include "processor.h"
#include "strides.h"

// Elements that are worth a microsecond of one thread, the border between threads, the edge of a transposed square.
#define GRAIN 16384
#define UNIT 16
#define SQUARE 16

#include "real32.h"
#include "movement_body.h"

#include "real64.h"
#include "movement_body.h"
