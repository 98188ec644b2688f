// SPDX-License-Identifier: Apache-2.0
// Looking at a run from outside: one that another process works on, or one that has ended.
public import EngineKit
import GRDB
import Synchronization

/// Reads one run, from any thread, while it is written or later, and sends commands to its process.
public final class RunReader: Sendable {
    /// What is known of the run from its beginning.
    public let header: RunHeader
    /// The session file as it was run.
    public let sessionText: String

    let folder: RunFolder
    let queue: DatabaseQueue
    private let cursor = Mutex((sequence: Int64(0), truncations: 0))

    /// Opens a run for reading.
    ///
    /// - Throws: `StoreError` when there is no such run, or when it is damaged, foreign or of a newer elbo.
    public init(parent: String, name: String) throws(StoreError) {
        let folder = try RunFolder(parent: parent, name: name)
        try folder.requireRun()
        let queue = try RunDatabase.openForReading(folder.database)
        (header, sessionText) = try explained("Cannot read the database", folder.database) {
            try queue.read { try RunHeader.fetch(name: name, $0) }
        }
        self.folder = folder
        self.queue = queue
    }

    /// What happened since the last call, or since the beginning in the first one.
    ///
    /// The state is `interrupted` when the process of an active run is gone. `mustReload` is set when the run went back
    /// to a checkpoint since the last call: then everything read before is void, and the update has all events from
    /// the beginning.
    ///
    /// - Throws: `StoreError` when the database cannot be read; a later call may succeed.
    public func update() throws(StoreError) -> EventFeed.Update {
        let lockWasHeld = RunLock.isHeld(path: folder.lock)
        // An update has no initializer that other modules may call.
        var update = EventFeed(capacity: 1).drain()
        let failure = cursor.withLock { cursor -> StoreError? in
            do throws(StoreError) {
                let (status, events) = try read { database in
                    let status = try StoredStatus(database)
                    update.mustReload = status.truncations != cursor.truncations && cursor.sequence > 0
                    let start = status.truncations == cursor.truncations ? cursor.sequence : 0
                    return (status, try StoredEvents.fetch(from: start, database))
                }
                cursor = (status.nextSequence, status.truncations)
                (update.state, update.reason) = status.seen(lockWasHeld: lockWasHeld, folder)
                update.progress = status.progress
                update.events = events
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        return update
    }

    /// The result of the run, `nil` while there is none.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    public func summary() throws(StoreError) -> JSONObject? {
        guard let text = try read({ try StoredStatus($0).summary }) else { return nil }
        guard let object = (try? JSONValue(parsing: text))?.object else {
            throw StoreError(
                .damaged, "The summary in '\(folder.database.printable())' is not what was written. Resume the run.")
        }
        return object
    }

    /// Asks the process that works on the run for something; it obeys within a second.
    ///
    /// - Throws: `StoreError` with the code `notRunning` when there is no such process.
    public func send(_ command: RunCommand) throws(StoreError) {
        let lockWasHeld = RunLock.isHeld(path: folder.lock)
        let state = try read { try StoredStatus($0).seen(lockWasHeld: lockWasHeld, folder).state }
        guard state.isActive else {
            throw StoreError(
                .notRunning,
                "No process works on '\(folder.path.printable())', it is \(state.rawValue). "
                    + "`elbo resume` goes on with it.")
        }
        let queue = try RunDatabase.openForCommands(folder.database)
        try explained("Cannot send a command through", folder.database) {
            try queue.write { try StoredCommands.send(command, $0) }
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        try explained("Cannot read the database", folder.database) { try queue.read(body) }
    }
}
