// SPDX-License-Identifier: Apache-2.0
// Gives the terminal back when the process crashes or exits without doing so. A trap skips every destructor, so this
// runs in the signal handler: only async-signal-safe calls, no ncurses, no allocation.

#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// Swift traps arrive as SIGILL (ud2) or SIGTRAP; abort() and failed C assertions as SIGABRT. SIGQUIT dumps core.
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGQUIT};
enum { crash_count = sizeof crashes / sizeof crashes[0] };

static struct sigaction earlier[crash_count];
static elbo_restore_plan plan;
static atomic_int armed;      // 1 while `plan` is valid; taken by whoever carries the plan out
static atomic_int installed;  // 1 once the handlers stand

// How long a terminal whose other end does not read may delay a death.
enum { patience_milliseconds = 500 };

static void carry_out_plan(void) {
    int expected = 1;
    if (!atomic_compare_exchange_strong(&armed, &expected, 0)) return;
    size_t written = 0;
    while (written < plan.count) {
        ssize_t result = write(plan.terminal, plan.text + written, plan.count - written);
        if (result > 0) {
            written += (size_t)result;
        } else if (result < 0 && errno == EINTR) {
            continue;
        } else if (result < 0 && errno == EAGAIN) {
            struct pollfd writable = {.fd = plan.terminal, .events = POLLOUT};
            if (poll(&writable, 1, patience_milliseconds) <= 0 || !(writable.revents & POLLOUT)) break;
        } else {
            break;
        }
    }
    tcsetattr(plan.terminal, TCSANOW, &plan.modes);
    if (plan.standard_output >= 0) dup2(plan.standard_output, STDOUT_FILENO);
    if (plan.standard_error >= 0) dup2(plan.standard_error, STDERR_FILENO);
    if (plan.captured < 0) return;
    // The message of a failed precondition was printed before the trap: it is still in the pipe.
    char text[512];
    ssize_t count;
    while ((count = read(plan.captured, text, sizeof text)) > 0) {
        if (write(STDERR_FILENO, text, (size_t)count) < 0) break;
    }
}

static void on_crash(int signal, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    carry_out_plan();
    for (int index = 0; index < crash_count; index++) {
        if (crashes[index] == signal) sigaction(signal, &earlier[index], NULL);
    }
    // A fault repeats itself on return, with its address, under the earlier handler. What was sent (kill, abort) or
    // lies behind us (a breakpoint) would not, so it is raised again; it stays blocked until this handler returns.
    if (info->si_code <= 0 || signal == SIGTRAP || signal == SIGABRT) raise(signal);
    errno = saved;
}

int elbo_use_alternate_stack(void) {
    stack_t current;
    if (sigaltstack(NULL, &current) == 0 && !(current.ss_flags & SS_DISABLE)) return 0;
    size_t size = 64 * 1024;  // room for the frame of AVX-512 state and for the backtracer of Swift
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    stack_t stack = {.ss_sp = memory, .ss_size = size};
    return sigaltstack(&stack, NULL) == 0 ? 0 : -errno;
}

int elbo_install_crash_guard(void) {
    int expected = 0;
    if (!atomic_compare_exchange_strong(&installed, &expected, 1)) return 0;
    int failure = elbo_use_alternate_stack();
    if (failure) return failure;
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < crash_count; index++) {
        if (sigaction(crashes[index], &action, &earlier[index]) != 0) return -errno;
    }
    return atexit(carry_out_plan) == 0 ? 0 : -ENOMEM;
}

void elbo_arm_crash_guard(const elbo_restore_plan *next) {
    atomic_store(&armed, 0);
    plan = *next;
    atomic_store(&armed, 1);
}

void elbo_disarm_crash_guard(void) { atomic_store(&armed, 0); }
