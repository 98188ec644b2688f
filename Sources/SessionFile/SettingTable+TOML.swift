// SPDX-License-Identifier: Apache-2.0
// From TOML text to a setting table: values from the library, lines and order from the scanner.
import EngineKit
import TOMLKit

extension SettingTable {
    /// Parses a TOML document.
    ///
    /// - Throws: `SettingProblem` with an empty key for a text that is not TOML; with a key for a value of a kind that
    ///   session files do not have (dates and times), or for a text that nests too deep.
    init(toml text: String) throws(SettingProblem) {
        if let zero = text.utf8.firstIndex(of: 0) {
            let line = 1 + text.utf8[..<zero].count { $0 == UInt8(ascii: "\n") }
            throw SettingProblem(line: line, key: "", found: "the character U+0000", allowed: "text without it")
        }
        var scanner = LineScanner(text)
        do throws(LineScanner.Stop) {
            try scanner.scan()
        } catch {
            switch error {
            case .forbidden(let found, let allowed):
                throw SettingProblem(line: scanner.line, key: "", found: found, allowed: allowed)
            case .malformed(let found):
                throw SettingProblem(line: scanner.line, key: "", found: found, allowed: "valid TOML")
            }
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw SettingProblem(
                line: max(1, error.source.begin.line), key: "", found: Self.reason(error), allowed: "valid TOML")
        } catch {
            throw SettingProblem(line: 1, key: "", found: "\(error)".printable(limit: 300), allowed: "valid TOML")
        }
        self = try Self(table, scanner.root, path: "")
    }

    private init(_ table: TOMLTable, _ node: LineNode, path: String) throws(SettingProblem) {
        var entries: [Entry] = []
        let keys = table.keys
        let known = Set(keys)
        // File order for what the scanner found, which is everything unless scanner and library disagree.
        let ordered = node.keys.filter(known.contains) + keys.filter { node[$0] == nil }
        for key in ordered {
            guard let value = table[key]?.tomlValue else { continue }
            let child = node[key] ?? LineNode(line: node.line)
            let keyPath = path + (path.isEmpty ? "" : ".") + key.printable(limit: 80)
            entries.append(Entry(key: key, setting: try Setting(value, child, path: keyPath)))
        }
        self.init(entries: entries)
    }

    /// The library's sentence without its opening words, which name its own function.
    private static func reason(_ error: TOMLParseError) -> String {
        let text = error.description
        if text.hasPrefix("Error while parsing "), let colon = text.firstIndex(of: ":") {
            return String(text[text.index(after: colon)...].drop { $0 == " " }).printable(limit: 300)
        }
        return text.printable(limit: 300)
    }

    /// A value that stands alone, as on a command line.
    static func value(toml text: String) throws(SettingProblem) -> Setting.Value? {
        try SettingTable(toml: "value = " + text).entries.first?.setting.value
    }

    fileprivate static func nested(
        _ table: TOMLTable, _ node: LineNode, path: String
    ) throws(SettingProblem) -> SettingTable {
        try SettingTable(table, node, path: path)
    }
}

extension Setting {
    fileprivate init(_ value: TOMLValue, _ node: LineNode, path: String) throws(SettingProblem) {
        let result: Setting.Value
        switch value.type {
        case .string: result = .string(value.string ?? "")
        case .int: result = .integer(value.int ?? 0)
        case .double: result = .real(value.double ?? .nan)
        case .bool: result = .boolean(value.bool ?? false)
        case .table: result = .table(try SettingTable.nested(value.table ?? TOMLTable(), node, path: path))
        case .array:
            var elements: [Setting] = []
            for (position, element) in (value.array ?? TOMLArray()).enumerated() {
                let child = position < node.elements.count ? node.elements[position] : LineNode(line: node.line)
                elements.append(try Setting(element.tomlValue, child, path: "\(path)[\(position)]"))
            }
            result = .array(elements)
        case .date, .time, .dateTime:
            throw SettingProblem(
                line: node.line, key: path, found: "a date or time",
                allowed: "text in quotes, a number, true or false, a list, a table")
        }
        self.init(result, line: node.line)
    }
}
