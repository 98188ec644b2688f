// SPDX-License-Identifier: Apache-2.0
// One factor per channel and its gradient in plain, channels-last and blocked layouts, in both precisions.

#include <string.h>

#include "include/elbo_binary.h"
#include "include/elbo_channels.h"
#include "include/elbo_parallel.h"
#include "processor.h"
#include "runs.h"

// Elements that are worth a microsecond of one thread, and the length to which the factors of a block are repeated.
#define GRAIN 8192
#define TILE 512
// oneDNN's blocks are 4, 8, 16 and, for some processors, 32 and 64 channels.
#define LARGEST_BLOCK 64

#include "real32.h"
#include "channel_scale_body.h"

#include "real64.h"
#include "channel_scale_body.h"
