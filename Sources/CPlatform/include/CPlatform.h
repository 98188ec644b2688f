// SPDX-License-Identifier: Apache-2.0
// The few calls of Linux that Swift cannot say: hidden by feature macros, variadic, or forbidden in a signal handler.
// No policy lives here. Functions that can fail return 0 or a descriptor on success and -errno on failure.

#ifndef ELBO_CPLATFORM_H
#define ELBO_CPLATFORM_H

#ifdef __cplusplus
extern "C" {
#endif

// Threads ------------------------------------------------------------------------------------------------------------

/// Names the calling thread as `top -H` and debuggers show it; what is longer than 15 bytes is cut.
int elbo_set_thread_name(const char *name);

/// Sets the nice value (-20 … 19) of the calling thread alone; threads it starts later inherit it.
int elbo_set_thread_nice(int nice);

/// The nice value of the calling thread.
int elbo_thread_nice(void);

#ifdef __cplusplus
}
#endif

#endif
