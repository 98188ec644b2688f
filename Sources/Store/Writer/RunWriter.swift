// SPDX-License-Identifier: Apache-2.0
// The process that works on a run writes through this: events, state, summary. Checkpoints are in an extension.
public import EngineKit
import GRDB
import Synchronization

/// Writes one run, exclusively, from any thread.
///
/// Events travel through a bounded channel to a thread of their own, which commits them in batches: when the process is
/// killed, at most the events of the last quarter of a second are lost, and those come again when the run is resumed
/// from its checkpoint. An error of that thread ends the writing for good and stays in `failure`.
public final class RunWriter: Sendable {
    /// Events that may wait to be written.
    static let channelCapacity = 16_384

    let folder: RunFolder
    private let queue: DatabaseQueue
    /// Whether `queue` is open; held while it is used, since a closed connection crashes.
    private let isOpen = Mutex(true)
    let recorder: EventRecorder
    private let thread: StoreThread
    private let lock: Mutex<HeldLock>
    /// The faults of checkpoints that `latestCheckpoint` passed over.
    let skipped = Mutex<[String]>([])
    private let unhurried = Atomic<Int>(0)

    /// The lock until `close`.
    struct HeldLock: ~Copyable {
        var lock: RunLock?
    }

    /// Starts the thread of an open database.
    init(
        _ folder: RunFolder, _ queue: DatabaseQueue, lock: consuming RunLock, pace: StoreThread.Pace
    ) throws(StoreError) {
        self.folder = folder
        self.queue = queue
        recorder = try explained("Cannot read the database", folder.database) {
            try queue.write { database in
                try StoredCommands.discard(database)
                try database.execute(
                    sql: """
                        UPDATE runStatus
                        SET state = 'starting', reason = NULL, processIdentifier = ?, machine = ?, heartbeat = ?
                        """, arguments: [processIdentifier, machineIdentifier, unixSeconds()])
                return try EventRecorder(database)
            }
        }
        self.lock = Mutex(HeldLock(lock: consume lock))
        thread = StoreThread(
            queue, recorder, path: folder.database, pace: pace, capacity: Self.channelCapacity)
        thread.start()
    }

    deinit { close() }

    // MARK: Events and state

    /// Records an event; lossless, and waits only while the channel is full.
    ///
    /// Of positions only the newest is kept. A cost graph or a stage that repeats the last one of its kind is not
    /// recorded again, because a resumed engine announces them anew.
    ///
    /// - Parameter seconds: when it happened, in seconds since 1970.
    public func record(_ event: RunEvent, at seconds: Double) {
        push(.event(event, seconds: seconds))
    }

    /// Records what the run is doing now; visible to others at once.
    public func setState(_ state: RunState, reason: String?, progress: EngineKit.Progress?) {
        push(.state(state, reason: reason, progress: progress))
        thread.hurry()
    }

    /// Returns when everything recorded before is committed.
    ///
    /// - Throws: the `failure` that keeps it from being committed.
    public func flush() throws(StoreError) {
        thread.hurry()
        if !thread.channel.flush() {
            throw failure ?? isClosed
        }
    }

    /// Stores the result of the run so far, replacing an earlier one.
    ///
    /// - Throws: `StoreError` when it cannot be written.
    public func setSummary(_ summary: JSONObject) throws(StoreError) {
        try flush()
        try write("Cannot write the summary to") { database in
            try database.execute(sql: "UPDATE runStatus SET summary = ?", arguments: [summary.text])
        }
    }

    /// Why events are no longer stored, such as a full disk; `nil` while all is well.
    public var failure: StoreError? { thread.mailbox.withLock { $0.failure } }

    /// Events that were recorded and wait for the disk.
    public var waitingEvents: Int { thread.channel.count }

    /// Seconds that callers of `record` waited for the disk, all together.
    public var waitedSeconds: Double { thread.channel.waitedSeconds }

    // MARK: Commands of other processes

    /// The commands that arrived since the last call, oldest first, each once; costs one atomic load when there are
    /// none, and commands are looked for four times a second.
    public func takeCommands() -> [RunCommand] {
        guard thread.hasCommands.exchange(false, ordering: .acquiringAndReleasing) else { return [] }
        return thread.mailbox.withLock { mailbox in
            defer { mailbox.commands = [] }
            return mailbox.commands
        }
    }

    /// Hands commands over as they arrive, instead of keeping them for `takeCommands`; so a paused run can be woken.
    ///
    /// - Parameter handler: called on the store thread; must not wait and must not call this writer.
    public func deliverCommands(to handler: @escaping @Sendable (RunCommand) -> Void) {
        let waiting = thread.mailbox.withLock { mailbox in
            mailbox.handler = handler
            defer { mailbox.commands = [] }
            return mailbox.commands
        }
        for command in waiting { handler(command) }
    }

    // MARK: The end

    /// Commits everything, ends the thread and gives the run free; further calls do nothing.
    ///
    /// A run whose last state was an active one is left as `interrupted`. The database becomes a single plain file
    /// again, which can be copied and read on a disk that cannot be written, unless somebody is just reading it.
    public func close() {
        lock.withLock { held in
            guard held.lock != nil else { return }
            thread.channel.close()
            thread.join()
            try? write("") { database in
                try database.execute(
                    sql: """
                        UPDATE runStatus SET state = 'interrupted', reason = 'the run was closed before its end'
                        WHERE state IN ('starting', 'running', 'paused');
                        UPDATE runStatus SET processIdentifier = NULL, heartbeat = \(unixSeconds())
                        """)
            }
            isOpen.withLock { isOpen in
                isOpen = false
                try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
                try? queue.close()
            }
            held.lock = nil
        }
    }

    /// Writes in a transaction of its own, serially with the store thread's.
    func write<Result: Sendable>(
        _ action: String, _ body: (Database) throws -> Result
    ) throws(StoreError) -> Result {
        try access(action) { try $0.write(body) }
    }

    /// Uses the database unless the run is closed.
    func access<Result: Sendable>(
        _ action: String, _ body: (DatabaseQueue) throws -> Result
    ) throws(StoreError) -> Result {
        try isOpen.withLock { isOpen throws(StoreError) in
            guard isOpen else { throw isClosed }
            return try explained(action, folder.database) { try body(queue) }
        }
    }

    private var isClosed: StoreError {
        StoreError(.system, "The run '\(folder.path.printable())' is closed; open it again to go on with it.")
    }

    private func push(_ item: StoreItem) {
        guard thread.channel.push(item) else { return }
        // A fast engine fills half of the channel before a batch is due.
        if unhurried.wrappingAdd(1, ordering: .relaxed).newValue % (Self.channelCapacity / 2) == 0 { thread.hurry() }
    }
}
