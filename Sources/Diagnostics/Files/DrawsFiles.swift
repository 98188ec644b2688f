// SPDX-License-Identifier: Apache-2.0
// From CSV files to chains: which columns are quantities, which rows are warm-up, which rows belong to which chain.

/// The draws of one or several files.
public struct DrawsFiles: Sendable {
    /// The quantities that were sampled.
    public let parameters: Draws
    /// What the sampler says of each draw: the columns whose names end in `__`, such as `lp__` and `accept_stat__`.
    public let statistics: Draws
    /// Rows left out at the start of each chain; the largest number when files differ.
    public let warmupCount: Int
    /// What a reader of the numbers should know, such as a last line that was left out.
    ///
    /// May hold text from outside.
    public let notes: [String]

    /// Reads files of draws.
    ///
    /// A file is a CSV file as CmdStan writes it, one chain per file, or any CSV file with a header line. There a
    /// column `chain` (or `.chain`) tells the chains of one file apart; `draw` and `iteration` beside it count rows and
    /// are left out.
    ///
    /// - Parameters:
    ///   - paths: the files, at least one; all have the same columns.
    ///   - warmup: rows to leave out at the start of each chain; `nil` for what the files say.
    /// - Throws: `DrawsFileError` for the first thing that is wrong.
    public init(reading paths: [String], warmup: Int? = nil) throws(DrawsFileError) {
        var files: [(path: String, bytes: [UInt8])] = []
        for path in paths { files.append((path, try fileBytes(path))) }
        try self.init(parsing: files, warmup: warmup)
    }

    /// The same for files whose bytes are at hand.
    public init(parsing files: [(path: String, bytes: [UInt8])], warmup: Int? = nil) throws(DrawsFileError) {
        var chains: [ChainRows] = []
        var notes: [String] = []
        var warmupCount = 0
        for (path, bytes) in files {
            let text = try DelimitedText(bytes, path: path) { names in names.firstIndex(where: Self.isChain) }
            if let first = chains.first?.text { try Self.checkColumns(text, first) }
            if text.hasOpenLine {
                notes.append("\(path): the last line has no line end and was left out")
            }
            guard text.rowCount > 0 else {
                throw DrawsFileError(path, found: "no draws", allowed: "a row of numbers per draw")
            }
            let left = if let warmup { warmup } else { try Self.warmup(text) }
            warmupCount = max(warmupCount, left)
            for var chain in ChainRows.all(text) {
                guard chain.rows.count > left else {
                    throw DrawsFileError(
                        path, found: "\(chain.rows.count) rows in chain \(chains.count + 1)",
                        allowed: "more than the \(left) rows of warm-up")
                }
                chain.rows.removeFirst(left)
                chains.append(chain)
            }
        }
        guard let text = chains.first?.text else {
            throw DrawsFileError("", found: "no file", allowed: "at least one file")
        }
        let lengths = chains.map(\.rows.count)
        let shortest = lengths.min() ?? 0
        if let longest = lengths.max(), longest > shortest {
            notes.append("chains have \(shortest) to \(longest) draws; the first \(shortest) of each are used")
        }
        let kept = text.columns.indices.filter { !Self.isIndex(text.columns[$0], in: text.columns) }
        let (statistics, parameters) = (
            kept.filter { text.columns[$0].hasSuffix("__") }, kept.filter { !text.columns[$0].hasSuffix("__") }
        )
        guard !parameters.isEmpty else {
            throw DrawsFileError(
                text.path, line: text.headerLine, found: "no column of a quantity",
                allowed: "at least one whose name does not end in __")
        }
        self.parameters = Self.draws(parameters, chains, shortest)
        self.statistics = Self.draws(statistics, chains, shortest)
        self.warmupCount = warmupCount
        self.notes = notes
    }

    private static func isChain(_ name: String) -> Bool { name == "chain" || name == ".chain" }

    /// Whether a column tells where a row belongs; a quantity called `draw` is one unless there is a column of chains.
    private static func isIndex(_ name: String, in names: [String]) -> Bool {
        isChain(name)
            || ["draw", ".draw", "iteration", ".iteration"].contains(name) && names.contains(where: isChain)
    }

    /// Rows of warm-up that CmdStan says are in the file.
    private static func warmup(_ text: DelimitedText) throws(DrawsFileError) -> Int {
        guard ["1", "true"].contains(text.comments["save_warmup"]) else { return 0 }
        func count(_ key: String, default fallback: Int) throws(DrawsFileError) -> Int {
            guard let written = text.comments[key] else { return fallback }
            guard let count = Int(written), count >= 0, count < 1 << 40 else {
                throw DrawsFileError(
                    text.path, found: "\(key) = \(written.prefix(40))", allowed: "a whole number of at least 0")
            }
            return count
        }
        let thin = max(1, try count("thin", default: 1))
        return (try count("num_warmup", default: 1000) + thin - 1) / thin
    }

    private static func checkColumns(_ text: DelimitedText, _ first: DelimitedText) throws(DrawsFileError) {
        guard text.columns.count == first.columns.count else {
            throw DrawsFileError(
                text.path, line: text.headerLine, found: "\(text.columns.count) columns",
                allowed: "the \(first.columns.count) of \(first.path)")
        }
        for (name, expected) in zip(text.columns, first.columns) where name != expected {
            throw DrawsFileError(
                text.path, line: text.headerLine, found: "the column \(name.prefix(80))",
                allowed: "\(expected.prefix(80)), as in \(first.path)")
        }
    }

    private static func draws(_ columns: [Int], _ chains: [ChainRows], _ length: Int) -> Draws {
        var values: [Double] = []
        values.reserveCapacity(columns.count * chains.count * length)
        for column in columns {
            for chain in chains {
                let width = chain.text.columns.count
                values += chain.rows.prefix(length).lazy.map { chain.text.values[$0 * width + column] }
            }
        }
        let names = chains[0].text.columns
        return Draws(
            names: columns.map { names[$0] }, chainCount: chains.count, drawCount: length, values: values)
    }

    /// The rows of one chain in a file.
    private struct ChainRows {
        var text: DelimitedText
        var rows: [Int]

        /// The chains of a file, in the order of their first rows.
        static func all(_ text: DelimitedText) -> [ChainRows] {
            guard let column = text.columns.firstIndex(where: isChain) else {
                return [ChainRows(text: text, rows: Array(0..<text.rowCount))]
            }
            var rows = [[Int]](repeating: [], count: text.labels.count)
            for row in 0..<text.rowCount { rows[Int(text.values[row * text.columns.count + column])].append(row) }
            return rows.map { ChainRows(text: text, rows: $0) }
        }
    }
}
