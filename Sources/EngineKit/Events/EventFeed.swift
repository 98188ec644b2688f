// SPDX-License-Identifier: Apache-2.0
// What a screen reads of a run: the newest position and the events since the last look. Never makes the engine wait.

/// The stream of events from an engine (or from the store of another process) to one reader, such as a screen.
///
/// Publishing never waits and memory is bounded: positions are latest-wins; other events queue up to `capacity`, and up
/// to `numberCapacity` numbers of their records. When
/// the reader sleeps for too long the queue is dropped as a whole and the next update says `mustReload`: the reader
/// then takes the series from the store, which has everything, and skips events of steps it already has.
///
/// `@unchecked Sendable`: `content` is touched only inside `monitor`. A monitor and not a `Mutex`, because the thread
/// sanitizer knows POSIX locks but takes the standard library's futex for no lock at all.
public final class EventFeed: @unchecked Sendable {
    /// Everything that happened since the last update was taken.
    public struct Update: Sendable, Equatable {
        /// What the run is doing now.
        public var state: RunState
        /// Why, when there is a reason to tell: the error of a failed run, the cause of a pause.
        public var reason: String?
        /// The newest position, `nil` before the first step.
        public var progress: Progress?
        /// Events in order, without positions.
        public var events: [RunEvent]
        /// Whether events were dropped since the last update; the store has them all.
        public var mustReload: Bool
        /// Events dropped since the feed began; 0 in a healthy session.
        public var droppedEvents: Int
    }

    private struct Content {
        var update: Update
        var isPending = false
        var isOverflown = false
        /// Numbers in the records that wait.
        var numbers = 0
    }

    /// Events that wait at most.
    public let capacity: Int
    /// Numbers of records that wait at most.
    public let numberCapacity: Int
    private let monitor = Monitor()
    private var content: Content
    private let wake: @Sendable () -> Void

    /// Creates a feed.
    ///
    /// - Parameters:
    ///   - capacity: events that may wait; at 100 bytes each the default is some 6 MB.
    ///   - numberCapacity: numbers of 4 bytes in waiting records.
    ///   - wake: called on the publishing thread when there is something to read again after nothing; must not block
    ///     (writing a byte to a pipe is fine) and must not call the feed.
    public init(
        capacity: Int = 65_536, numberCapacity: Int = 1 << 24, wake: @escaping @Sendable () -> Void = {}
    ) {
        self.capacity = capacity
        self.numberCapacity = numberCapacity
        self.wake = wake
        content = Content(
            update: Update(
                state: .starting, reason: nil, progress: nil, events: [], mustReload: false, droppedEvents: 0))
    }

    /// Adds an event.
    public func publish(_ event: RunEvent) {
        let weight = if case .record(let record) = event { record.weight } else { 0 }
        change { content in
            if case .progress(let progress) = event {
                content.update.progress = progress
            } else if content.update.mustReload {
                // The reader loads from the store anyway; queueing the rest would only fill memory again. Events that
                // a requested reload covers were not lost to a slow reader and do not count.
                if content.isOverflown { content.update.droppedEvents += 1 }
            } else if content.update.events.count >= capacity || content.numbers + weight > numberCapacity {
                content.update.droppedEvents += content.update.events.count + 1
                content.update.events = []
                content.update.mustReload = true
                content.isOverflown = true
                content.numbers = 0
            } else {
                content.numbers += weight
                content.update.events.append(event)
            }
        }
    }

    /// Tells what the run is doing now.
    public func publish(state: RunState, reason: String? = nil) {
        change { content in
            content.update.state = state
            content.update.reason = reason
        }
    }

    /// Tells the reader that it must load from the store; used when attaching to a run with a past.
    public func requestReload() {
        change { $0.update.mustReload = true }
    }

    /// Takes what happened since the last call; the state and the position are always the newest known.
    public func drain() -> Update {
        monitor.locked {
            let update = content.update
            content.update.events = []
            content.update.mustReload = false
            content.isPending = false
            content.isOverflown = false
            content.numbers = 0
            return update
        }
    }

    private func change(_ body: (inout Content) -> Void) {
        let mustWake = monitor.locked {
            body(&content)
            defer { content.isPending = true }
            return !content.isPending
        }
        // Outside the lock: the callback may wake a thread that drains at once.
        if mustWake { wake() }
    }
}
