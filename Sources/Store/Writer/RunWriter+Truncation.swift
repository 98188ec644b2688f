// SPDX-License-Identifier: Apache-2.0
// Going back to a checkpoint: what the run will do again is removed, so that nothing is there twice.
import EngineKit
import GRDB
import Glibc

extension RunWriter {
    /// Takes the run back to where it was when a step had been done.
    ///
    /// Removed are the events and checkpoints of later steps. When the step has a checkpoint, removed are also the
    /// events of that very step that came after the checkpoint was saved: the resumed engine emits them again. Answers
    /// to requests for evaluations are kept up to the step, since nobody will ask again.
    ///
    /// - Parameter step: the step of the checkpoint from which the run goes on; -1 to begin anew.
    /// - Throws: `StoreError`; then nothing was removed.
    public func truncate(afterStep step: Int) throws(StoreError) {
        try flush()
        let unused = try writeDurably("Cannot remove later steps from") { database -> [Int] in
            let boundary =
                try Int64.fetchOne(
                    database, sql: "SELECT sequence FROM checkpointRecord WHERE step = ? ORDER BY id DESC LIMIT 1",
                    arguments: [step]) ?? Int64.max
            let changes = database.totalChangesCount
            try removeMetrics(after: step, from: boundary, database)
            for table in ["layerSnapshot", "event", "record"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE step > ? OR sequence >= ?", arguments: [step, boundary])
            }
            try database.execute(
                sql: "DELETE FROM evaluation WHERE step > ? OR (sequence >= ? AND requestIdentifier = ?)",
                arguments: [step, boundary, ThresholdEvaluation.unasked])
            if database.totalChangesCount > changes {
                try database.execute(sql: "UPDATE runStatus SET truncations = truncations + 1")
            }
            try database.execute(
                sql: step < 0
                    ? "UPDATE runStatus SET step = NULL" : "UPDATE runStatus SET step = \(step) WHERE step > \(step)")
            try recorder.refresh(database)
            return try Int.fetchAll(
                database, sql: "DELETE FROM checkpointRecord WHERE step > ? RETURNING step", arguments: [step])
        }
        for step in unused { unlink(folder.checkpoint(step: step)) }
    }

    private func removeMetrics(after step: Int, from boundary: Int64, _ database: Database) throws {
        let groups = try StoredEvents.groups(database)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, metricGroup, \(MetricChunk.columns) FROM metricChunk
                WHERE lastStep > ? OR lastSequence >= ? ORDER BY firstSequence
                """, arguments: [step, boundary])
        for row in rows {
            let group: Int64 = try row.get("metricGroup")
            let chunk = try MetricChunk(row, width: groups[group]?.count ?? 0)
            try database.execute(sql: "DELETE FROM metricChunk WHERE id = ?", arguments: [row.get("id") as Int64])
            for rest in chunk.filtered({ $0.step <= step && $0.sequence < boundary }) {
                _ = try rest.store(group: group, row: nil, database)
            }
        }
    }
}
