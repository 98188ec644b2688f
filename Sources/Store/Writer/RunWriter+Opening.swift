// SPDX-License-Identifier: Apache-2.0
// Creating the folder of a run, completely or not at all, and opening one to go on with it.
import EngineKit
import GRDB
import Glibc

/// The calling process.
let processIdentifier = Int(getpid())

extension RunWriter {
    /// Seconds after which a writer on another machine counts as dead.
    static let heartbeatLimit = 60.0

    /// Creates a run.
    ///
    /// The folder is built under a hidden name and renamed when it is complete, so a run is there as a whole or not at
    /// all; what an interrupted attempt left is removed by the next one.
    ///
    /// - Parameters:
    ///   - parent: the folder of runs; created when missing.
    ///   - sessionText: the session file as it is run, overrides included.
    /// - Throws: `StoreError`; `exists` when the name is taken.
    public static func create(
        parent: String, header: RunHeader, sessionText: String
    ) throws(StoreError) -> RunWriter {
        try create(parent: parent, header: header, sessionText: sessionText, pace: StoreThread.Pace())
    }

    /// Opens a run in order to go on with it.
    ///
    /// - Throws: `StoreError`; `inUse` when another living process works on it.
    public static func open(parent: String, name: String) throws(StoreError) -> RunWriter {
        try open(parent: parent, name: name, pace: StoreThread.Pace())
    }

    static func create(
        parent: String, header: RunHeader, sessionText: String, pace: StoreThread.Pace
    ) throws(StoreError) -> RunWriter {
        let final = try RunFolder(parent: parent, name: header.name)
        let taken = StoreError(
            .exists, "'\(final.path.printable())' exists already. Choose another name, or delete it first.")
        if FileSystem.exists(final.path) { throw taken }
        try FileSystem.makeDirectories(parent)
        StagingFolder.removeAbandoned(in: parent)

        let staging = RunFolder(path: StagingFolder.path(in: parent, name: header.name))
        var halfMade = staging.path
        do throws(StoreError) {
            try FileSystem.makeDirectory(staging.path)
            let lock = try RunLock(path: staging.lock)
            try FileSystem.makeDirectory(staging.checkpoints)
            try FileSystem.writeDurably(staging.session, sessionText)
            try fillDatabase(staging.database, header, sessionText)
            try FileSystem.synchronizeDirectory(staging.path)
            // Replaces an empty folder at most; anything else in the way is an error.
            try FileSystem.rename(staging.path, to: final.path)
            halfMade = final.path
            try FileSystem.synchronizeDirectory(parent)
            return try RunWriter(final, RunDatabase.open(final.database), lock: lock, pace: pace)
        } catch {
            try? FileSystem.removeTree(halfMade)
            throw error.code == .exists ? taken : error
        }
    }

    static func open(parent: String, name: String, pace: StoreThread.Pace) throws(StoreError) -> RunWriter {
        let folder = try RunFolder(parent: parent, name: name)
        try folder.requireRun()
        let lock: RunLock
        do throws(StoreError) {
            lock = try RunLock(path: folder.lock)
        } catch {
            guard error.code == .inUse else { throw error }
            throw StoreError(
                .inUse,
                "Another process works on '\(folder.path.printable())'. "
                    + "Watch it with `elbo attach`, or stop it first.")
        }
        let queue = try RunDatabase.open(folder.database)
        let status = try explained("Cannot read the database", folder.database) {
            try queue.read { try StoredStatus($0) }
        }
        let age = unixSeconds() - status.heartbeat
        // On the same machine the lock says it all; on another one it may not be seen from here.
        if status.state.isActive, status.machine != machineIdentifier, age < heartbeatLimit, age > -heartbeatLimit {
            throw StoreError(
                .inUse,
                "A process on another machine seems to work on '\(folder.path.printable())'. "
                    + "If it is gone, try again in \(Int(heartbeatLimit - age) + 1) seconds.")
        }
        let writer = try RunWriter(folder, queue, lock: lock, pace: pace)
        try writer.removeStrayCheckpoints()
        return writer
    }

    private static func fillDatabase(
        _ path: String, _ header: RunHeader, _ sessionText: String
    ) throws(StoreError) {
        let queue = try RunDatabase.create(path)
        try explained("Cannot write to the database", path) {
            try queue.write { database in
                try header.insert(sessionText: sessionText, database)
            }
            // Closing moves everything from the journal into the one file.
            try queue.close()
        }
    }
}
