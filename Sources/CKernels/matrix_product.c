// SPDX-License-Identifier: Apache-2.0
// Small matrix products with bias and activation, in both precisions.

#include "include/elbo_matrix_product.h"

#include "include/elbo_parallel.h"
#include "scalar_functions.h"

// Multiply-adds that are worth two microseconds of one thread, the inner sizes that a packed panel holds, and the rows
// of A from which on a panel is packed for speed alone.
#define GRAIN 131072
#define PACKING_ROWS 24
#define INNER_BLOCK 256

#include "real32.h"
#include "matrix_product_body.h"

#include "real64.h"
#include "matrix_product_body.h"
