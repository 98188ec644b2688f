// SPDX-License-Identifier: Apache-2.0
// Makes any text harmless for a terminal: what could move the cursor, reorder or hide text becomes visible.

/// Turns text from anywhere (file names, metric names, log lines) into characters that are safe in cells.
public enum SafeText {
    /// Calls `body` for each printable character of `text`, in order, with its width in columns.
    ///
    /// - Control characters become `^[`, `^I`, `^?`; C1 controls become `\x9B`.
    /// - Direction overrides, invisible and private characters and line separators become `<U+202E>`.
    /// - Characters newer than Unicode 14, which the C library of a terminal may not know, become `�`.
    /// - Variation selectors and joiners are dropped, since they change widths behind the table's back.
    /// - Parameter body: receives a character and 0 (combining), 1 or 2; returns false to stop.
    @inline(__always)
    static func forEach(in text: String, _ body: (Unicode.Scalar, Int) -> Bool) {
        for scalar in text.unicodeScalars {
            if scalar.value >= 0x20 && scalar.value < 0x7F {
                if !body(scalar, 1) { return }
            } else if !visit(scalar, body) {
                return
            }
        }
    }

    /// The whole text made safe, for plain output and for tests.
    public static func sanitized(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        forEach(in: text) { scalar, _ in
            result.append(scalar)
            return true
        }
        return String(result)
    }

    /// Decodes bytes as UTF-8; every invalid byte becomes a visible `\xNN`.
    public static func decoding(_ bytes: some Sequence<UInt8>) -> String {
        var result = ""
        var decoder = bytes.makeIterator()
        var pending: [UInt8] = []
        func flush() {
            for byte in pending { result += "\\x" + hexadecimal(UInt32(byte), digits: 2) }
            pending = []
        }
        while let byte = decoder.next() {
            if !pending.isEmpty && byte & 0xC0 != 0x80 { flush() }
            pending.append(byte)
            if let character = String(validating: pending, as: UTF8.self) {
                result += character
                pending = []
            } else if pending.count == 4 || byte & 0xC0 == 0x80 && pending.count == 1 {
                flush()
            }
        }
        flush()
        return result
    }

    /// Columns that `text` takes once it is made safe.
    public static func columns(of text: String) -> Int {
        var total = 0
        forEach(in: text) { _, width in
            total += width
            return true
        }
        return total
    }

    private static func visit(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar, Int) -> Bool) -> Bool {
        let value = scalar.value
        switch value {
        case 0..<0x20: return spell("^" + String(UnicodeScalar(UInt8(value + 0x40))), body)
        case 0x7F: return spell("^?", body)
        case 0x80..<0xA0: return spell("\\x" + hexadecimal(value, digits: 2), body)
        case 0xA0: return body(" ", 1)
        case 0x2500..<0x2600, 0x2800..<0x2900, 0xA1..<0xAD, 0xAE..<0x300:
            return body(scalar, 1)  // boxes, blocks, braille, Latin: what nearly all drawing consists of
        case 0x200C...0x200D, 0xFE00...0xFE0F, 0xE0100...0xE01EF: return true
        case 0x1F1E6...0x1F1FF: return escape(value, body)  // terminals join pairs of these into one flag
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .lineSeparator, .paragraphSeparator:
            return escape(value, body)
        case .unassigned: return body("\u{FFFD}", 1)
        case .spaceSeparator: return body(" ", 1)
        default: break
        }
        if let age = scalar.properties.age, age.major > 14 { return body("\u{FFFD}", 1) }
        return body(scalar, CharacterWidth.columns(of: scalar))
    }

    private static func escape(_ value: UInt32, _ body: (Unicode.Scalar, Int) -> Bool) -> Bool {
        spell("<U+" + hexadecimal(value, digits: 4) + ">", body)
    }

    private static func spell(_ text: String, _ body: (Unicode.Scalar, Int) -> Bool) -> Bool {
        text.unicodeScalars.allSatisfy { body($0, 1) }
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
