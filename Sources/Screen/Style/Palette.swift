// SPDX-License-Identifier: Apache-2.0
// Which palettes there are and how a table entry becomes an appearance in each colour tier.

/// A set of colours chosen to belong together on one kind of background.
public enum Palette: String, CaseIterable, Sendable {
    /// For dark backgrounds.
    case dark
    /// For light backgrounds.
    case light
    /// For dark backgrounds; all pairs of curves stay apart with red-green blindness.
    case safeDark
    /// For light backgrounds; all pairs of curves stay apart with red-green blindness.
    case safeLight

    /// Whether it is made for light backgrounds.
    public var isLight: Bool { self == .light || self == .safeLight }

    /// The background that contrast is computed against: black or white.
    public var assumedBackground: UInt32 { isLight ? 0xFFFFFF : 0x000000 }

    /// The palette after this one, for a key that walks through them.
    public var next: Palette {
        let all = Palette.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }

    /// Colours of a role: `0xRRGGBB`, an ANSI colour for terminals with sixteen, and attributes for all tiers.
    struct Entry {
        var foreground: UInt32?
        var background: UInt32?
        var ansi: UInt8?
        var ansiBackground: UInt8?
        var attributes: Attributes
        /// Attributes that stand in for the colours on terminals without any.
        var mono: Attributes

        init(
            _ foreground: UInt32? = nil, on background: UInt32? = nil, ansi: UInt8? = nil,
            onAnsi ansiBackground: UInt8? = nil, _ attributes: Attributes = [], mono: Attributes = []
        ) {
            self.foreground = foreground
            self.background = background
            self.ansi = ansi
            self.ansiBackground = ansiBackground
            self.attributes = attributes
            self.mono = mono
        }
    }

    func appearance(of role: Role, tier: ColorTier) -> Appearance {
        let entry = entry(of: role)
        switch tier {
        case .mono: return Appearance(attributes: entry.mono)
        case .sixteen:
            return Appearance(
                foreground: entry.ansi.map { .indexed($0) } ?? .terminalDefault,
                background: entry.ansiBackground.map { .indexed($0) } ?? .terminalDefault,
                attributes: entry.attributes)
        case .indexed:
            return Appearance(
                foreground: entry.foreground.map { .indexed(Color.nearestIndex(to: $0)) } ?? .terminalDefault,
                background: entry.background.map { .indexed(Color.nearestIndex(to: $0)) } ?? .terminalDefault,
                attributes: entry.attributes)
        case .direct:
            return Appearance(
                foreground: entry.foreground.map { .hex($0) } ?? .terminalDefault,
                background: entry.background.map { .hex($0) } ?? .terminalDefault, attributes: entry.attributes)
        }
    }

    private func entry(of role: Role) -> Entry {
        if let index = role.seriesIndex { return series[index] }
        if let index = role.paleIndex { return pale(series[index]) }
        if let level = role.heatLevel {
            let ramp = isLight ? Palette.lightHeat : Palette.darkHeat
            let ansi: [UInt8] = isLight ? [15, 7, 6, 4, 0] : [0, 8, 4, 6, 15]
            // Sixteen colours have no ramp of sixteen steps: five are told apart.
            return Entry(ramp[level], ansi: ansi[level * ansi.count / Role.heatCount], mono: level > 8 ? .bold : [])
        }
        return (isLight ? Palette.lightRoles : Palette.darkRoles)[role] ?? Entry()
    }

    /// The colour moved towards the background as far as lines stay visible at a contrast of 3:1.
    private func pale(_ entry: Entry) -> Entry {
        guard let color = entry.foreground else { return Entry(mono: .dim) }
        for percent in stride(from: UInt32(45), through: 95, by: 5) {
            let mixed = [16, 8, 0].reduce(UInt32(0)) { result, shift in
                let (own, other) = (color >> UInt32(shift) & 0xFF, assumedBackground >> UInt32(shift) & 0xFF)
                return result | ((own * percent + other * (100 - percent)) / 100) << UInt32(shift)
            }
            let shown = Color.indexed(Color.nearestIndex(to: mixed)).rgbValue ?? mixed
            if min(Color.contrast(mixed, assumedBackground), Color.contrast(shown, assumedBackground)) >= 3 {
                return Entry(mixed, ansi: 8, mono: .dim)
            }
        }
        return Entry(color, ansi: 8, mono: .dim)
    }
}
