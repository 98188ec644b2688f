// SPDX-License-Identifier: Apache-2.0
// A bounded queue of finished batches between the thread that makes them and the one that trains.

import Glibc

/// Finished batches in order, and used ones whose memory waits to be filled again.
///
/// `@unchecked Sendable`: every variable below is read and written with `mutex` held. The standard library's Mutex has
/// no condition variable, hence the system's; both live on the heap because their addresses must not change.
final class BatchQueue: @unchecked Sendable {
    private let limit: Int
    private let batchesPerEpoch: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let readyOrStopped = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let roomOrStopped = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var ready: [Batch] = []
    private var spare: [Batch] = []
    private var next: BatchPosition
    /// Counts restarts, so that a batch begun before one is recognised and not delivered.
    private var generation = 0
    private var isStopped = false

    init(limit: Int, batchesPerEpoch: Int, from position: BatchPosition) {
        self.limit = limit
        self.batchesPerEpoch = batchesPerEpoch
        next = position
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(readyOrStopped, nil)
        pthread_cond_init(roomOrStopped, nil)
    }

    deinit {
        pthread_cond_destroy(roomOrStopped)
        pthread_cond_destroy(readyOrStopped)
        pthread_mutex_destroy(mutex)
        roomOrStopped.deallocate()
        readyOrStopped.deallocate()
        mutex.deallocate()
    }

    /// What the maker has to do next.
    struct Order {
        var position: BatchPosition
        var generation: Int
    }

    /// For the maker: waits for room; `nil` means stop.
    ///
    /// - Parameter memory: becomes a used batch if there is one. It is moved, not copied, so that nobody else holds it.
    func order(memory: inout Batch?) -> Order? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isStopped, ready.count >= limit { pthread_cond_wait(roomOrStopped, mutex) }
        if isStopped { return nil }
        memory = spare.popLast()
        let order = Order(position: next, generation: generation)
        next = next.advanced(batchesPerEpoch: batchesPerEpoch)
        return order
    }

    /// For the maker: delivers a batch, unless the queue was restarted meanwhile.
    func deliver(_ batch: Batch, generation made: Int) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if made == generation {
            ready.append(batch)
            pthread_cond_signal(readyOrStopped)
        } else {
            spare.append(batch)
        }
    }

    /// For the trainer: the next batch, waiting for it if need be.
    ///
    /// - Parameter used: a batch to fill again; moved out, so that the maker finds nobody else holding it.
    func take(givingBack used: inout Batch?) -> Batch {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        // The maker holds at most one batch and the trainer one.
        if let batch = used.take(), spare.count < limit + 2 { spare.append(batch) }
        while ready.isEmpty { pthread_cond_wait(readyOrStopped, mutex) }
        pthread_cond_signal(roomOrStopped)
        return ready.removeFirst()
    }

    /// For the trainer: continues at another position.
    func restart(at position: BatchPosition) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        generation += 1
        next = position
        spare.append(contentsOf: ready)
        ready.removeAll(keepingCapacity: true)
        pthread_cond_signal(roomOrStopped)
    }

    /// For the trainer: ends the maker's work.
    func stop() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isStopped = true
        pthread_cond_signal(roomOrStopped)
    }
}
