// SPDX-License-Identifier: Apache-2.0
// The lines and fields of a CSV file of draws: comments, a header, rows of numbers. What the columns mean is decided
// elsewhere.

/// A parsed CSV file: names of columns and rows of numbers.
struct DelimitedText {
    /// The file, for messages.
    let path: String
    /// Names of the columns, without quotes; none is empty, no two are equal.
    private(set) var columns: [String] = []
    /// Line of the header, from 1.
    private(set) var headerLine = 0
    /// The numbers, `[rows, columns]`; in a column of labels the index of the label in `labels`.
    private(set) var values: [Double] = []
    /// Number of rows.
    private(set) var rowCount = 0
    /// The texts of the column that may hold them, in the order of their first appearance.
    private(set) var labels: [String] = []
    /// The `key = value` comments; the first of a key counts.
    private(set) var comments: [String: String] = [:]
    /// Whether there are comment lines at all.
    private(set) var hasComments = false
    /// Whether the last line was left out, because it has no line end and may be incomplete.
    private(set) var hasOpenLine = false

    /// More quantities than any model that a terminal can show; a wider header is no file of draws.
    static let mostColumns = 100_000
    /// Two gigabytes of numbers.
    static let mostNumbers = 1 << 28

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")

    /// Parses a file.
    ///
    /// - Parameters:
    ///   - bytes: the file: UTF-8 text, lines ended by LF or CR LF.
    ///   - path: its name, for messages.
    ///   - isLabels: which column may hold any text, from all column names.
    /// - Throws: `DrawsFileError` for the first thing that is wrong.
    init(_ bytes: [UInt8], path: String, isLabels: ([String]) -> Int?) throws(DrawsFileError) {
        self.path = path
        var labelColumn: Int?
        var labelIndex: [String: Int] = [:]
        try bytes.withUnsafeBufferPointer { (buffer) throws(DrawsFileError) in
            // A byte order mark, as some spreadsheets put it, is skipped.
            var start = buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            var line = 0
            while start < buffer.count {
                line += 1
                let end = buffer[start...].firstIndex(of: 0x0A) ?? buffer.count
                let isOpen = end == buffer.count
                var text = UnsafeBufferPointer(rebasing: buffer[start..<end])
                start = end + 1
                if text.last == 0x0D { text = UnsafeBufferPointer(rebasing: text.dropLast()) }
                if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
                if text[0] == UInt8(ascii: "#") {
                    readComment(text)
                } else if columns.isEmpty {
                    try readHeader(text, line: line)
                    labelColumn = isLabels(columns)
                } else if isOpen, !isComplete(text) {
                    hasOpenLine = true
                } else {
                    try readRow(text, line: line, labelColumn, &labelIndex)
                }
            }
        }
        guard !columns.isEmpty else {
            throw DrawsFileError(path, found: "no line with column names", allowed: "a CSV file of draws")
        }
    }

    /// Whether a last line without line end is whole: in a file of CmdStan, which ends every line, it never is.
    private func isComplete(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        !hasComments && !columns.contains("lp__") && text.count { $0 == Self.comma } + 1 == columns.count
            && text.last != Self.comma
    }

