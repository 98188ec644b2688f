// SPDX-License-Identifier: Apache-2.0
// All runs of a folder: listing them, and deleting one.
public import EngineKit
import GRDB
import Glibc

/// One line in a list of runs.
public struct RunEntry: Sendable, Equatable {
    /// Name of the run.
    public var name: String
    /// Name of the engine kind.
    public var engine: String
    /// Title from the session file.
    public var title: String
    /// What it is doing; `interrupted` when its process is gone.
    public var state: RunState
    /// Steps done.
    public var step: Int
    /// Steps of the whole run, when known.
    public var totalSteps: Int?
    /// The metric that stands for the run, with its last value.
    public var headline: (name: String, value: Double)?
    /// Last sign of life, in seconds since 1970.
    public var lastSeen: Double
    /// When it was created, in seconds since 1970.
    public var createdAt: Double

    /// Equality of all fields; a NaN value equals itself.
    public static func == (left: RunEntry, right: RunEntry) -> Bool {
        left.name == right.name && left.engine == right.engine && left.title == right.title
            && left.state == right.state && left.step == right.step && left.totalSteps == right.totalSteps
            && left.headline?.name == right.headline?.name
            && left.headline?.value.bitPattern == right.headline?.value.bitPattern && left.lastSeen == right.lastSeen
            && left.createdAt == right.createdAt
    }
}

/// The runs in a folder.
public enum RunCatalog {
    /// Lists the runs, the newest first, and the folders with a database that could not be read as a run.
    ///
    /// Folders without `run.sqlite` and hidden ones are no runs. A folder that does not exist has no runs.
    public static func runs(in parent: String) -> (entries: [RunEntry], unreadable: [(name: String, reason: String)]) {
        var entries: [RunEntry] = []
        var unreadable: [(name: String, reason: String)] = []
        guard FileSystem.exists(parent) else { return ([], []) }
        do throws(StoreError) {
            for name in try FileSystem.names(in: parent) where !name.hasPrefix(".") {
                guard FileSystem.exists(RunFolder(path: parent + "/" + name).database) else { continue }
                do throws(StoreError) {
                    entries.append(try entry(parent: parent, name: name))
                } catch {
                    unreadable.append((name.printable(), error.description))
                }
            }
        } catch {
            unreadable.append((parent.printable(), error.description))
        }
        entries.sort { ($1.createdAt, $0.name) < ($0.createdAt, $1.name) }
        return (entries, unreadable)
    }

    /// Deletes a run with everything in it.
    ///
    /// The folder disappears at once under its name; its content is removed afterwards.
    ///
    /// - Throws: `StoreError`; `inUse` when a process works on the run.
    public static func delete(_ name: String, in parent: String) throws(StoreError) {
        let folder = try RunFolder(parent: parent, name: name)
        try folder.requireRun()
        var status = stat()
        guard lstat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(
                .foreign, "'\(folder.path.printable())' is a link to a run somewhere else. Delete the link by hand.")
        }
        let lock: RunLock
        do throws(StoreError) {
            lock = try RunLock(path: folder.lock)
        } catch {
            guard error.code == .inUse else { throw error }
            throw StoreError(.inUse, "A process works on '\(folder.path.printable())'. Stop it first.")
        }
        let hidden = StagingFolder.path(in: parent, name: name)
        try FileSystem.rename(folder.path, to: hidden)
        try FileSystem.removeTree(hidden)
        _ = consume lock
    }

    private static func entry(parent: String, name: String) throws(StoreError) -> RunEntry {
        let reader = try RunReader(parent: parent, name: name)
        let lockWasHeld = RunLock.isHeld(path: reader.folder.lock)
        let header = reader.header
        return try reader.read { database in
            let status = try StoredStatus(database)
            return RunEntry(
                name: name, engine: header.engine, title: header.title,
                state: status.seen(lockWasHeld: lockWasHeld, reader.folder).state,
                step: status.progress?.step ?? 0, totalSteps: status.progress?.totalSteps,
                headline: try lastValue(of: header.headlineMetric, database).map { (header.headlineMetric, $0) },
                lastSeen: status.heartbeat, createdAt: header.createdAt)
        }
    }

    /// The newest value of a metric, without reading its curve.
    private static func lastValue(of metric: String, _ database: Database) throws -> Double? {
        var newest: (sequence: Int64, value: Double)?
        for (group, names) in try StoredEvents.groups(database) {
            guard let column = names.lastIndex(of: metric),
                let row = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT \(MetricChunk.columns) FROM metricChunk WHERE metricGroup = ?
                        ORDER BY firstSequence DESC LIMIT 1
                        """, arguments: [group])
            else { continue }
            let chunk = try MetricChunk(row, width: names.count)
            if chunk.lastSequence > newest?.sequence ?? -1 {
                newest = (chunk.lastSequence, chunk.value(chunk.count - 1, column: column))
            }
        }
        return newest?.value
    }
}
