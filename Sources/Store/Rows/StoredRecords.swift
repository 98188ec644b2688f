// SPDX-License-Identifier: Apache-2.0
// Numeric records as rows, and back from a database that may hold anything.
import EngineKit
import Foundation
import GRDB

/// Reads and writes the table `record`.
enum StoredRecords {
    /// Adds a record at a place in the stream.
    static func insert(_ record: RunRecord, sequence: Int64, seconds: Double, _ database: Database) throws {
        let content = record.content
        try database.cachedStatement(
            sql: """
                INSERT INTO record (sequence, step, seconds, kind, body, lengths, numbers) VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            sequence, content.step, seconds, type(of: content).kind, columnText(jsonText(content)),
            jsonText(content.numbers.map(\.count)), bytes(content.numbers),
        ])
    }

    /// The records from a place in the stream on; kinds of other versions of elbo are left out.
    static func fetch(from sequence: Int64, _ database: Database) throws -> [StoredEvent] {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT sequence, kind, body, lengths, numbers FROM record WHERE sequence >= ? ORDER BY sequence",
            arguments: [sequence])
        var found: [StoredEvent] = []
        while let row = try rows.next() {
            let kind: String = try row.get("kind")
            guard let type = RunRecord.kinds.first(where: { $0.kind == kind }) else { continue }
            if let record = RunRecord(try decoded(type, row)) {
                found.append((try row.get("sequence"), .record(record)))
            }
        }
        return found
    }

    private static func decoded<Record: NumericRecord>(_ type: Record.Type, _ row: Row) throws -> any NumericRecord {
        var record: Record = try value(json: row.get("body"))
        let lengths: [Int] = try value(json: row.get("lengths"))
        let all: Data = try row.get("numbers")
        guard lengths.count == record.numbers.count, lengths.allSatisfy({ $0 >= 0 && $0 <= all.count }),
            lengths.reduce(0, +) * 4 == all.count
        else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: "a \(Record.kind) record has \(all.count) bytes of numbers for arrays of \(lengths)")
        }
        var rest = all[...]
        record.numbers = lengths.map { length in
            defer { rest = rest.dropFirst(4 * length) }
            return [Float](unsafeUninitializedCapacity: length) { buffer, count in
                count = length
                _ = rest.prefix(4 * length).copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
            }
        }
        return record
    }

    /// Arrays behind each other as little-endian bytes.
    private static func bytes(_ arrays: [[Float]]) -> Data {
        var all = Data(capacity: 4 * arrays.reduce(0) { $0 + $1.count })
        // Every platform elbo runs on is little-endian.
        for array in arrays { array.withUnsafeBytes { all.append(contentsOf: $0) } }
        return all
    }
}
