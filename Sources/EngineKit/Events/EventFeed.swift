// SPDX-License-Identifier: Apache-2.0
// What a screen reads of a run: the newest position and the events since the last look. Never makes the engine wait.
import Synchronization

/// The stream of events from an engine (or from the store of another process) to one reader, such as a screen.
///
/// Publishing never waits and memory is bounded: positions are latest-wins; other events queue up to `capacity`. When
/// the reader sleeps for too long the queue is dropped as a whole and the next update says `mustReload`: the reader
/// then takes the series from the store, which has everything, and skips events of steps it already has.
public final class EventFeed: Sendable {
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
    }

    /// Events that wait at most.
    public let capacity: Int
    private let content: Mutex<Content>
    private let wake: @Sendable () -> Void

    /// Creates a feed.
    ///
    /// - Parameters:
    ///   - capacity: events that may wait; at 100 bytes each the default is some 6 MB.
    ///   - wake: called on the publishing thread when there is something to read again after nothing; must not block
    ///     (writing a byte to a pipe is fine) and must not call the feed.
    public init(capacity: Int = 65_536, wake: @escaping @Sendable () -> Void = {}) {
        self.capacity = capacity
        self.wake = wake
        content = Mutex(
            Content(
                update: Update(
                    state: .starting, reason: nil, progress: nil, events: [], mustReload: false, droppedEvents: 0)))
    }

    /// Adds an event.
    public func publish(_ event: RunEvent) {
        change { update in
            if case .progress(let progress) = event {
                update.progress = progress
            } else if update.mustReload {
                // The reader loads from the store anyway; queueing the rest would only fill memory again.
                update.droppedEvents += 1
            } else if update.events.count >= capacity {
                update.droppedEvents += update.events.count + 1
                update.events = []
                update.mustReload = true
            } else {
                update.events.append(event)
            }
        }
    }

    /// Tells what the run is doing now.
    public func publish(state: RunState, reason: String? = nil) {
        change { update in
            update.state = state
            update.reason = reason
        }
    }

    /// Tells the reader that it must load from the store; used when attaching to a run with a past.
    public func requestReload() {
        change { $0.mustReload = true }
    }

    /// Takes what happened since the last call; the state and the position are always the newest known.
    public func drain() -> Update {
        content.withLock { content in
            let update = content.update
            content.update.events = []
            content.update.mustReload = false
            content.isPending = false
            return update
        }
    }

    private func change(_ body: (inout Update) -> Void) {
        let mustWake = content.withLock { content in
            body(&content.update)
            defer { content.isPending = true }
            return !content.isPending
        }
        // Outside the lock: the callback may wake a thread that drains at once.
        if mustWake { wake() }
    }
}
