// SPDX-License-Identifier: Apache-2.0
// Functions of two elements with broadcasting, in both precisions.

#include "include/elbo_binary.h"

#include "include/elbo_parallel.h"
#include "processor.h"
#include "strides.h"

// Elements that are worth a microsecond of one thread, the border between threads, and the length to which a short
// row is repeated.
#define GRAIN 32768
#define UNIT 16
#define TILE 1024

#include "real32.h"
#include "elementwise_binary_body.h"

#include "real64.h"
#include "elementwise_binary_body.h"
