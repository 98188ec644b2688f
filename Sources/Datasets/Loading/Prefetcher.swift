// SPDX-License-Identifier: Apache-2.0
// The thread that prepares batches ahead; the queue it fills is in BatchQueue.swift.

import Glibc

/// Owns the thread: it starts with the value and is joined when the value goes.
final class Prefetcher {
    private let queue: BatchQueue
    private let thread: pthread_t

    /// Starts making batches from `position` on; `nil` when the system grants no thread.
    init?(_ maker: BatchMaker, limit: Int, from position: BatchPosition) {
        queue = BatchQueue(limit: limit, batchesPerEpoch: maker.batchesPerEpoch, from: position)
        let work = Unmanaged.passRetained(PrefetchWork(maker: maker, queue: queue))
        var identifier = pthread_t()
        guard pthread_create(&identifier, nil, runPrefetch, work.toOpaque()) == 0 else {
            work.release()
            return nil
        }
        thread = identifier
    }

    deinit {
        queue.stop()
        pthread_join(thread, nil)
    }

    /// The next batch; waits for it if need be.
    ///
    /// - Parameter used: a batch whose memory is filled again if nobody else holds it; `nil` afterwards.
    func take(givingBack used: inout Batch?) -> Batch {
        queue.take(givingBack: &used)
    }

    /// Continues at another position.
    func restart(at position: BatchPosition) {
        queue.restart(at: position)
    }
}

/// What the thread owns from its start on.
private final class PrefetchWork {
    var maker: BatchMaker
    let queue: BatchQueue

    init(maker: BatchMaker, queue: BatchQueue) {
        self.maker = maker
        self.queue = queue
    }
}

/// The thread's body, a named function because C calls it.
private func runPrefetch(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<PrefetchWork>.fromOpaque(argument).takeRetainedValue()
    var memory: Batch?
    while let order = work.queue.order(memory: &memory) {
        var batch = memory.take() ?? Batch(shape: work.maker.dataset.shape)
        work.maker.fill(&batch, at: order.position)
        work.queue.deliver(batch, generation: order.generation)
    }
    return nil
}
