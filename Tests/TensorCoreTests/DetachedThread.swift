// SPDX-License-Identifier: Apache-2.0
// A thread of the system for tests: unlike a task's thread it is new, and it ends.

import Glibc

/// Runs a closure on a new thread.
struct DetachedThread {
    private let thread: pthread_t

    /// Starts the thread.
    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(run: body))
        var thread = pthread_t()
        pthread_create(&thread, nil, runBody, box.toOpaque())
        self.thread = thread
    }

    /// Waits until the closure has returned and the thread's context is gone.
    func join() { pthread_join(thread, nil) }
}

private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
    return nil
}
