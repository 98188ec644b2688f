// SPDX-License-Identifier: Apache-2.0
// The hot loops of elbo that a compiler vectorises well from C: one header per family, this one names them all.
//
// Conventions of every function
// - Sizes are counts of elements, matrices are row-major, pointers need only the alignment of their element type.
// - A count of 0 is allowed everywhere and touches nothing (reductions then return their stated neutral element).
// - `y` may be the same pointer as an input (in place) where a comment says so; partial overlap never works.
// - `_f32` and `_f64` are the same algorithm in single and double precision.
// - Large work is split over the OpenMP threads of the caller (elbo_parallel.h); results do not depend on the
//   number of threads. They may differ in the last bits between processors with and without fused multiply-add.
// - NaN in gives NaN out unless a comment says otherwise.

#ifndef ELBO_CKERNELS_H
#define ELBO_CKERNELS_H

#include "elbo_parallel.h"
#include "elbo_unary.h"
#include "elbo_binary.h"
#include "elbo_reductions.h"
#include "elbo_optimizers.h"
#include "elbo_matrix_product.h"
#include "elbo_softmax.h"
#include "elbo_channels.h"
#include "elbo_noise.h"
#include "elbo_gaussian.h"
#include "elbo_random.h"
#include "elbo_densities.h"
#include "elbo_logistic.h"
#include "elbo_movement.h"
#include "elbo_winograd.h"

#endif
