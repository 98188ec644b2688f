// SPDX-License-Identifier: Apache-2.0
// The one thread of a run that writes events: batches, heartbeats and commands from other processes.
import Dispatch
import EngineKit
import Foundation
import GRDB
import Synchronization

/// Drains the channel of a run into its database, one transaction per batch.
///
/// Holds no reference to the `RunWriter`, so that a forgotten writer can still close itself.
final class StoreThread: Sendable {
    /// How often things happen, in seconds.
    struct Pace: Sendable {
        /// Between the first event of a batch and its commit, so what a killed process loses at most.
        var batch = 0.25
        /// Between two looks at the command table while nothing happens.
        var idle = 0.25
        /// Between two signs of life.
        var heartbeat = 5.0
    }

    /// What went wrong for good, and the commands that wait to be taken.
    struct Mailbox {
        var failure: StoreError?
        var commands: [RunCommand] = []
        var handler: (@Sendable (RunCommand) -> Void)?
    }

    let channel: BoundedChannel<StoreItem>
    let mailbox = Mutex(Mailbox())
    /// Whether `mailbox` has commands: what a worker reads between steps.
    let hasCommands = Atomic<Bool>(false)

    private let queue: DatabaseQueue
    private let recorder: EventRecorder
    private let path: String
    private let pace: Pace
    /// Wakes the thread before a batch is due.
    private let urgency = DispatchSemaphore(value: 0)
    private let end = DispatchSemaphore(value: 0)

    init(_ queue: DatabaseQueue, _ recorder: EventRecorder, path: String, pace: Pace, capacity: Int) {
        self.queue = queue
        self.recorder = recorder
        self.path = path
        self.pace = pace
        channel = BoundedChannel(capacity: capacity) { $0.weight }
    }

    /// Starts the thread; called once.
    func start() {
        let thread = Thread { self.run() }
        thread.name = "elbo store"
        thread.start()
    }

    /// Lets the thread commit what there is now instead of when the batch is due.
    func hurry() { urgency.signal() }

    /// Waits until the thread has ended; called once, after the channel was closed.
    func join() {
        hurry()
        end.wait()
    }

    private func run() {
        defer { end.signal() }
        var lastHeartbeat = monotonicNanoseconds()
        while true {
            var batch = channel.drain(waitingAtMost: pace.idle)
            var items = batch.elements
            if !items.isEmpty, !batch.isFlushRequested, !batch.isLast {
                // More will come: one transaction for all of it. Waking early for nothing only makes a smaller batch.
                _ = urgency.wait(timeout: .now() + pace.batch)
                batch = channel.drain(waitingAtMost: 0)
                items += batch.elements
            }
            let isHeartbeatDue = Double(monotonicNanoseconds() - lastHeartbeat) * 1e-9 >= pace.heartbeat
            do throws(StoreError) {
                if !items.isEmpty || isHeartbeatDue {
                    try write(items)
                    lastHeartbeat = monotonicNanoseconds()
                }
                // Before the acknowledgement, so that after a flush every earlier command has arrived.
                if !batch.isLast { try receiveCommands() }
                channel.acknowledge(batch.token)
                if batch.isLast { return }
            } catch {
                mailbox.withLock { $0.failure = $0.failure ?? error }
                channel.abandon()
                return
            }
        }
    }

    private func write(_ items: [StoreItem]) throws(StoreError) {
        try explained("Cannot write to the database", path) {
            try queue.write { database in
                try recorder.write(items, database)
                try database.execute(sql: "UPDATE runStatus SET heartbeat = ?", arguments: [unixSeconds()])
            }
        }
    }

    private func receiveCommands() throws(StoreError) {
        let commands = try explained("Cannot read commands from the database", path) {
            let isAnyWaiting = try queue.read { database in
                try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM command WHERE takenAt IS NULL)")
            }
            return isAnyWaiting == true ? try queue.write(StoredCommands.take) : []
        }
        if commands.isEmpty { return }
        let handler = mailbox.withLock { mailbox in
            if mailbox.handler == nil { mailbox.commands += commands }
            return mailbox.handler
        }
        if let handler {
            for command in commands { handler(command) }
        } else {
            hasCommands.store(true, ordering: .releasing)
        }
    }
}

/// Seconds since 1970.
func unixSeconds() -> Double { Date().timeIntervalSince1970 }
