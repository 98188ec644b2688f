// SPDX-License-Identifier: Apache-2.0
// JSON values as text: strict RFC 8259, also for numbers and characters that JSON or a terminal cannot take.

extension JSONValue {
    /// The document on one line, without spaces.
    ///
    /// JSON has no numbers that are not finite. They are written as the strings `"NaN"`, `"Infinity"` and
    /// `"-Infinity"`, which most languages turn back into the number they name; nothing is lost and every reader can
    /// parse the document. Control characters, DEL and C1 controls included, are written as `\u00XX`, so the text is
    /// safe to print on a terminal.
    public var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes, indentation: nil)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The document with two spaces of indentation and one entry per line; same rules as `text`.
    public var indentedText: String {
        var bytes: [UInt8] = []
        append(to: &bytes, indentation: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the document; `indentation` is the current depth, or `nil` for one line.
    func append(to bytes: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .real(let value): Self.append(value, to: &bytes)
        case .string(let value): Self.append(value, to: &bytes)
        case .array(let values):
            // Lists of plain values stay on one line: a curve of a thousand numbers is not a thousand lines.
            let isFlat = values.allSatisfy { $0.array == nil && $0.object == nil }
            let depth = isFlat ? nil : indentation
            Self.appendList(to: &bytes, "[", "]", count: values.count, indentation: depth) { index, bytes in
                values[index].append(to: &bytes, indentation: depth.map { $0 + 1 })
            }
        case .object(let object):
            let keys = object.keys
            Self.appendList(to: &bytes, "{", "}", count: keys.count, indentation: indentation) { index, bytes in
                Self.append(keys[index], to: &bytes)
                bytes.append(contentsOf: (indentation == nil ? ":" : ": ").utf8)
                (object[keys[index]] ?? .null).append(to: &bytes, indentation: indentation.map { $0 + 1 })
            }
        }
    }

    private static func appendList(
        to bytes: inout [UInt8], _ open: Character, _ close: Character, count: Int, indentation: Int?,
        _ element: (Int, inout [UInt8]) -> Void
    ) {
        func breakLine(_ depth: Int, _ bytes: inout [UInt8]) {
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
        }
        bytes.append(open.asciiValue!)
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if let indentation { breakLine(indentation + 1, &bytes) }
            element(index, &bytes)
        }
        if let indentation, count > 0 { breakLine(indentation, &bytes) }
        bytes.append(close.asciiValue!)
    }

    private static func append(_ value: Double, to bytes: inout [UInt8]) {
        if value.isFinite {
            bytes.append(contentsOf: value.description.utf8)
        } else {
            let name = value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
            append(name, to: &bytes)
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes.append(contentsOf: #"\""#.utf8)
            case "\\": bytes.append(contentsOf: #"\\"#.utf8)
            case "\n": bytes.append(contentsOf: #"\n"#.utf8)
            case "\t": bytes.append(contentsOf: #"\t"#.utf8)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let hexadecimal = String(scalar.value, radix: 16)
                bytes.append(contentsOf: (#"\u"# + String(repeating: "0", count: 4 - hexadecimal.count)).utf8)
                bytes.append(contentsOf: hexadecimal.utf8)
            default: bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONObject {
    /// The object on one line; the rules of `JSONValue.text`.
    public var text: String { JSONValue.object(self).text }

    /// The object with one entry per line; the rules of `JSONValue.indentedText`.
    public var indentedText: String { JSONValue.object(self).indentedText }
}
