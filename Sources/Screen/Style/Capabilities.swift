// SPDX-License-Identifier: Apache-2.0
// What the terminal at hand can show; widgets choose glyphs and patterns by it.

/// How many colours a terminal has.
public enum ColorTier: Int, Comparable, CaseIterable, Sendable {
    /// None: bold, dim, underline, reverse and line patterns tell things apart.
    case mono
    /// The ANSI colours.
    case sixteen
    /// The 6x6x6 cube and the grey ramp.
    case indexed
    /// 24-bit values.
    case direct

    /// Fewer colours come first.
    public static func < (left: ColorTier, right: ColorTier) -> Bool { left.rawValue < right.rawValue }
}

/// Which glyphs a terminal and its font show at the width they should have.
public enum GlyphTier: Int, Comparable, CaseIterable, Sendable {
    /// Seven-bit characters only.
    case ascii
    /// Half blocks and eighths: 1x2 dots per cell.
    case half
    /// Quadrant blocks: 2x2 dots per cell.
    case block
    /// Braille patterns: 2x4 dots per cell.
    case braille

    /// Poorer sets come first.
    public static func < (left: GlyphTier, right: GlyphTier) -> Bool { left.rawValue < right.rawValue }

    /// The next set for a "switch glyphs" key: braille, block, half, ASCII, and around.
    public var next: GlyphTier { GlyphTier(rawValue: (rawValue + 3) % 4) ?? .ascii }

    /// Dot columns per cell.
    public var dotsAcross: Int { self >= .block ? 2 : 1 }
    /// Dot rows per cell.
    public var dotsDown: Int {
        switch self {
        case .ascii: return 1
        case .half, .block: return 2
        case .braille: return 4
        }
    }
}

/// What a buffer's terminal can show.
public struct Capabilities: Hashable, Sendable {
    /// The glyph set.
    public var glyphs: GlyphTier
    /// The number of colours.
    public var colors: ColorTier

    /// Creates capabilities; 256 colours and braille are what nearly all terminals have.
    public init(glyphs: GlyphTier = .braille, colors: ColorTier = .indexed) {
        self.glyphs = glyphs
        self.colors = colors
    }
}
