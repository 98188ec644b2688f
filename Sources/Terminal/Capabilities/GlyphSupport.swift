// SPDX-License-Identifier: Apache-2.0
// Which glyphs may be offered: those that the C library gives one column, since ncurses prints blanks for the others.

internal import CPlatform
public import Screen

/// Probes of the glyph tiers.
public enum GlyphSupport {
    /// The richest tier whose every glyph takes one column in the current locale, limited by what the terminal's own
    /// fonts are known to hold.
    ///
    /// - Parameters:
    ///   - characterSet: what `CharacterSet.adoptLocale` found.
    ///   - terminalName: the `TERM` variable.
    public static func bestTier(characterSet: CharacterSet, terminalName: String) -> GlyphTier {
        // A real VT100 to VT420, or a program that says it is one, shows seven bits.
        guard characterSet.isUnicode, !terminalName.hasPrefix("vt") else { return .ascii }
        let isConsole = terminalName == "linux" || terminalName.hasPrefix("linux-")
        for tier in [GlyphTier.braille, .block, .half] {
            // The fonts of the Linux console have at most 512 glyphs: half blocks, no quadrants, no braille.
            if isConsole && tier > .half { continue }
            if scalars(of: tier).allSatisfy({ elbo_column_width($0) == 1 }) { return tier }
        }
        return .ascii
    }

    /// The code points that a tier draws with, box lines included.
    static func scalars(of tier: GlyphTier) -> [UInt32] {
        let lines = Array(UInt32(0x2500)...0x257F)
        let eighthsAndHalves = Array(UInt32(0x2580)...0x2595)
        switch tier {
        case .ascii: return Array(0x20...0x7E)
        case .half: return lines + eighthsAndHalves
        case .block: return lines + eighthsAndHalves + Array(0x2596...0x259F)
        case .braille: return lines + eighthsAndHalves + Array(0x2800...0x28FF)
        }
    }
}
