// SPDX-License-Identifier: Apache-2.0
// How other threads wake the event loop: one system call per sleep of the loop, however many events there are.

internal import CPlatform
internal import Glibc
internal import Synchronization

/// Wakes an event loop from any thread; never blocks.
public final class WakeHandle: Sendable {
    let descriptor: Int32
    private let isPending = Atomic<Bool>(false)

    init() throws(TerminalError) {
        descriptor = try checked("opening the wake-up counter", elbo_open_wake())
    }

    deinit { close(descriptor) }

    /// Makes the loop deliver `LoopEvent.wake` soon.
    ///
    /// To be called after the news was stored where the loop looks.
    public func wake() {
        if !isPending.exchange(true, ordering: .acquiringAndReleasing) { _ = elbo_wake(descriptor) }
    }

    /// Called by the loop before it looks for news: what is stored from now on wakes it again.
    func clear() {
        _ = elbo_take_wake(descriptor)
        // An exchange and not a store: what was stored before the wake-up that is cleared here becomes visible.
        _ = isPending.exchange(false, ordering: .acquiringAndReleasing)
    }
}
