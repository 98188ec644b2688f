// SPDX-License-Identifier: Apache-2.0
// A mutex with condition variables: what Synchronization lacks. Building block of the channel and the run control.
import Glibc

/// A POSIX mutex and a fixed number of condition variables at stable addresses.
///
/// `@unchecked Sendable`: the pointers never change after `init`, and POSIX makes the objects they point to safe for
/// use from any thread.
package final class Monitor: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let conditions: UnsafeMutableBufferPointer<pthread_cond_t>

    /// Creates a monitor with `count` condition variables, numbered from 0.
    package init(conditions count: Int = 1) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        check(pthread_mutex_init(mutex, nil), "pthread_mutex_init")
        conditions = .allocate(capacity: count)
        conditions.initialize(repeating: pthread_cond_t())
        // Waits are bounded by the monotonic clock: a corrected wall clock must not freeze or rush a thread.
        var attributes = pthread_condattr_t()
        check(pthread_condattr_init(&attributes), "pthread_condattr_init")
        check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), "pthread_condattr_setclock")
        for index in 0..<count {
            check(pthread_cond_init(conditions.baseAddress! + index, &attributes), "pthread_cond_init")
        }
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        for index in conditions.indices { pthread_cond_destroy(conditions.baseAddress! + index) }
        conditions.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs the body while no other thread is inside a body of this monitor.
    package func locked<Result>(_ body: () -> Result) -> Result {
        check(pthread_mutex_lock(mutex), "pthread_mutex_lock")
        defer { check(pthread_mutex_unlock(mutex), "pthread_mutex_unlock") }
        return body()
    }

    /// Waits for a signal; called inside `locked`, which it leaves while waiting.
    ///
    /// May wake without a signal.
    package func wait(_ condition: Int = 0) {
        check(pthread_cond_wait(conditions.baseAddress! + condition, mutex), "pthread_cond_wait")
    }

    /// Waits for a signal until a moment of `monotonicNanoseconds`; called inside `locked`.
    ///
    /// - Returns: whether there was still time left when it woke.
    package func wait(_ condition: Int = 0, until deadline: UInt64) -> Bool {
        var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        let status = pthread_cond_timedwait(conditions.baseAddress! + condition, mutex, &time)
        if status == ETIMEDOUT { return false }
        check(status, "pthread_cond_timedwait")
        return true
    }

    /// Wakes one waiting thread.
    package func signal(_ condition: Int = 0) {
        check(pthread_cond_signal(conditions.baseAddress! + condition), "pthread_cond_signal")
    }

    /// Wakes all waiting threads.
    package func broadcast(_ condition: Int = 0) {
        check(pthread_cond_broadcast(conditions.baseAddress! + condition), "pthread_cond_broadcast")
    }
}

/// These calls fail only on misuse (a foreign or destroyed object), which is a bug here.
private func check(_ status: Int32, _ call: StaticString) {
    if status != 0 { fatalError("\(call) failed with status \(status)") }
}

/// Nanoseconds on the clock that only ever runs forward; for durations, never for dates.
public func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