    private mutating func readComment(_ text: UnsafeBufferPointer<UInt8>) {
        hasComments = true
        // A file of nothing but comments must not fill the memory.
        guard text.count < 10_000, comments.count < 1000 else { return }
        let parts = String(decoding: text.dropFirst(), as: UTF8.self).split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return }
        let key = trimmed(parts[0])
        var value = trimmed(parts[1])
        if value.hasSuffix("(Default)") { value = trimmed(value.dropLast("(Default)".count)) }
        if comments[key] == nil { comments[key] = value }
    }

    private mutating func readHeader(_ text: UnsafeBufferPointer<UInt8>, line: Int) throws(DrawsFileError) {
        headerLine = line
        guard text.count(where: { $0 == Self.comma }) < 2 * Self.mostColumns else {
            throw DrawsFileError(
                path, line: line, found: "more than \(Self.mostColumns) columns",
                allowed: "at most \(Self.mostColumns)")
        }
        guard let whole = String(validating: text, as: UTF8.self) else {
            throw DrawsFileError(path, line: line, found: "bytes that are no UTF-8 text", allowed: "column names")
        }
        // Names such as "Sigma[1,2]" have commas within quotes.
        var name: [UInt8] = []
        var isQuoted = false
        var names: [String] = []
        for byte in whole.utf8 {
            if byte == Self.quote {
                isQuoted.toggle()
            } else if byte == Self.comma, !isQuoted {
                names.append(trimmed(String(decoding: name, as: UTF8.self)))
                name = []
            } else {
                name.append(byte)
            }
        }
        names.append(trimmed(String(decoding: name, as: UTF8.self)))
        try check(names, isQuoted: isQuoted, line: line)
        columns = names
    }

    private func check(_ names: [String], isQuoted: Bool, line: Int) throws(DrawsFileError) {
        if isQuoted {
            throw DrawsFileError(
                path, line: line, found: "a quotation mark that is not closed", allowed: "pairs of them")
        }
        guard names.count <= Self.mostColumns else {
            throw DrawsFileError(
                path, line: line, found: "\(names.count) columns", allowed: "at most \(Self.mostColumns)")
        }
        if let place = names.firstIndex(of: "") {
            throw DrawsFileError(
                path, line: line, found: "no name for column \(place + 1)", allowed: "a name for every column")
        }
        if names.allSatisfy({ name in Array(name.utf8).withUnsafeBufferPointer { number($0) } != nil }) {
            throw DrawsFileError(
                path, line: line, found: "only numbers in the first line",
                allowed: "a line of column names before the draws")
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw DrawsFileError(
                path, line: line, found: "the column \(String(name.prefix(80))) twice", allowed: "each name once")
        }
    }

    private mutating func readRow(
        _ text: UnsafeBufferPointer<UInt8>, line: Int, _ labelColumn: Int?, _ labelIndex: inout [String: Int]
    ) throws(DrawsFileError) {
        var start = 0
        var column = 0
        while start <= text.count {
            var end = start
            while end < text.count, text[end] != Self.comma { end += 1 }
            var field = UnsafeBufferPointer(rebasing: text[start..<end])
            start = end + 1
            guard column < columns.count else {
                throw DrawsFileError(
                    path, line: line, found: "more than \(columns.count) fields", allowed: expectedFields)
            }
            if field.count >= 2, field.first == Self.quote, field.last == Self.quote {
                field = UnsafeBufferPointer(rebasing: field.dropFirst().dropLast())
            }
            if column == labelColumn {
                let label = trimmed(String(decoding: field.prefix(200), as: UTF8.self))
                if labelIndex[label] == nil {
                    labelIndex[label] = labels.count
                    labels.append(label)
                }
                values.append(Double(labelIndex[label] ?? 0))
            } else if let value = number(field) {
                values.append(value)
            } else {
                let shown = String(decoding: field.prefix(40), as: UTF8.self)
                throw DrawsFileError(
                    path, line: line,
                    found: "\(shown.isEmpty ? "nothing" : "\"\(shown)\"") in column \(columns[column].prefix(80))",
                    allowed: "a number, NaN, inf or -inf")
            }
            column += 1
        }
        guard column == columns.count else {
            throw DrawsFileError(path, line: line, found: "\(column) fields", allowed: expectedFields)
        }
        guard values.count <= Self.mostNumbers else {
            throw DrawsFileError(
                path, line: line, found: "more than \(Self.mostNumbers) numbers", allowed: "at most so many")
        }
        rowCount += 1
    }

    private var expectedFields: String { "\(columns.count), as many as line \(headerLine) has names" }
}

/// The text without spaces at its ends.
private func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return String(text)
}
