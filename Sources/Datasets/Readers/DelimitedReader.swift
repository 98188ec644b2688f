// SPDX-License-Identifier: Apache-2.0
// Tables of numbers as text: a row per line, fields between commas, semicolons, tabs or spaces, names on top or not.

/// A table of numbers.
public struct DelimitedTable: Sendable, Equatable {
    /// Names of the columns, C of them: those of the first line, else `1`, `2`, ….
    public var columns: [String]
    /// The numbers, `[N, C]`.
    public var values: [Double]
    /// Rows, N, at least 1.
    public var rowCount: Int

    /// The numbers of a column.
    public func column(_ index: Int) -> [Double] {
        (0..<rowCount).map { values[$0 * columns.count + index] }
    }
}

/// Reads a table: UTF-8 text of at most 256 MB.
///
/// Fields are separated by what the first line has: a semicolon, else a comma, else a tab, else spaces; spaces around
/// fields are ignored, and so are empty lines and lines that begin with `#`. A first line with a field that is no number
/// names the columns.
///
/// - Throws: `DatasetError` naming file, line and column: a field that is no finite number, a row of another length, no rows.
public func readDelimitedTable(_ path: String) throws(DatasetError) -> DelimitedTable {
    try parseDelimitedTable(try contentsOfFile(path, limit: 256 << 20), path: path)
}

/// The same for bytes at hand; `path` is for messages.
func parseDelimitedTable(_ bytes: [UInt8], path: String) throws(DatasetError) -> DelimitedTable {
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw DatasetError(
            .corrupted, path, found: "bytes that are no UTF-8 text", allowed: "a table of numbers as text")
    }
    var separator: Character?
    var table = DelimitedTable(columns: [], values: [], rowCount: 0)
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
        let place = "line \(index + 1)"
        guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
        let mark = separator ?? [";", ",", "\t"].first { line.contains($0) } ?? " "
        separator = mark
        let fields = fields(of: line, mark)
        let numbers = fields.map { Double($0) }
        if table.columns.isEmpty {
            let hasNames = numbers.contains(nil)
            table.columns = hasNames ? fields.map(String.init) : fields.indices.map { String($0 + 1) }
            if hasNames {
                try checkNames(table.columns, path, place)
                continue
            }
        }
        guard fields.count == table.columns.count else {
            throw DatasetError(
                .corrupted, path, at: place, found: "\(fields.count) fields",
                allowed: "\(table.columns.count), as in the first line")
        }
        for (column, number) in numbers.enumerated() {
            guard let number, number.isFinite else {
                let shown = fields[column].isEmpty ? "nothing" : "\"\(fields[column].prefix(40))\""
                throw DatasetError(
                    .corrupted, path, at: "\(place), column \(table.columns[column].prefix(40))", found: shown,
                    allowed: "a finite number")
            }
            table.values.append(number)
        }
        table.rowCount += 1
    }
    guard table.rowCount > 0 else {
        throw DatasetError(.truncated, path, found: "no row of numbers", allowed: "at least one")
    }
    return table
}

private func fields(of line: Substring, _ separator: Character) -> [Substring] {
    if separator == " " { return line.split(whereSeparator: \.isWhitespace) }
    return line.split(separator: separator, omittingEmptySubsequences: false).map { field in
        let start = field.drop { $0.isWhitespace }
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}

private func checkNames(_ names: [String], _ path: String, _ place: String) throws(DatasetError) {
    var seen: Set<String> = []
    for (index, name) in names.enumerated() {
        guard !name.isEmpty, seen.insert(name).inserted else {
            throw DatasetError(
                .corrupted, path, at: place,
                found: name.isEmpty ? "no name for column \(index + 1)" : "the column \(name.prefix(40)) twice",
                allowed: "a name of its own for every column")
        }
    }
}
