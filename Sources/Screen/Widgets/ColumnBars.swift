// SPDX-License-Identifier: Apache-2.0
// Values as upright bars side by side, in eighths of a cell.

/// One bar per value from a common baseline at 0.
public struct ColumnBars: Widget {
    /// The values; one that is not finite has no bar.
    public var values: [Double]
    /// The value of a full bar upwards.
    public var top: Double
    /// The lowest value, at most 0; bars of negative values hang from the baseline, in whole cells.
    public var bottom: Double
    /// The look.
    public var style: Style

    /// Creates bars.
    public init(_ values: [Double], top: Double, bottom: Double = 0, style: Style = Style(.series(0))) {
        self.values = values
        self.top = top
        self.bottom = min(0, bottom)
        self.style = style
    }

    /// Draws as many values as there are columns, each as wide as fits.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let count = min(values.count, area.width)
        guard count > 0, area.height > 0, top > 0, top.isFinite, bottom.isFinite else { return }
        let width = area.width / count
        let below = bottom < 0 && area.height > 1 ? max(1, Int(Double(area.height) * -bottom / (top - bottom))) : 0
        let above = area.height - min(below, area.height - 1)
        for (index, value) in values.prefix(count).enumerated() where value.isFinite {
            // A blank column keeps bars apart where that costs little.
            for column in index * width..<(index + 1) * width - (width > 2 ? 1 : 0) {
                draw(value, above: above, column: area.left + column, on: &buffer, in: area)
            }
        }
    }

    private func draw(_ value: Double, above: Int, column: Int, on buffer: inout CellBuffer, in area: Rectangle) {
        let glyphs = buffer.capabilities.glyphs
        if value < 0 {
            let cells = Int((min(1, value / min(bottom, -1e-300)) * Double(area.height - above)).rounded(.up))
            for row in 0..<min(cells, area.height - above) {
                buffer.put(Cell(Eighths.vertical(8, glyphs), style: style), row: area.top + above + row, column: column)
            }
            return
        }
        let eighths = Int((min(1, value / top) * Double(above * 8)).rounded())
        for level in 0..<max(value > 0 ? 1 : 0, (eighths + 7) / 8) {
            let glyph = Eighths.vertical(max(1, eighths - level * 8), glyphs)
            buffer.put(Cell(glyph, style: style), row: area.top + above - 1 - level, column: column)
        }
    }
}
