// SPDX-License-Identifier: Apache-2.0
// Colour pairs of ncurses, each defined before it is used: a cell with an undefined pair shows black on black.

internal import CNcurses
internal import Screen

/// What ncurses is told about a cell's look.
struct CellLook: Hashable {
    var attributes: attr_t
    var pair: Int32
}

/// Allocates pairs on demand and never redefines one, since ncurses would repaint all cells that have it.
struct ColorPairs {
    private struct Key: Hashable {
        var foreground: Int32
        var background: Int32
    }

    private let tier: ColorTier
    private let colors: Int32
    private let limit: Int32
    private let hasDefaultColors: Bool
    private var pairs: [Key: Int32] = [:]

    /// Pairs that were defined so far.
    var count: Int { pairs.count }

    /// Starts with the pair of the terminal's own colours, number 0.
    ///
    /// - Precondition: `start_color` was called unless `tier` is `mono`.
    init(tier: ColorTier, hasDefaultColors: Bool) {
        self.tier = tier
        self.hasDefaultColors = hasDefaultColors
        colors = elbo_colors()
        limit = elbo_color_pairs()
    }

    /// Attributes and a defined pair for an appearance.
    mutating func look(_ appearance: Appearance) -> CellLook {
        var attributes: attr_t = 0
        let wanted = appearance.attributes
        if wanted.contains(.bold) { attributes |= elbo_attribute_bold() }
        if wanted.contains(.dim) { attributes |= elbo_attribute_dim() }
        if wanted.contains(.italic) { attributes |= elbo_attribute_italic() }
        if wanted.contains(.underline) { attributes |= elbo_attribute_underline() }
        if wanted.contains(.reverse) { attributes |= elbo_attribute_reverse() }
        guard tier != .mono else { return CellLook(attributes: attributes, pair: 0) }
        var key = Key(
            foreground: number(appearance.foreground, missing: 7), background: number(appearance.background, missing: 0)
        )
        if tier != .direct && colors == 8 { reduceToEight(&key, &attributes) }
        return CellLook(attributes: attributes, pair: pair(key))
    }

    /// Eight colours: the bright ones are the same eight in bold, and nothing may vanish in its background.
    private func reduceToEight(_ key: inout Key, _ attributes: inout attr_t) {
        if key.background >= 8 { key.background -= 8 }
        if key.foreground == 8 {
            // Bright black is grey, which bold black is not everywhere.
            key.foreground = key.background < 0 ? -1 : 7
        } else if key.foreground > 8 {
            key.foreground -= 8
            attributes |= elbo_attribute_bold()
        }
        if key.foreground == key.background && key.background >= 0 {
            // Black, red, blue and magenta are dark.
            key.foreground = [0, 1, 4, 5].contains(key.background) ? 7 : 0
        }
    }

    private mutating func pair(_ key: Key) -> Int32 {
        if let known = pairs[key] { return known }
        if hasDefaultColors && key.foreground < 0 && key.background < 0 { return 0 }
        let next = Int32(pairs.count) + 1
        // Out of pairs or a colour the terminal does not have: its own colours are always readable.
        guard next < limit, init_extended_pair(next, key.foreground, key.background) == OK else { return 0 }
        pairs[key] = next
        return next
    }

    private func number(_ color: Color, missing: Int32) -> Int32 {
        if tier == .direct { return directNumber(color, missing: missing) }
        switch color {
        case .terminalDefault: return hasDefaultColors ? -1 : missing
        case .indexed(let index):
            if Int32(index) < max(colors, 16) { return Int32(index) }
            return Int32(Color.nearestAnsi(to: color.rgbValue ?? 0))
        case .rgb:
            let value = color.rgbValue ?? 0
            return Int32(tier == .indexed ? Color.nearestIndex(to: value) : Color.nearestAnsi(to: value))
        }
    }

    /// With direct colours ncurses still takes 0-7 for the ANSI colours, so that the darkest blues move to 8.
    private func directNumber(_ color: Color, missing: Int32) -> Int32 {
        switch color {
        case .terminalDefault: return hasDefaultColors ? -1 : missing
        case .indexed(let index) where index < 8: return Int32(index)
        case .indexed, .rgb: return max(8, Int32(color.rgbValue ?? 0))
        }
    }
}
