// SPDX-License-Identifier: Apache-2.0
// One `--set key=value` of the command line.
import EngineKit

/// A value that replaces or adds one setting.
///
/// The key may be dotted. The value is TOML; what is no TOML value and does not look like an attempt at one is text, so
/// that `--set data.name=mnist` needs no quotes inside quotes.
struct Override {
    private let path: [String]
    private let value: Setting.Value

    /// - Throws: `SettingProblem` with line 0.
    init(_ text: String) throws(SettingProblem) {
        func problem(_ found: String, _ allowed: String) -> SettingProblem {
            SettingProblem(line: 0, key: "", found: found, allowed: allowed)
        }
        let shown = "\"\(text.printable(limit: 80))\""
        guard let equals = text.firstIndex(of: "=") else { throw problem(shown, "key=value") }
        let key = String(text[..<equals])
        let written = String(text[text.index(after: equals)...])
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw problem(shown, "text on one line, without control characters")
        }
        path = try Self.path(key, problem(shown, "a key such as train.epochs before the ="))
        value = try Self.value(written, key: key)
    }

    func apply(to table: inout SettingTable) throws(SettingProblem) {
        try Self.set(value, path[...], in: &table, done: [])
    }

    private static func path(_ key: String, _ problem: SettingProblem) throws(SettingProblem) -> [String] {
        // The file's own reader reads the key, quotes and dots included; the value is a placeholder.
        guard var table = try? SettingTable(toml: key + " = 0") else { throw problem }
        var path: [String] = []
        while table.entries.count == 1 {
            path.append(table.entries[0].key)
            guard case .table(let inner) = table.entries[0].setting.value else { return path }
            table = inner
        }
        throw problem
    }

    private static func value(_ text: String, key: String) throws(SettingProblem) -> Setting.Value {
        do throws(SettingProblem) {
            if let value = try SettingTable.value(toml: text) { return value.withoutLines }
        } catch {
            let first = text.first { $0 != " " }
            if let first, "\"'[{".contains(first) {
                throw SettingProblem(
                    line: 0, key: key.printable(limit: 80), found: error.found, allowed: "a TOML value")
            }
        }
        return .string(text)
    }

    private static func set(
        _ value: Setting.Value, _ path: ArraySlice<String>, in table: inout SettingTable, done: [String]
    ) throws(SettingProblem) {
        guard let key = path.first else { return }
        let place = table.entries.firstIndex { $0.key == key }
        if path.count == 1 {
            let setting = Setting(value, line: 0)
            if let place {
                table.entries[place].setting = setting
            } else {
                table.entries.append(.init(key: key, setting: setting))
            }
            return
        }
        var inner = SettingTable()
        var line = 0
        if let place {
            let existing = table.entries[place].setting
            line = existing.line
            guard case .table(let table) = existing.value else {
                throw SettingProblem(
                    line: 0, key: (done + path).joined(separator: ".").printable(limit: 80),
                    found:
                        "\((done + [key]).joined(separator: ".").printable(limit: 80)), which is \(existing.value.summary)",
                    allowed: "a key inside a table")
            }
            inner = table
        }
        try set(value, path.dropFirst(), in: &inner, done: done + [key])
        let setting = Setting(.table(inner), line: line)
        if let place {
            table.entries[place].setting = setting
        } else {
            table.entries.append(.init(key: key, setting: setting))
        }
    }
}

extension Setting.Value {
    /// The value with line 0 everywhere: it stands on the command line.
    fileprivate var withoutLines: Setting.Value {
        switch self {
        case .array(let elements): .array(elements.map { Setting($0.value.withoutLines, line: 0) })
        case .table(let table):
            .table(
                SettingTable(
                    entries: table.entries.map {
                        .init(key: $0.key, setting: Setting($0.setting.value.withoutLines, line: 0))
                    }
                ))
        default: self
        }
    }
}
