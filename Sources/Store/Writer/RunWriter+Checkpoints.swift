// SPDX-License-Identifier: Apache-2.0
// Saving the state of an engine so that it survives anything, and finding the newest state that did.
public import EngineKit
import GRDB
import Glibc
import Synchronization

extension RunWriter {
    /// Checkpoints that are kept beside the best one: the newest can be damaged, and the one before too.
    static let keptCheckpoints = 3

    /// Saves a state; when this returns, the state and every event before it survive a loss of power.
    ///
    /// The file is complete before it gets its name. Saving a step again replaces it. Kept are the three newest states
    /// and the last one that was called the best.
    ///
    /// - Throws: `StoreError`; then the earlier checkpoints are still there.
    public func save(_ checkpoint: Checkpoint, step: Int, isBest: Bool = false) throws(StoreError) {
        try flush()
        let path = folder.checkpoint(step: step)
        let partial = path + ".partial"
        var check = CyclicRedundancyCheck()
        var byteCount = 0
        try FileSystem.writeDurably(partial) { (put) throws(StoreError) in
            try Safetensors.write(checkpoint) { (bytes) throws(StoreError) in
                check.add(bytes)
                byteCount += bytes.count
                try put(bytes)
            }
        }
        // The record comes before the name: should the process die between the two, an older file of this step still
        // has its own record, and a record without its file is passed over.
        let identifier: Int64
        do throws(StoreError) {
            identifier = try writeDurably("Cannot record the checkpoint in") { database in
                try database.execute(
                    sql: """
                        INSERT INTO checkpointRecord (step, sequence, byteCount, checksum, isBest, savedAt)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [step, recorder.position, byteCount, Int64(check.value), isBest, unixSeconds()])
                return database.lastInsertedRowID
            }
            try FileSystem.rename(partial, to: path)
            try FileSystem.synchronizeDirectory(folder.checkpoints)
        } catch {
            unlink(partial)
            throw error
        }
        try removeSuperseded(by: identifier, step: step, isBest: isBest)
    }

    /// The newest state whose file holds what was saved; `nil` when none was ever saved.
    ///
    /// - Throws: `StoreError` with the code `damaged` when there are records of checkpoints and none is intact.
    public func latestCheckpoint() throws(StoreError) -> (checkpoint: Checkpoint, step: Int)? {
        let records = try access("Cannot read the database") { try $0.read(CheckpointRecord.fetchAll) }
        return try skipped.withLock { (skipped) throws(StoreError) in
            try CheckpointRecord.newestIntact(records, in: folder, passedOver: &skipped)
        }
    }

    /// Why newer checkpoints than the one that `latestCheckpoint` last returned were passed over; a sentence each.
    public var skippedCheckpoints: [String] { skipped.withLock { $0 } }

    private func removeSuperseded(by newest: Int64, step: Int, isBest: Bool) throws(StoreError) {
        let unused = try write("Cannot record the checkpoint in") { database -> [Int] in
            try database.execute(
                sql: "DELETE FROM checkpointRecord WHERE step = ? AND id <> ?", arguments: [step, newest])
            if isBest {
                try database.execute(sql: "UPDATE checkpointRecord SET isBest = 0 WHERE id <> ?", arguments: [newest])
            }
            return try Int.fetchAll(
                database,
                sql: """
                    DELETE FROM checkpointRecord WHERE isBest = 0 AND id NOT IN (
                      SELECT id FROM checkpointRecord ORDER BY step DESC LIMIT ?)
                    RETURNING step
                    """, arguments: [Self.keptCheckpoints])
        }
        for step in unused { unlink(folder.checkpoint(step: step)) }
    }

    /// Removes files of checkpoints that have no record: what a killed process left.
    func removeStrayCheckpoints() throws(StoreError) {
        let records = try access("Cannot read the database") { try $0.read(CheckpointRecord.fetchAll) }
        let known = Set(records.map { folder.checkpoint(step: $0.step) })
        // Somebody may have deleted the folder to save space.
        try FileSystem.makeDirectories(folder.checkpoints)
        for name in try FileSystem.names(in: folder.checkpoints) {
            let path = folder.checkpoints + "/" + name
            let isOurs = name.hasPrefix("step-") && (name.hasSuffix(".safetensors") || name.hasSuffix(".partial"))
            if isOurs, !known.contains(path) { unlink(path) }
        }
    }

    /// Writes in a transaction that is on the disk when this returns.
    func writeDurably<Result: Sendable>(
        _ action: String, _ body: (Database) throws -> Result
    ) throws(StoreError) -> Result {
        try access(action) { queue in
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                defer { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    return .commit
                }
                return result!
            }
        }
    }
}
