// SPDX-License-Identifier: Apache-2.0
// What a drawn thing means. Widgets name meanings; only a theme turns them into colours.

/// The meaning of a piece of screen, from which a theme chooses its colours and attributes.
public struct Role: Hashable, Sendable {
    /// Index into a theme's table.
    public let rawValue: UInt8

    /// Body text.
    public static let text = Role(rawValue: 0)
    /// Text and lines of less weight: units, hints, raw curves behind smoothed ones.
    public static let dim = Role(rawValue: 1)
    /// Headings.
    public static let title = Role(rawValue: 2)
    /// Axis lines, ticks and their labels.
    public static let axis = Role(rawValue: 3)
    /// Frames and separators; a line, not text.
    public static let border = Role(rawValue: 4)
    /// The focused pane's frame and the cursor of sliders.
    public static let focus = Role(rawValue: 5)
    /// Names of keys in hints.
    public static let key = Role(rawValue: 6)
    /// Something is as it should be.
    public static let good = Role(rawValue: 7)
    /// Something deserves a look.
    public static let warning = Role(rawValue: 8)
    /// Something is wrong.
    public static let bad = Role(rawValue: 9)
    /// The selected row; has a background.
    public static let selection = Role(rawValue: 10)
    /// Bars at the top and bottom of the screen; has a background.
    public static let raised = Role(rawValue: 11)
    /// Text cursor and crosshair.
    public static let cursor = Role(rawValue: 12)
    /// The unfilled part of bars, gridlines: hardly visible on purpose.
    public static let faint = Role(rawValue: 13)

    /// How many colours `series(_:)` cycles through.
    public static let seriesCount = 8
    /// How many steps the heat ramp has.
    public static let heatCount = 16

    /// Curve number `index`, counted from 0; colours repeat after `seriesCount`.
    public static func series(_ index: Int) -> Role {
        Role(rawValue: UInt8(16 + ((index % seriesCount) + seriesCount) % seriesCount))
    }

    /// A paler shade of `series(_:)`, for the raw curve behind a smoothed one and for bands.
    public static func pale(_ index: Int) -> Role { Role(rawValue: series(index).rawValue + 8) }

    /// Step `level` of the heat ramp, 0 (nothing) to `heatCount - 1` (most); clamped.
    public static func heat(_ level: Int) -> Role { Role(rawValue: UInt8(32 + min(heatCount - 1, max(0, level)))) }

    /// The heat step of a fraction in [0, 1]; NaN is step 0.
    public static func heat(fraction: Double) -> Role {
        heat(fraction.isNaN ? 0 : Int(min(1, max(0, fraction)) * Double(heatCount - 1) + 0.5))
    }

    /// Entries of a theme's table.
    static let tableSize = 48

    /// All roles.
    public static let allCases: [Role] =
        (0..<14).map { Role(rawValue: $0) } + (0..<seriesCount).map(series)
        + (0..<seriesCount).map(pale) + (0..<heatCount).map(heat)

    /// The curve number of a series role, or `nil`.
    public var seriesIndex: Int? { (16..<24).contains(rawValue) ? Int(rawValue) - 16 : nil }
    /// The curve number of a pale role, or `nil`.
    public var paleIndex: Int? { (24..<32).contains(rawValue) ? Int(rawValue) - 24 : nil }
    /// The step of a heat role, or `nil`.
    public var heatLevel: Int? { (32..<48).contains(rawValue) ? Int(rawValue) - 32 : nil }

    /// The role's name in style maps and settings, such as `title` or `series 2`.
    public var name: String {
        let names = [
            "text", "dim", "title", "axis", "border", "focus", "key", "good", "warning", "bad", "selection",
            "raised", "cursor", "faint",
        ]
        if let seriesIndex { return "series \(seriesIndex + 1)" }
        if let paleIndex { return "pale \(paleIndex + 1)" }
        if let heatLevel { return "heat \(heatLevel)" }
        return Int(rawValue) < names.count ? names[Int(rawValue)] : "role \(rawValue)"
    }
}
