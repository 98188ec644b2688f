// SPDX-License-Identifier: Apache-2.0
// Block characters that fill a cell in eighths.

/// Block characters by filled eighths, 0 to 8.
enum Eighths {
    /// Filled from the left.
    static let horizontal: [Unicode.Scalar] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
    /// Filled from the bottom.
    static let vertical: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    /// Seven-bit stand-ins for `vertical`.
    static let verticalSevenBit: [Unicode.Scalar] = [" ", "_", "_", ".", "-", "-", "=", "#", "#"]

    /// The glyph for a height of `eighths` in a vertical bar, clamped.
    static func vertical(_ eighths: Int, _ tier: GlyphTier) -> Unicode.Scalar {
        let index = min(8, max(0, eighths))
        return tier == .ascii ? verticalSevenBit[index] : vertical[index]
    }
}
