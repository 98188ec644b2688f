// SPDX-License-Identifier: Apache-2.0
// What the database knows of a checkpoint file: enough to tell whether the file is what was saved.
import EngineKit
import GRDB

/// A row of the table `checkpointRecord`.
struct CheckpointRecord: Sendable {
    var identifier: Int64
    var step: Int
    var sequence: Int64
    var byteCount: Int
    var checksum: UInt32

    /// All records, newest first.
    static func fetchAll(_ database: Database) throws -> [CheckpointRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM checkpointRecord ORDER BY step DESC, id DESC").map { row in
            try CheckpointRecord(
                identifier: row.get("id"), step: row.get("step"), sequence: row.get("sequence"),
                byteCount: row.get("byteCount"), checksum: UInt32(truncatingIfNeeded: row.get("checksum") as Int64))
        }
    }

    /// The state in the record's file.
    ///
    /// - Throws: `StoreError`; `damaged` when the file is not what was saved.
    func load(from folder: RunFolder) throws(StoreError) -> Checkpoint {
        let path = folder.checkpoint(step: step)
        let bytes = try FileSystem.read(path)
        var check = CyclicRedundancyCheck()
        bytes.withUnsafeBytes { check.add($0) }
        guard bytes.count == byteCount, check.value == checksum else {
            throw StoreError(
                .damaged,
                "The checkpoint '\(path.printable())' is not what was saved: \(bytes.count) bytes with "
                    + "checksum \(check.value), expected \(byteCount) with \(checksum).")
        }
        do {
            return try Safetensors.decode(bytes)
        } catch {
            throw StoreError(.damaged, "The checkpoint '\(path.printable())' cannot be read: \(error).")
        }
    }

    /// The newest state whose file holds what was saved; `nil` without records.
    ///
    /// - Parameters:
    ///   - records: newest first.
    ///   - faults: becomes a sentence for every newer state that was passed over.
    /// - Throws: `StoreError` with the code `damaged` when there are records and no file is intact.
    static func newestIntact(
        _ records: [CheckpointRecord], in folder: RunFolder, passedOver faults: inout [String]
    ) throws(StoreError) -> (checkpoint: Checkpoint, step: Int)? {
        faults = []
        for record in records {
            do throws(StoreError) {
                return (try record.load(from: folder), record.step)
            } catch {
                faults.append(error.description)
            }
        }
        guard let first = faults.first else { return nil }
        throw StoreError(
            .damaged,
            "None of the \(faults.count) checkpoints of '\(folder.path.printable())' can be used; "
                + "start the session anew. The newest: \(first)")
    }
}
