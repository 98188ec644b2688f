// SPDX-License-Identifier: Apache-2.0
// From dots in a cell to the character that shows them, for each glyph set.

/// Characters that show patterns of dots.
enum DotGlyphs {
    /// The character for a pattern of dots, bits row by row from the top left.
    static func glyph(_ bits: UInt8, _ tier: GlyphTier) -> Unicode.Scalar {
        switch tier {
        case .braille: return braille[Int(bits)]
        case .block: return quadrants[Int(bits & 15)]
        case .half: return halves[Int(bits & 3)]
        case .ascii: return bits == 0 ? " " : "*"
        }
    }

    /// Braille numbers its dots down the columns, the lowest row last; this table reorders all 256 patterns.
    private static let braille: [Unicode.Scalar] = (0..<256).map { bits in
        let weights: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
        let offset = weights.indices.reduce(UInt32(0)) { $0 | (bits >> $1 & 1 == 1 ? weights[$1] : 0) }
        return Unicode.Scalar(0x2800 + offset) ?? " "
    }

    private static let quadrants: [Unicode.Scalar] = [
        " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
    ]

    private static let halves: [Unicode.Scalar] = [" ", "▀", "▄", "█"]
}
