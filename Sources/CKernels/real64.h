// SPDX-License-Identifier: Apache-2.0
// Makes the `*_body.h` files mean double precision. Included before them, and again for the next file: no guard.

#undef REAL
#undef BITS
#undef NAME
#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef LANES

#define REAL double
#define BITS uint64_t
#define NAME(stem) stem##_f64
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
// Elements of one 64 byte vector.
#define LANES 8
