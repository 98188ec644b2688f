// SPDX-License-Identifier: Apache-2.0
// Colours as a terminal gets them, and how well two of them can be told apart.

import Glibc

/// A colour that a terminal understands.
public enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case terminalDefault
    /// An entry of the terminal's palette: 0-15 are its ANSI colours, 16-231 the 6x6x6 cube, 232-255 greys.
    case indexed(UInt8)
    /// Red, green and blue, 0-255 each, in sRGB.
    case rgb(red: UInt8, green: UInt8, blue: UInt8)

    /// An sRGB colour from `0xRRGGBB`.
    public static func hex(_ value: UInt32) -> Color {
        .rgb(
            red: UInt8(value >> 16 & 0xFF), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF))
    }

    /// `0xRRGGBB`; palette entries 0-15 have the values of xterm, `nil` for the terminal's default.
    public var rgbValue: UInt32? {
        switch self {
        case .terminalDefault: return nil
        case .rgb(let red, let green, let blue): return UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        case .indexed(let index): return Color.paletteValue(Int(index))
        }
    }

    /// The nearest entry of the cube or the grey ramp (16-255), which look alike on all terminals.
    public static func nearestIndex(to value: UInt32) -> UInt8 {
        let channels = [16, 8, 0].map { Int(value >> UInt32($0) & 0xFF) }
        let steps = channels.map { channel in
            cubeLevels.indices.min { abs(cubeLevels[$0] - channel) < abs(cubeLevels[$1] - channel) } ?? 0
        }
        let cube = 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
        let grey = 232 + min(23, max(0, (channels.reduce(0, +) / 3 - 8 + 5) / 10))
        func distance(_ index: Int) -> Int {
            let other = paletteValue(index)
            return zip([16, 8, 0], channels).reduce(0) { sum, pair in
                let difference = Int(other >> UInt32(pair.0) & 0xFF) - pair.1
                return sum + difference * difference
            }
        }
        return UInt8(distance(grey) < distance(cube) ? grey : cube)
    }

    /// The nearest of the sixteen ANSI colours, with the values of xterm.
    public static func nearestAnsi(to value: UInt32) -> UInt8 {
        func distance(_ index: Int) -> Int {
            [16, 8, 0].reduce(0) { sum, shift in
                let difference = Int(ansi[index] >> UInt32(shift) & 0xFF) - Int(value >> UInt32(shift) & 0xFF)
                return sum + difference * difference
            }
        }
        return UInt8(ansi.indices.min { distance($0) < distance($1) } ?? 0)
    }

    /// Relative luminance of WCAG 2: 0 is black, 1 is white.
    public static func luminance(_ value: UInt32) -> Double {
        func linear(_ shift: UInt32) -> Double { linearLevels[Int(value >> shift & 0xFF)] }
        return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
    }

    /// Contrast ratio of WCAG 2 between two `0xRRGGBB` values, from 1 (equal) to 21 (black on white).
    public static func contrast(_ first: UInt32, _ second: UInt32) -> Double {
        let (a, b) = (luminance(first), luminance(second))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private static let cubeLevels = [0, 95, 135, 175, 215, 255]
    private static let ansi: [UInt32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
    /// The sRGB transfer function at all 256 levels.
    static let linearLevels: [Double] = (0...255).map { level in
        let value = Double(level) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }

    private static func paletteValue(_ index: Int) -> UInt32 {
        if index < 16 { return ansi[max(0, index)] }
        if index >= 232 {
            let level = UInt32(8 + 10 * (min(255, index) - 232))
            return level << 16 | level << 8 | level
        }
        let cube = index - 16
        return UInt32(cubeLevels[cube / 36]) << 16 | UInt32(cubeLevels[cube / 6 % 6]) << 8
            | UInt32(cubeLevels[cube % 6])
    }
}
