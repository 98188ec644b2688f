// SPDX-License-Identifier: Apache-2.0
// Name and nice value of the calling thread. On Linux the nice value belongs to the thread, not to the process.

#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int elbo_set_thread_name(const char *name) {
    char cut[16] = {0};  // the kernel's limit, with the terminating zero
    strncpy(cut, name, sizeof cut - 1);
    return -pthread_setname_np(pthread_self(), cut);
}

int elbo_set_thread_nice(int nice) {
    // The syscall and not gettid(): its wrapper is missing before glibc 2.30.
    return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice) == 0 ? 0 : -errno;
}

int elbo_thread_nice(void) { return getpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid)); }
