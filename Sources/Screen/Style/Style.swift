// SPDX-License-Identifier: Apache-2.0
// How a cell looks, in terms of meaning: eight bytes, compared as one integer, resolved by a theme.

/// Ways of drawing that need no colour.
public struct Attributes: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// Creates a set from bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier strokes.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter strokes.
    public static let dim = Attributes(rawValue: 2)
    /// Slanted strokes.
    public static let italic = Attributes(rawValue: 4)
    /// A line below.
    public static let underline = Attributes(rawValue: 8)
    /// Foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 16)
}

/// A colour named by meaning or by value.
public enum Ink: Hashable, Sendable {
    /// What the other half of the style implies; in the end the terminal's default.
    case inherited
    /// The colour that the theme gives to a meaning.
    case role(Role)
    /// `0xRRGGBB` in sRGB, for pictures; reduced to what the terminal can show.
    case rgb(UInt32)
}

/// The look of a cell: two inks and attributes.
///
/// A foreground role brings its own background (a selected row has one) unless a background ink is given.
public struct Style: Hashable, Sendable {
    /// Foreground ink in bits 0-25, background ink in bits 26-51, attributes from bit 52.
    let packed: UInt64

    /// Body text.
    public static let plain = Style(.text)

    /// The look of a meaning, optionally on the background of another one.
    public init(_ role: Role, on background: Role? = nil, _ attributes: Attributes = []) {
        self.init(
            foreground: .role(role), background: background.map { .role($0) } ?? .inherited, attributes: attributes)
    }

    /// Any combination of inks and attributes.
    public init(foreground: Ink, background: Ink = .inherited, attributes: Attributes = []) {
        packed =
            Style.pack(foreground) | Style.pack(background) << 26 | UInt64(attributes.rawValue) << 52
    }

    /// Colour of the glyph.
    public var foreground: Ink { Style.unpack(packed & Style.inkMask) }
    /// Colour behind the glyph.
    public var background: Ink { Style.unpack(packed >> 26 & Style.inkMask) }
    /// Attributes on top of those that the theme gives to the roles.
    public var attributes: Attributes { Attributes(rawValue: UInt8(truncatingIfNeeded: packed >> 52)) }

    /// The same inks with more attributes.
    public func with(_ more: Attributes) -> Style {
        Style(foreground: foreground, background: background, attributes: attributes.union(more))
    }

    /// The same style on the background of `role`.
    public func on(_ role: Role) -> Style {
        Style(foreground: foreground, background: .role(role), attributes: attributes)
    }

    private static let inkMask: UInt64 = (1 << 26) - 1

    private static func pack(_ ink: Ink) -> UInt64 {
        switch ink {
        case .inherited: return 0
        case .role(let role): return 1 << 24 | UInt64(role.rawValue)
        case .rgb(let value): return 2 << 24 | UInt64(value & 0xFFFFFF)
        }
    }

    private static func unpack(_ bits: UInt64) -> Ink {
        switch bits >> 24 {
        case 1: return .role(Role(rawValue: UInt8(truncatingIfNeeded: bits)))
        case 2: return .rgb(UInt32(bits & 0xFFFFFF))
        default: return .inherited
        }
    }
}
