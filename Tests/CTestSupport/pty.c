// SPDX-License-Identifier: Apache-2.0
// Pseudo terminals and the children in them.

#define _GNU_SOURCE
#include "CTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t elbo_pty_spawn(
    const char *path, char *const arguments[], char *const environment[], int columns, int rows, int *master) {
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    int terminal[2];
    if (openpty(&terminal[0], &terminal[1], NULL, NULL, &size) != 0) return -errno;
    // Children of tests that run at the same time must not keep this terminal open.
    fcntl(terminal[0], F_SETFD, FD_CLOEXEC);
    fcntl(terminal[1], F_SETFD, FD_CLOEXEC);
    fcntl(terminal[0], F_SETFL, O_NONBLOCK);
    pid_t child = fork();
    if (child == 0) {
        // Only async-signal-safe calls here: the parent has threads.
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        signal(SIGPIPE, SIG_DFL);
        setsid();
        ioctl(terminal[1], TIOCSCTTY, 0);
        for (int descriptor = 0; descriptor < 3; descriptor++) dup2(terminal[1], descriptor);
        execve(path, arguments, environment);
        _exit(127);
    }
    int failure = errno;
    close(terminal[1]);
    if (child < 0) {
        close(terminal[0]);
        return -failure;
    }
    *master = terminal[0];
    return child;
}

int elbo_pty_resize(int master, int columns, int rows) {
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    return ioctl(master, TIOCSWINSZ, &size) == 0 ? 0 : -errno;
}

int elbo_wait_for_exit(pid_t process, int milliseconds, int *status) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0) return -errno;
    struct pollfd ended = {.fd = descriptor, .events = POLLIN};
    int count = poll(&ended, 1, milliseconds);
    close(descriptor);
    if (count <= 0) return count == 0 ? 0 : -errno;
    return waitpid(process, status, 0) == process ? 1 : -errno;
}
