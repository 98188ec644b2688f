// SPDX-License-Identifier: Apache-2.0
// Questions to a terminal device that are variadic (ioctl, open) or hidden (wcwidth) in Swift.

#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

int elbo_reopen_terminal(int descriptor) {
    char path[256];
    int failure = ttyname_r(descriptor, path, sizeof path);
    if (failure) return -failure;
    int opened = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    return opened >= 0 ? opened : -errno;
}

int elbo_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size = {0};
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -errno;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int elbo_in_foreground(int descriptor) {
    pid_t foreground = tcgetpgrp(descriptor);
    // A terminal that is not our controlling one (ENOTTY) has no job control over us: it is ours to use.
    return foreground < 0 ? errno == ENOTTY : foreground == getpgrp();
}

int elbo_column_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
