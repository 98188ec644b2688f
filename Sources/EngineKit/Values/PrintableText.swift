// SPDX-License-Identifier: Apache-2.0
// Text that others wrote, made safe for a terminal and short enough for a message.

extension String {
    /// The text with every character that could steer a terminal or hide text written as `\u{…}`, cut to a length.
    ///
    /// Escaped are the control characters (C0, DEL, C1), line and paragraph separators, and the marks that change the
    /// direction of writing. A longer text ends in `…`.
    ///
    /// - Parameter limit: the largest number of characters of `self` that are kept.
    public func printable(limit: Int = 200) -> String {
        var result = ""
        var kept = 0
        for character in self {
            if kept == limit {
                result.append("…")
                break
            }
            kept += 1
            // A single character can carry any number of combining marks; eight are more than any script needs.
            for scalar in character.unicodeScalars.prefix(8) {
                if Self.isUnsafe(scalar) {
                    result += "\\u{" + String(scalar.value, radix: 16) + "}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }
}
