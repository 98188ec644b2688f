// SPDX-License-Identifier: Apache-2.0
// zlib as Swift sees it. inflateInit2 is a macro, which Swift cannot import, hence the one inline function.
#ifndef ELBO_CZLIB_SHIM_H
#define ELBO_CZLIB_SHIM_H

#include <zlib.h>

/// Starts a decoder that accepts gzip (and only gzip) with the largest window.
static inline int elbo_inflate_init_gzip(z_streamp stream) {
    return inflateInit2(stream, MAX_WBITS + 16);
}

#endif
