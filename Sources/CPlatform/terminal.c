// SPDX-License-Identifier: Apache-2.0
// Questions to a terminal device that are variadic (ioctl, open) or hidden (wcwidth) in Swift.

#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static int is_same_terminal(int first, int second) {
    unsigned int devices[2];
    return ioctl(first, TIOCGDEV, &devices[0]) == 0 && ioctl(second, TIOCGDEV, &devices[1]) == 0 &&
        devices[0] == devices[1];
}

int elbo_reopen_terminal(int descriptor) {
    // The name is missing in containers that were given a terminal from outside; /dev/tty works there too.
    char name[256];
    const char *paths[2] = {ttyname_r(descriptor, name, sizeof name) == 0 ? name : NULL, "/dev/tty"};
    for (int index = 0; index < 2; index++) {
        if (!paths[index]) continue;
        int opened = open(paths[index], O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (opened < 0) continue;
        if (is_same_terminal(opened, descriptor)) return opened;
        close(opened);
    }
    return -ENXIO;
}

void elbo_line_buffer_output(void) { setvbuf(stdout, NULL, _IOLBF, BUFSIZ); }

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
