// SPDX-License-Identifier: Apache-2.0
// Real threads for tests of the parts that are shared between threads.
import Glibc

/// A started thread; `join` waits for its end.
///
/// Not reusable.
final class TestThread {
    private var handle = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        let status = pthread_create(&handle, nil, runBox, box.toOpaque())
        precondition(status == 0)
    }

    func join() {
        pthread_join(handle, nil)
    }
}

private final class Box: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}

private func runBox(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().body()
    return nil
}

/// Lets another thread run, inside loops that wait for its progress.
func yieldThread() {
    sched_yield()
}
