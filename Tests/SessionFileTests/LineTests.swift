// SPDX-License-Identifier: Apache-2.0
// Every key and element of a session file knows its line, whatever way TOML offers to write it.
import EngineKit
import Testing

@testable import SessionFile

@Suite struct LineTests {
    @Test func everyWayToWriteAKeyHasItsLine() throws {
        let table = try SettingTable(
            toml: """
                # a comment with [brackets] = "and quotes
                engine = "sbp"   # [not.a.header]

                [train]
                epochs = 3
                optimizer = { name = "adam", schedule.kind = "linear # 'x'" }
                "quoted \\"key\\"" = 1
                'literal.key' = 2
                a.b . "c" = 0x1F
                text = \"\"\"
                key = 1
                [header]
                \\"\"\" still text \"\"\"\"\"
                after = true
                raw = '''
                ' '' \\
                '''
                last = 1_000

                [[stage]]
                name = "one"
                [stage.inner]
                x = 1
                [[stage]]
                name = "two"
                values = [
                  1.5, # first
                  [2, 3],

                  { k = "v" },
                ]
                [deep.er]
                y = -inf
                [deep]
                z = 2
                """)
        let expected: [(String, Int)] = [
            ("engine", 2), ("train", 4), ("train.epochs", 5), ("train.optimizer", 6), ("train.optimizer.name", 6),
            ("train.optimizer.schedule", 6), ("train.optimizer.schedule.kind", 6), ("train.quoted \"key\"", 7),
            ("train.literal.key", 8), ("train.a", 9), ("train.a.b", 9), ("train.a.b.c", 9), ("train.text", 10),
            ("train.after", 14), ("train.raw", 15), ("train.last", 18), ("stage", 20), ("stage[0]", 20),
            ("stage[0].name", 21), ("stage[0].inner", 22), ("stage[0].inner.x", 23), ("stage[1]", 24),
            ("stage[1].name", 25), ("stage[1].values", 26), ("stage[1].values[0]", 27), ("stage[1].values[1]", 28),
            ("stage[1].values[1][0]", 28), ("stage[1].values[1][1]", 28), ("stage[1].values[2]", 30),
            ("stage[1].values[2].k", 30), ("deep", 34), ("deep.er", 32), ("deep.er.y", 33), ("deep.z", 35),
        ]
        let found = lines(table)
        #expect(found.map(\.0) == expected.map(\.0))
        for (actual, wanted) in zip(found, expected) { #expect(actual.1 == wanted.1, "\(wanted.0)") }
    }

    @Test func windowsLineEndsAndAByteOrderMarkCountAsUsual() throws {
        let table = try SettingTable(toml: "\u{FEFF}a = 1\r\n\r\nb = [\r\n 1,\r\n 2]\r\n[c]\r\nd = 4")
        #expect(lines(table).map(\.0) == ["a", "b", "b[0]", "b[1]", "c", "c.d"])
        #expect(lines(table).map(\.1) == [1, 3, 4, 5, 6, 7])
    }

    @Test func valuesComeFromTheLibrary() throws {
        let table = try SettingTable(
            toml: "s = \"a\\u00e9\\n\"\ni = -7\nh = 0xff\nr = 1e-3\nn = nan\nt = true\nl = []\no = {}")
        #expect(table["s"]?.value == .string("aé\n"))
        #expect(table["i"]?.value == .integer(-7))
        #expect(table["h"]?.value == .integer(255))
        #expect(table["r"]?.value == .real(0.001))
        #expect(table["t"]?.value == .boolean(true))
        #expect(table["l"]?.value == .array([]))
        #expect(table["o"]?.value == .table(SettingTable()))
        guard case .real(let number) = table["n"]?.value else {
            Issue.record("nan is not a number")
            return
        }
        #expect(number.isNaN)
    }

    /// All keys and elements below a table with their lines, depth first.
    private func lines(_ table: SettingTable, path: String = "") -> [(String, Int)] {
        table.entries.flatMap { entry -> [(String, Int)] in
            let key = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            return [(key, entry.setting.line)] + lines(entry.setting, path: key)
        }
    }

    private func lines(_ setting: Setting, path: String) -> [(String, Int)] {
        switch setting.value {
        case .table(let table): return lines(table, path: path)
        case .array(let elements):
            return elements.enumerated().flatMap { index, element in
                [("\(path)[\(index)]", element.line)] + lines(element, path: "\(path)[\(index)]")
            }
        default: return []
        }
    }
}
