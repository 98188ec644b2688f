// SPDX-License-Identifier: Apache-2.0
// Turns meanings into colours for one palette and one number of colours.

/// What a terminal is told about a cell.
public struct Appearance: Hashable, Sendable {
    /// Colour of the glyph.
    public var foreground: Color
    /// Colour behind it.
    public var background: Color
    /// Attributes to switch on.
    public var attributes: Attributes

    /// Creates an appearance.
    public init(
        foreground: Color = .terminalDefault, background: Color = .terminalDefault, attributes: Attributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// Colours and attributes of all roles for one palette on terminals of one colour tier.
public struct Theme: Hashable, Sendable {
    /// The palette.
    public let palette: Palette
    /// The number of colours it is made for.
    public let tier: ColorTier
    private let table: [Appearance]

    /// Creates the theme of a palette for a number of colours.
    public init(_ palette: Palette = .dark, tier: ColorTier = .indexed) {
        self.palette = palette
        self.tier = tier
        table = (0..<Role.tableSize).map { palette.appearance(of: Role(rawValue: UInt8($0)), tier: tier) }
    }

    /// The appearance of a meaning on its own.
    public func appearance(of role: Role) -> Appearance {
        Int(role.rawValue) < table.count ? table[Int(role.rawValue)] : table[0]
    }

    /// What to tell the terminal about cells of this style.
    ///
    /// Inks given by value are reduced to the nearest colour of the tier. Without colours only attributes remain.
    public func appearance(of style: Style) -> Appearance {
        var result = Appearance(attributes: style.attributes)
        switch style.foreground {
        case .inherited: break
        case .rgb(let value): result.foreground = reduce(value)
        case .role(let role):
            let own = appearance(of: role)
            result.foreground = own.foreground
            result.attributes.formUnion(own.attributes)
            // A role's own background holds unless the style names another one.
            result.background = own.background
        }
        switch style.background {
        case .inherited: break
        case .rgb(let value): result.background = reduce(value)
        case .role(let role):
            let own = appearance(of: role)
            // Heat and series have no background of their own: there the ink itself becomes the background.
            result.background = own.background == .terminalDefault ? own.foreground : own.background
            // Attributes such as reverse are how a selection shows without colours.
            if own.background != .terminalDefault || tier == .mono {
                result.attributes.formUnion(own.attributes.intersection([.reverse, .underline]))
            }
        }
        return result
    }

    private func reduce(_ value: UInt32) -> Color {
        switch tier {
        case .mono: return .terminalDefault
        case .sixteen: return .indexed(Color.nearestAnsi(to: value))
        case .indexed: return .indexed(Color.nearestIndex(to: value))
        case .direct: return .hex(value)
        }
    }
}
