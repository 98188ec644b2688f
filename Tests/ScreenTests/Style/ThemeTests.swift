// SPDX-License-Identifier: Apache-2.0
// All themes are readable: contrast of text and lines, curves that stay apart, attributes where there are no colours.

import Glibc
import Screen
import Testing

@Suite struct ThemeTests {
    static let colored: [Theme] = Palette.allCases.flatMap { palette in
        [ColorTier.sixteen, .indexed, .direct].map { Theme(palette, tier: $0) }
    }

    /// Roles that carry words.
    static let textRoles: [Role] = [
        .text, .dim, .title, .axis, .focus, .key, .good, .warning, .bad, .selection, .raised,
    ]
    /// Roles that carry lines and bars.
    ///
    /// `faint` is decoration that may be overlooked.
    static let lineRoles: [Role] = [.border, .cursor] + (0..<Role.seriesCount).flatMap { [.series($0), .pale($0)] }

    private func contrast(_ style: Style, _ theme: Theme) -> Double {
        let appearance = theme.appearance(of: style)
        let ink: UInt32 = theme.palette.isLight ? 0x000000 : 0xFFFFFF
        let background = appearance.background.rgbValue ?? theme.palette.assumedBackground
        return Color.contrast(appearance.foreground.rgbValue ?? ink, background)
    }

    @Test(arguments: colored)
    func textHasAContrastOfAtLeast4Point5(theme: Theme) {
        // Sixteen colours are the user's own: what xterm makes of them reaches the bar for lines, not for all text.
        let bar = theme.tier == .sixteen ? 3.9 : 4.5
        for role in Self.textRoles {
            let ratio = contrast(Style(role), theme)
            #expect(ratio >= bar, "\(role.name) has \(ratio) in \(theme.palette), \(theme.tier)")
        }
    }

    @Test(arguments: colored)
    func linesHaveAContrastOfAtLeast3(theme: Theme) {
        for role in Self.lineRoles {
            let ratio = contrast(Style(role), theme)
            #expect(ratio >= 3, "\(role.name) has \(ratio) in \(theme.palette), \(theme.tier)")
        }
    }

    @Test(arguments: colored.filter { $0.tier != .sixteen })
    func selectedRowsStayReadable(theme: Theme) {
        #expect(contrast(Style(.text, on: .selection), theme) >= 4.5)
        for role in [.dim, .good, .warning, .bad] + (0..<Role.seriesCount).map(Role.series) {
            for background in [Role.selection, .raised] {
                let ratio = contrast(Style(role, on: background), theme)
                #expect(ratio >= 3, "\(role.name) on \(background.name) has \(ratio) in \(theme.palette)")
            }
        }
    }

