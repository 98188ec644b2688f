import GRDB

// SPDX-License-Identifier: Apache-2.0
// Chunks of metrics in and out of the table `metricChunk`.
import struct Foundation.Data

extension MetricChunk {
    /// Columns in the order in which `init(_:width:)` reads them, behind the ones its callers need.
    static let columns = "firstSequence, lastSequence, firstStep, lastStep, firstSeconds, rowCount, rows"

    /// Reads a chunk from a row that has `columns`.
    init(_ row: Row, width: Int) throws {
        try self.init(
            width: width, firstSequence: row.get("firstSequence"), lastSequence: row.get("lastSequence"),
            firstStep: row.get("firstStep"), lastStep: row.get("lastStep"), firstSeconds: row.get("firstSeconds"),
            count: row.get("rowCount"), bytes: [UInt8](try row.get("rows") as Data))
    }

    /// Visits the chunks of a group in their order.
    static func forEach(
        of group: Int64, width: Int, _ database: Database, _ body: (MetricChunk) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT \(columns) FROM metricChunk WHERE metricGroup = ? ORDER BY firstSequence",
            arguments: [group])
        while let row = try rows.next() { try body(MetricChunk(row, width: width)) }
    }

    /// Writes the chunk as a new row, or over a row.
    ///
    /// - Returns: the identifier of the row.
    func store(group: Int64, row: Int64?, _ database: Database) throws -> Int64 {
        if let row {
            try database.cachedStatement(
                sql: "UPDATE metricChunk SET lastSequence = ?, lastStep = ?, rowCount = ?, rows = ? WHERE id = ?"
            ).execute(arguments: [lastSequence, lastStep, count, Data(bytes), row])
            return row
        }
        try database.cachedStatement(
            sql: "INSERT INTO metricChunk (metricGroup, \(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            group, firstSequence, lastSequence, firstStep, lastStep, firstSeconds, count, Data(bytes),
        ])
        return database.lastInsertedRowID
    }
}
