// SPDX-License-Identifier: Apache-2.0
// A thread of our own for work that blocks long in kernels; never one of the cooperative pool.

import CPlatform
import Glibc

/// A running thread that must be joined.
struct WorkerThread: ~Copyable {
    private let thread: pthread_t

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: shown by `top -H`; at most 15 bytes count.
    ///   - nice: nice value of this thread and of the compute threads it starts. At 19 a training run takes all the
    ///     idle time there is and yet never delays a key press.
    ///   - body: what to do; runs once.
    init(name: String, nice: Int32, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(name: name, nice: nice, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // The tape is released recursively; the default of 8 MB may have been lowered by the user's limits.
        pthread_attr_setstacksize(&attributes, 16 << 20)
        var thread = pthread_t()
        let status = pthread_create(&thread, &attributes, runStart, start.toOpaque())
        pthread_attr_destroy(&attributes)
        guard status == 0 else { fatalError("pthread_create failed with \(status)") }
        self.thread = thread
    }

    /// Waits until the thread has ended.
    consuming func join() {
        pthread_join(thread, nil)
    }
}

/// What a new thread needs; handed over once.
private final class Start: Sendable {
    let name: String
    let nice: Int32
    let body: @Sendable () -> Void

    init(name: String, nice: Int32, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.nice = nice
        self.body = body
    }
}

/// The C entry point: a named function, because a closure could be taken for main-actor code.
private func runStart(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    _ = start.name.withCString { elbo_set_thread_name($0) }
    _ = elbo_set_thread_nice(start.nice)
    start.body()
    return nil
}
