// SPDX-License-Identifier: Apache-2.0
// A setting table written as TOML: how a session is recorded when values were set on the command line.
public import EngineKit

extension SettingTable {
    /// A TOML document that reads back as this table, apart from the lines.
    public var toml: String {
        var text = ""
        write(to: &text, path: [])
        return text
    }

    /// Plain values first: in TOML they would otherwise belong to the last table header.
    private func write(to text: inout String, path: [String]) {
        var tables: [(key: String, table: SettingTable)] = []
        for entry in entries {
            if case .table(let table) = entry.setting.value {
                tables.append((entry.key, table))
            } else {
                text += "\(Self.quotedIfNeeded(entry.key)) = \(entry.setting.value.toml)\n"
            }
        }
        for (key, table) in tables {
            let path = path + [key]
            text += "\(text.isEmpty ? "" : "\n")[\(path.map(Self.quotedIfNeeded).joined(separator: "."))]\n"
            table.write(to: &text, path: path)
        }
    }

    fileprivate static func quotedIfNeeded(_ key: String) -> String {
        let isBare = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isBare && !key.isEmpty ? key : Setting.Value.string(key).toml
    }
}

extension Setting.Value {
    /// The value in one line of TOML.
    var toml: String {
        switch self {
        case .string(let text): return Self.quoted(text)
        case .integer(let value): return String(value)
        case .real(let value):
            if value.isNaN { return "nan" }
            if value.isInfinite { return value < 0 ? "-inf" : "inf" }
            return value.description
        case .boolean(let value): return String(value)
        case .array(let elements): return "[" + elements.map(\.value.toml).joined(separator: ", ") + "]"
        case .table(let table):
            let pairs = table.entries.map { "\(SettingTable.quotedIfNeeded($0.key)) = \($0.setting.value.toml)" }
            return pairs.isEmpty ? "{}" : "{ " + pairs.joined(separator: ", ") + " }"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
