// SPDX-License-Identifier: Apache-2.0
// Starts a program in a terminal of its own, for end-to-end tests; needs fork and variadic calls, hence C.

#ifndef ELBO_CTESTSUPPORT_H
#define ELBO_CTESTSUPPORT_H

#include <sys/types.h>

/// Runs `path` as the leader of a new session whose terminal is a new pseudo terminal of this size.
///
/// `arguments` and `environment` end with NULL. The master side, non-blocking, is stored in `master`.
/// Returns the process, or -errno. A program that cannot be executed ends with status 127.
pid_t elbo_pty_spawn(
    const char *path, char *const arguments[], char *const environment[], int columns, int rows, int *master);

/// Tells the terminal a new size; the program gets SIGWINCH.
int elbo_pty_resize(int master, int columns, int rows);

/// Waits for the end of a child; returns 1 and its `status` as of waitpid, 0 after the time, or -errno.
int elbo_wait_for_exit(pid_t process, int milliseconds, int *status);

#endif
