// SPDX-License-Identifier: Apache-2.0
// Reductions of one run and of columns, in both precisions.

#include "runs.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "include/elbo_parallel.h"
#include "processor.h"

// Elements added up in working precision before the sum goes on in double: 16 additions per lane in float.
#define BLOCK 1024
// Rows added up in one column before they are added to the total.
#define ROW_BLOCK 64
// Elements that are worth a microsecond of one thread, and the shapes of the partial sums of a tall matrix.
#define CHUNK 32768
#define MAXIMUM_CHUNKS 16
#define WIDE 256
// The widest ragged rows that are folded.
#define FOLDED 64

#include "real32.h"
#include "runs_body.h"

#include "real64.h"
#include "runs_body.h"
