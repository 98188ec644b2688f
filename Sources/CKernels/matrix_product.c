// SPDX-License-Identifier: Apache-2.0
// Small matrix products with bias and activation, in both precisions.

#include "include/elbo_matrix_product.h"

#include "include/elbo_parallel.h"
#include "scalar_functions.h"

// Multiply-adds that are worth a microsecond of one thread, and the inner sizes that a packed panel holds.
#define GRAIN 65536
#define INNER_BLOCK 256

#include "real32.h"
#include "matrix_product_body.h"

#include "real64.h"
#include "matrix_product_body.h"
