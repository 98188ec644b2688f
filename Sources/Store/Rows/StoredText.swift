// SPDX-License-Identifier: Apache-2.0
// Values as text and blobs in the database, and back from a database that may hold anything.
import EngineKit
import Foundation
import GRDB

extension Row {
    /// The value of a column; throws where GRDB's subscript would trap, since a damaged file can hold anything.
    func get<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        try decode(Value.self, forColumn: column)
    }

    /// The value of a column of real numbers, in which NULL means NaN.
    func number(_ column: String) throws -> Double {
        try decode(Double?.self, forColumn: column) ?? .nan
    }

    /// The numbers of a column that older versions of the schema did not have; `nil` in their rows.
    func optionalNumbers(_ column: String) throws -> [Double]? {
        try decode(Data?.self, forColumn: column).map { numbers($0) }
    }
}

/// Bodies of rows in the table `event`.
enum EventBody {
    struct Stage: Codable, Equatable {
        var name: String
        var index: Int
        var count: Int
    }

    struct Message: Codable, Equatable {
        var level: MessageLevel
        var text: String
    }
}

/// JSON text of a value; numbers that are not finite become the texts that `JSONValue` uses.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// The value of JSON text.
func value<Value: Decodable>(_ type: Value.Type = Value.self, json text: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(type, from: Data(text.utf8))
}

/// Text as a column can take it: SQLite's interface would cut it at a NUL character.
func columnText(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
}

/// Numbers as little-endian bytes.
func blob(_ numbers: [Double]) -> Data {
    // Every platform elbo runs on is little-endian.
    numbers.withUnsafeBytes { Data($0) }
}

/// Little-endian bytes as numbers; a schema constraint keeps the length a multiple of 8.
func numbers(_ blob: Data) -> [Double] {
    [Double](unsafeUninitializedCapacity: blob.count / 8) { buffer, count in
        count = blob.count / 8
        _ = blob.prefix(8 * count).copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
    }
}

/// Seconds for a column that must not be NULL.
func columnSeconds(_ seconds: Double) -> Double { seconds.isFinite ? seconds : 0 }
