// SPDX-License-Identifier: Apache-2.0
// The few calls of Linux that Swift cannot say: hidden by feature macros, variadic, or forbidden in a signal handler.
// No policy lives here. Functions that can fail return 0 or a descriptor on success and -errno on failure.

#ifndef ELBO_CPLATFORM_H
#define ELBO_CPLATFORM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <termios.h>

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

// Descriptors to wait on ----------------------------------------------------------------------------------------------

/// Opens a counter that `poll` sees as readable once it was added to; neither side ever blocks.
int elbo_open_wake(void);

/// Makes the counter readable; callable from any thread.
int elbo_wake(int descriptor);

/// Sets the counter back to zero.
int elbo_take_wake(int descriptor);

/// Blocks these signals for the calling thread (and those it starts) and opens a descriptor that delivers them.
int elbo_open_signals(const int *signals, size_t count);

/// The next signal waiting on the descriptor, or -EAGAIN when there is none.
int elbo_take_signal(int descriptor);

/// Blocks (1) or unblocks (0) one signal for the calling thread.
int elbo_block_signal(int signal, int blocked);

/// An unnamed file in memory.
int elbo_open_memory_file(const char *name);

/// A stdio stream over a descriptor, which it then owns; NULL when that fails.
FILE *elbo_stream(int descriptor, const char *mode);

// Terminal -----------------------------------------------------------------------------------------------------------

/// Opens the terminal behind `descriptor` anew, so that O_NONBLOCK is not shared with the shell that lent it.
/// -ENXIO when the terminal has no name in this mount namespace and is not the controlling one.
int elbo_reopen_terminal(int descriptor);

/// Makes stdio write each line of standard output at once, whatever descriptor 1 is.
void elbo_line_buffer_output(void);

/// Size in cells; 0 by 0 when the terminal does not know.
int elbo_terminal_size(int descriptor, int *columns, int *rows);

/// Whether the calling process is in the foreground group of the terminal.
int elbo_in_foreground(int descriptor);

/// Columns a code point takes on the screen in the current locale: -1 for what cannot be printed.
int elbo_column_width(uint32_t scalar);

// Crashes ------------------------------------------------------------------------------------------------------------

/// What has to be undone when the process dies while it holds the terminal.
typedef struct {
    int terminal;             ///< descriptor of the terminal
    int standard_output;      ///< what descriptor 1 was, or -1 to leave it
    int standard_error;       ///< what descriptor 2 was, or -1 to leave it
    int captured;             ///< non-blocking pipe whose unread text goes to descriptor 2, or -1
    struct termios modes;     ///< the modes to set back
    char text[256];           ///< the bytes that leave the alternate screen, show the cursor, switch modes off
    size_t count;             ///< how many of them
} elbo_restore_plan;

/// Installs handlers for the signals of a crash on an alternate stack, and a function at exit; both carry out the
/// armed plan and then let the earlier handler run. Further calls do nothing.
int elbo_install_crash_guard(void);

/// From here on a crash or an exit carries out `plan`.
void elbo_arm_crash_guard(const elbo_restore_plan *plan);

/// From here on a crash leaves the terminal alone.
void elbo_disarm_crash_guard(void);

/// Gives the calling thread a stack of its own for crash handlers, so that they also run after a stack overflow.
int elbo_use_alternate_stack(void);

#ifdef __cplusplus
}
#endif

#endif
