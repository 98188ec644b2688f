// SPDX-License-Identifier: Apache-2.0
// Functions of one element and the derivatives that need only the output, in both precisions.

#include "include/elbo_unary.h"

#include "include/elbo_parallel.h"
#include "scalar_functions.h"

// Elements that are worth a microsecond or two of one thread: cheap functions wait for memory, the others compute.
#define CHEAP 32768
#define COSTLY 8192
// Border between threads: a cache line of either precision.
#define UNIT 16

#include "real32.h"
#include "elementwise_unary_body.h"

#include "real64.h"
#include "elementwise_unary_body.h"

struct conversion {
    const void *x;
    void *y;
};

ELBO_CLONES static void widen_share(void *context, size_t begin, size_t end) {
    const struct conversion *c = context;
    const float *x = c->x;
    double *y = c->y;
    for (size_t i = begin; i < end; i++) y[i] = x[i];
}

ELBO_CLONES static void narrow_share(void *context, size_t begin, size_t end) {
    const struct conversion *c = context;
    const double *x = c->x;
    float *y = c->y;
    for (size_t i = begin; i < end; i++) y[i] = (float)x[i];
}

void elbo_widen(const float *x, double *y, size_t count) {
    struct conversion c = {x, y};
    elbo_parallel(count, UNIT, CHEAP, &c, widen_share);
}

void elbo_narrow(const double *x, float *y, size_t count) {
    struct conversion c = {x, y};
    elbo_parallel(count, UNIT, CHEAP, &c, narrow_share);
}
