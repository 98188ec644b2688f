// SPDX-License-Identifier: Apache-2.0
// One character cell of a screen: sixteen bytes, comparable with two integer comparisons.

/// What stands in one cell of a screen: a base character with up to two combining marks, and a style.
///
/// A wide character occupies two cells: its `leading` half carries the character, the cell to the right is its
/// `trailing` half, which has width 0 and is never printed on its own.
public struct Cell: Hashable, Sendable {
    /// Three code points of 21 bits each, the base lowest; bit 63 marks a wide character.
    ///
    /// Zero is a trailing half.
    private var packed: UInt64
    /// How the cell looks.
    public var style: Style

    private static let wideBit: UInt64 = 1 << 63
    private static let codePointMask: UInt64 = (1 << 21) - 1

    /// A space in the plain style.
    public static let blank = Cell(" ")

    /// Creates a cell from a printable base character.
    ///
    /// - Precondition: `base` is a character that `SafeText` lets through; other callers write through a buffer.
    public init(_ base: Unicode.Scalar, style: Style = .plain, isWide: Bool = false) {
        packed = UInt64(base.value) | (isWide ? Cell.wideBit : 0)
        self.style = style
    }

    private init(packed: UInt64, style: Style) {
        self.packed = packed
        self.style = style
    }

    /// The right half of a wide character.
    public static func trailing(style: Style) -> Cell { Cell(packed: 0, style: style) }

    /// Columns that printing this cell advances: 1, 2, or 0 for the right half of a wide character.
    public var width: Int { packed == 0 ? 0 : packed & Cell.wideBit != 0 ? 2 : 1 }

    /// The base character; a space for a trailing half.
    public var base: Unicode.Scalar {
        packed == 0 ? " " : Unicode.Scalar(UInt32(packed & Cell.codePointMask)) ?? " "
    }

    /// The combining marks in order, none to two.
    public var marks: [Unicode.Scalar] {
        [21, 42].compactMap { shift in
            let value = UInt32((packed & ~Cell.wideBit) >> UInt64(shift) & Cell.codePointMask)
            return value == 0 ? nil : Unicode.Scalar(value)
        }
    }

    /// Adds a combining mark; a third mark is dropped.
    public mutating func combine(_ mark: Unicode.Scalar) {
        guard packed != 0 else { return }
        if packed >> 21 & Cell.codePointMask == 0 {
            packed |= UInt64(mark.value) << 21
        } else if (packed & ~Cell.wideBit) >> 42 == 0 {
            packed |= UInt64(mark.value) << 42
        }
    }

    /// What the cell prints: base and marks; empty for a trailing half.
    public var text: String {
        guard packed != 0 else { return "" }
        var scalars = String.UnicodeScalarView()
        scalars.append(base)
        if (packed & ~Cell.wideBit) >> 21 != 0 { scalars.append(contentsOf: marks) }
        return String(scalars)
    }
}
