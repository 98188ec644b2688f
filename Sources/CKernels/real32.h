// SPDX-License-Identifier: Apache-2.0
// Makes the `*_body.h` files mean single precision. Included before them, and again for the next file: no guard.

#undef REAL
#undef BITS
#undef NAME
#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef LANES

#define REAL float
#define BITS uint32_t
#define NAME(stem) stem##_f32
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
// Elements of one 64 byte vector.
#define LANES 16
