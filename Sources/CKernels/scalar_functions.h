// SPDX-License-Identifier: Apache-2.0
// Constants of the elementary functions, then the functions themselves in both precisions.

#ifndef ELBO_SCALAR_FUNCTIONS_H
#define ELBO_SCALAR_FUNCTIONS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "processor.h"

// ln 2 in two parts; the first has so many zero bits at its end that n * high is exact for every exponent n.
static const float ln2_high_f32 = 0.693359375f, ln2_low_f32 = -2.12194440054690583e-4f;
static const double ln2_high_f64 = 0x1.62e42feep-1, ln2_low_f64 = 0x1.a39ef35793c76p-33;
static const float log2_e_f32 = 1.44269504088896341f;
static const double log2_e_f64 = 1.44269504088896341;

// Below the first, e^x rounds to 0 (half the least subnormal: -103.97 and -745.13); above the second it overflows.
static const float exp_lowest_f32 = -104.0f, exp_highest_f32 = 89.0f;
static const double exp_lowest_f64 = -746.0, exp_highest_f64 = 710.0;
static const float smallest_normal_f32 = 0x1p-126f;
static const double smallest_normal_f64 = 0x1p-1022;

// 1/2!, 1/3!, ...: (ln(2)/2)^n / n! falls below 2^-26 at n = 8 and below 2^-56 at n = 14.
#define FACTORIALS(c)                                                                                                 \
    {                                                                                                                 \
        c(1) / 2, c(1) / 6, c(1) / 24, c(1) / 120, c(1) / 720, c(1) / 5040, c(1) / 40320, c(1) / 362880,              \
            c(1) / 3628800, c(1) / 39916800, c(1) / 479001600, c(1) / 6227020800                                      \
    }
// 1/3, 1/5, ...: the series of artanh without its first term.
#define ODDS(c)                                                                                                       \
    {                                                                                                                 \
        c(1) / 3, c(1) / 5, c(1) / 7, c(1) / 9, c(1) / 11, c(1) / 13, c(1) / 15, c(1) / 17, c(1) / 19, c(1) / 21,     \
            c(1) / 23, c(1) / 25, c(1) / 27, c(1) / 29, c(1) / 31, c(1) / 33                                          \
    }
#define SINGLE(x) x##.0f
#define DOUBLE(x) x##.0
static const float inverse_factorials_f32[] = FACTORIALS(SINGLE), inverse_odds_f32[] = ODDS(SINGLE);
static const double inverse_factorials_f64[] = FACTORIALS(DOUBLE), inverse_odds_f64[] = ODDS(DOUBLE);
#undef FACTORIALS
#undef ODDS
#undef SINGLE
#undef DOUBLE

#include "real32.h"
#define EXP_TERMS 6
#define LOG_TERMS 5
#define LOG_ONE_PLUS_TERMS 7
#include "scalar_functions_body.h"
#undef EXP_TERMS
#undef LOG_TERMS
#undef LOG_ONE_PLUS_TERMS

#include "real64.h"
#define EXP_TERMS 12
#define LOG_TERMS 10
#define LOG_ONE_PLUS_TERMS 16
#include "scalar_functions_body.h"
#undef EXP_TERMS
#undef LOG_TERMS
#undef LOG_ONE_PLUS_TERMS

#endif
