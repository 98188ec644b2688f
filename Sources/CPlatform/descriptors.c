// SPDX-License-Identifier: Apache-2.0
// Descriptors for an event loop: a wake-up counter, signals and a file in memory.

#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int checked(int result) { return result >= 0 ? result : -errno; }

int elbo_open_wake(void) { return checked(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

int elbo_wake(int descriptor) {
    uint64_t one = 1;
    // EAGAIN means that the counter is at its maximum: the reader is awake already.
    return write(descriptor, &one, sizeof one) == sizeof one || errno == EAGAIN ? 0 : -errno;
}

int elbo_take_wake(int descriptor) {
    uint64_t count = 0;
    return read(descriptor, &count, sizeof count) == sizeof count || errno == EAGAIN ? 0 : -errno;
}

int elbo_open_signals(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
    int failure = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (failure) return -failure;
    return checked(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

int elbo_take_signal(int descriptor) {
    struct signalfd_siginfo info;
    if (read(descriptor, &info, sizeof info) == sizeof info) return (int)info.ssi_signo;
    return -errno;
}

int elbo_block_signal(int signal, int blocked) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    return -pthread_sigmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

int elbo_open_memory_file(const char *name) { return checked(memfd_create(name, MFD_CLOEXEC)); }

FILE *elbo_stream(int descriptor, const char *mode) { return fdopen(descriptor, mode); }
