// SPDX-License-Identifier: Apache-2.0
// A lossless queue of fixed size from many producers to one consumer: a slow disk slows the engine, memory stays flat.

/// The condition variables of a channel, by who waits on them.
private enum Condition {
    static let consumer = 0
    static let producers = 1
}

/// A bounded first-in first-out queue between threads.
///
/// Nothing that `push` accepted is lost, and each producer's elements arrive in its order. A full channel makes
/// producers wait, and the time they waited is counted. The consumer takes everything there is in one batch and
/// acknowledges it when it is safe; `flush` waits for that.
///
/// `@unchecked Sendable`: every stored variable is touched only inside `monitor`.
public final class BoundedChannel<Element: Sendable>: @unchecked Sendable {
    /// What the consumer takes at once.
    public struct Batch: Sendable {
        /// The elements, oldest first.
        public var elements: [Element]
        /// Number to hand to `acknowledge` when the elements are safe.
        public var token: UInt64
        /// Whether somebody waits in `flush`: nothing may be held back in memory.
        public var isFlushRequested: Bool
        /// Whether no element will ever follow.
        public var isLast: Bool
    }

    /// What the elements in the channel may weigh together; the last one may go beyond it.
    public let capacity: Int
    private let weight: @Sendable (Element) -> Int

    private let monitor = Monitor(conditions: 2)
    private var waiting: [Element] = []
    /// What `waiting` weighs.
    private var load = 0
    private var pushed: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var flushTarget: UInt64 = 0
    /// How many elements the sleeping consumer waits for.
    private var wanted = 1
    private var isClosed = false
    private var isConsumerGone = false
    private var waitedNanoseconds: UInt64 = 0

    /// Creates an empty channel.
    ///
    /// - Parameter weight: what an element counts, at least 1.
    /// - Precondition: `capacity` is positive.
    public init(capacity: Int, weight: @escaping @Sendable (Element) -> Int = { _ in 1 }) {
        if capacity <= 0 { fatalError("a channel of capacity \(capacity)") }
        self.weight = weight
        self.capacity = capacity
    }

    // MARK: Producers

    /// Adds an element, waiting while the channel is full.
    ///
    /// - Returns: `false` when the channel was closed or its consumer is gone; the element was not taken.
    @discardableResult
    public func push(_ element: Element) -> Bool {
        let weight = weight(element)
        return monitor.locked {
            if load >= capacity, !isClosed, !isConsumerGone {
                let start = monotonicNanoseconds()
                while load >= capacity, !isClosed, !isConsumerGone { monitor.wait(Condition.producers) }
                waitedNanoseconds += monotonicNanoseconds() - start
            }
            guard !isClosed, !isConsumerGone else { return false }
            waiting.append(element)
            load += weight
            pushed += 1
            // A consumer that waits for many must not sleep while heavy ones fill the channel.
            if waiting.count == wanted || load >= capacity { monitor.signal(Condition.consumer) }
            return true
        }
    }

    /// Waits until everything pushed before was acknowledged.
    ///
    /// - Returns: `false` when the consumer went away before that.
    public func flush() -> Bool {
        monitor.locked {
            let target = pushed
            if acknowledged >= target { return true }
            flushTarget = max(flushTarget, target)
            monitor.signal(Condition.consumer)
            while acknowledged < target, !isConsumerGone { monitor.wait(Condition.producers) }
            return acknowledged >= target
        }
    }

    /// Ends the stream; what was accepted is still delivered.
    public func close() {
        monitor.locked {
            isClosed = true
            monitor.broadcast(Condition.consumer)
            monitor.broadcast(Condition.producers)
        }
    }

    /// Elements that wait to be taken.
    public var count: Int { monitor.locked { waiting.count } }

    /// Seconds that producers spent waiting for room, all together.
    public var waitedSeconds: Double {
        monitor.locked { Double(waitedNanoseconds) * 1e-9 }
    }

    // MARK: The consumer

    /// Takes everything there is, waiting for something to do.
    ///
    /// Returns when there are enough elements, when a flush is wanted, when the channel is closed, or after `seconds`;
    /// the batch may be empty.
    ///
    /// - Parameter count: elements worth waking up for; a busy producer then causes few wake-ups.
    public func drain(waitingAtMost seconds: Double, for count: Int = 1) -> Batch {
        let deadline = monotonicNanoseconds() + UInt64(max(0, seconds) * 1e9)
        return monitor.locked {
            wanted = max(1, min(count, capacity))
            while waiting.count < wanted, load < capacity, flushTarget <= acknowledged, !isClosed {
                if !monitor.wait(Condition.consumer, until: deadline) { break }
            }
            // A full channel has producers waiting: all of them may go on.
            if load >= capacity { monitor.broadcast(Condition.producers) }
            let batch = Batch(
                elements: waiting, token: pushed, isFlushRequested: flushTarget > acknowledged,
                isLast: isClosed)
            waiting = []
            load = 0
            waiting.reserveCapacity(batch.elements.count)
            return batch
        }
    }

    /// Whether `abandon` was called.
    public var isAbandoned: Bool {
        monitor.locked { isConsumerGone }
    }

    /// Says that a batch and everything before it is safe.
    public func acknowledge(_ token: UInt64) {
        monitor.locked {
            acknowledged = max(acknowledged, token)
            monitor.broadcast(Condition.producers)
        }
    }

    /// Says that nobody takes elements any more: what waits is dropped, producers and flushes return at once.
    public func abandon() {
        monitor.locked {
            isConsumerGone = true
            isClosed = true
            waiting = []
            load = 0
            monitor.broadcast(Condition.producers)
            monitor.broadcast(Condition.consumer)
        }
    }
}
