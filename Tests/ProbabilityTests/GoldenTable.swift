// SPDX-License-Identifier: Apache-2.0
// Reads the tables that the scripts in Tests/Golden/probability wrote.

import Glibc

/// Rows of tab-separated cells.
func goldenTable(_ name: String) throws -> [[String]] {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    let path = "\(folder)/Golden/probability/\(name)"
    guard let handle = fopen(path, "r") else { throw MissingGolden(path: path) }
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    while case let byte = getc(handle), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: "\t").map(String.init)
    }
}

struct MissingGolden: Error {
    var path: String
}