    @Test(arguments: Palette.allCases)
    func heatRampsChangeLightnessEvenlyInOneDirection(palette: Palette) {
        for tier in [ColorTier.indexed, .direct] {
            let theme = Theme(palette, tier: tier)
            let levels = (0..<Role.heatCount).map { level in
                Color.luminance(theme.appearance(of: .heat(level)).foreground.rgbValue ?? 0)
            }
            for (low, high) in zip(levels, levels.dropFirst()) {
                // 256 colours round neighbouring steps, but never by more than this.
                let step = palette.isLight ? low - high : high - low
                #expect(step > (tier == .direct ? 0 : -0.04), "\(palette) \(tier): \(levels)")
            }
            #expect(
                Color.contrast(
                    theme.appearance(of: .heat(15)).foreground.rgbValue ?? 0, palette.assumedBackground) > 10)
        }
    }

    @Test func coloursOfCurvesStayApart() {
        for palette in Palette.allCases {
            let isSafe = palette == .safeDark || palette == .safeLight
            for tier in [ColorTier.indexed, .direct] {
                let theme = Theme(palette, tier: tier)
                let colors = (0..<Role.seriesCount).map { theme.appearance(of: .series($0)).foreground.rgbValue ?? 0 }
                for first in colors.indices {
                    for second in colors.indices where second > first {
                        for vision in isSafe ? Vision.allCases : [.normal] {
                            let distance = vision.distance(colors[first], colors[second])
                            #expect(
                                distance >= 0.1, "\(palette) \(tier): curves \(first) and \(second), \(vision)")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: colored.filter { $0.tier != .sixteen })
    func paleShadesLieBetweenTheirColourAndTheBackground(theme: Theme) {
        for index in 0..<Role.seriesCount {
            let (strong, pale) = (contrast(Style(.series(index)), theme), contrast(Style(.pale(index)), theme))
            // Some entries of the cube have no paler neighbour that still reaches 3:1.
            #expect(
                theme.tier == .direct ? pale < strong : pale <= strong, "\(theme.palette) \(theme.tier), curve \(index)"
            )
            let (own, other) = (
                theme.appearance(of: .series(index)).foreground.rgbValue ?? 0,
                theme.appearance(of: .pale(index)).foreground.rgbValue ?? 0
            )
            for shift in [UInt32(16), 8, 0] {
                let (a, b) = (Int(own >> shift & 0xFF), Int(other >> shift & 0xFF))
                // The cube rounds by up to 48.
                #expect(theme.palette.isLight ? b >= a - 48 : b <= a + 48)
            }
        }
    }

    @Test func withoutColoursNothingButAttributesRemains() {
        let theme = Theme(.dark, tier: .mono)
        for role in Role.allCases {
            let appearance = theme.appearance(of: role)
            #expect(appearance.foreground == .terminalDefault && appearance.background == .terminalDefault)
        }
        #expect(theme.appearance(of: Style(.selection)).attributes.contains(.reverse))
        #expect(theme.appearance(of: Style(.text, on: .selection)).attributes.contains(.reverse))
        #expect(theme.appearance(of: Style(.bad)).attributes != theme.appearance(of: Style(.good)).attributes)
        #expect(theme.appearance(of: Style(foreground: .rgb(0xFF0000))).foreground == .terminalDefault)
    }

    @Test func curvesDifferByPatternWhereColoursDoNotTellThemApart() {
        for tier in ColorTier.allCases {
            for palette in Palette.allCases {
                let theme = Theme(palette, tier: tier)
                var seen: [String] = []
                for index in 0..<(tier == .mono ? LinePattern.allCases.count : Role.seriesCount) {
                    let look =
                        "\(theme.appearance(of: .series(index)).foreground) \(LinePattern.series(index, colors: tier))"
                    #expect(!seen.contains(look), "\(palette) \(tier): \(look)")
                    seen.append(look)
                }
            }
        }
    }

    @Test func inksGivenByValueAreReducedToTheTier() {
        let style = Style(foreground: .rgb(0xFF0000), background: .rgb(0x808080))
        #expect(Theme(.dark, tier: .direct).appearance(of: style).foreground == .hex(0xFF0000))
        #expect(Theme(.dark, tier: .indexed).appearance(of: style).foreground == .indexed(196))
        #expect(Theme(.dark, tier: .indexed).appearance(of: style).background == .indexed(244))
        #expect(Theme(.dark, tier: .sixteen).appearance(of: style).foreground == .indexed(9))
    }

    @Test func heatAsABackgroundIsTheHeatColour() {
        let theme = Theme(.dark, tier: .direct)
        let style = Style(foreground: .inherited, background: .role(.heat(15)))
        #expect(theme.appearance(of: style).background == theme.appearance(of: .heat(15)).foreground)
    }
}

/// Ways of seeing colour, simulated by the matrices of Machado, Oliveira and Fernandes (2009) for full severity.
enum Vision: CaseIterable {
    case normal, protanopia, deuteranopia

    private var matrix: [[Double]] {
        switch self {
        case .normal: return [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia:
            return [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
            ]
        case .deuteranopia:
            return [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
            ]
        }
    }

    /// Distance of two colours in OKLab as seen this way; about 0.02 is just noticeable side by side.
    func distance(_ first: UInt32, _ second: UInt32) -> Double {
        zip(lab(first), lab(second)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    private func lab(_ color: UInt32) -> [Double] {
        let linear = [16, 8, 0].map { shift -> Double in
            let value = Double(color >> UInt32(shift) & 0xFF) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        func apply(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
            matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        let seen = apply(matrix, linear).map { min(1, max(0, $0)) }
        let cones = apply(
            [
                [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ], seen
        ).map { cbrt($0) }
        return apply(
            [
                [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ], cones)
    }
}
