// SPDX-License-Identifier: Apache-2.0
// A share over time as a filled area, as high as its rectangle.

/// Fractions as bars that touch, one per column, with a resolution of an eighth of a cell.
public struct Ribbon: Widget {
    /// One fraction per column, clamped to [0, 1]; NaN and missing ones are blank.
    public var fractions: [Double]
    /// The look of the filled part.
    public var style: Style

    /// Creates a ribbon.
    public init(_ fractions: [Double], style: Style = Style(.series(0))) {
        self.fractions = fractions
        self.style = style
    }

    /// Draws the area from the last row up.
    ///
    /// A fraction above 0 shows at least an eighth. The highest eighth stays empty, so that full ribbons one above the
    /// other do not run together.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let full = area.height * 8 - 1
        for (column, fraction) in fractions.prefix(area.width).enumerated() where fraction > 0 {
            let eighths = max(1, Int((min(1, fraction) * Double(full)).rounded()))
            for level in 0..<area.height where eighths > level * 8 {
                let glyph = Eighths.vertical(eighths - level * 8, buffer.capabilities.glyphs)
                buffer.put(Cell(glyph, style: style), row: area.bottom - 1 - level, column: area.left + column)
            }
        }
    }
}
