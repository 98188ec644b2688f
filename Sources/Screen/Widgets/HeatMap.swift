// SPDX-License-Identifier: Apache-2.0
// A matrix of values as brightness.

/// Values in rows and columns, one block of cells each.
public struct HeatMap: Widget {
    /// The values, row by row; NaN is drawn as a cross.
    public var rows: [[Double]]
    /// The values at the ends of the ramp; `nil` takes the smallest and the largest.
    public var range: ClosedRange<Double>?
    /// Columns per value; 2 makes values nearly square.
    public var cellWidth: Int

    /// Creates a heat map.
    public init(rows: [[Double]], range: ClosedRange<Double>? = nil, cellWidth: Int = 2) {
        self.rows = rows
        self.range = range
        self.cellWidth = max(1, cellWidth)
    }

    /// Draws one row of cells per row of values; what does not fit is left out.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let range = range ?? HeatMap.range(rows.joined())
        for (line, values) in rows.prefix(area.height).enumerated() {
            for (index, value) in values.prefix((area.width + cellWidth - 1) / cellWidth).enumerated() {
                for offset in 0..<cellWidth {
                    buffer.put(
                        Shade.cell(value, in: range, buffer.capabilities), row: area.top + line,
                        column: area.left + index * cellWidth + offset)
                }
            }
        }
    }

    /// Smallest and largest finite value; 0...1 without any.
    static func range(_ values: some Sequence<Double>) -> ClosedRange<Double> {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
        return low <= high ? low...high : 0...1
    }
}

/// Brightness in one cell: a colour of the heat ramp, or a denser glyph where there are too few colours.
enum Shade {
    /// A cell for `value` in `range`; a cross for NaN.
    static func cell(_ value: Double, in range: ClosedRange<Double>, _ capabilities: Capabilities) -> Cell {
        guard !value.isNaN else { return Cell(capabilities.glyphs == .ascii ? "x" : "×", style: Style(.bad)) }
        let fraction = fraction(value, in: range)
        if capabilities.colors >= .indexed {
            return Cell(" ", style: Style(foreground: .inherited, background: .role(.heat(fraction: fraction))))
        }
        return Cell(glyph(fraction, capabilities.glyphs), style: .plain)
    }

    /// Where `value` lies in `range`, clamped to [0, 1]; 0.5 in a range without extent, 0 for NaN.
    static func fraction(_ value: Double, in range: ClosedRange<Double>) -> Double {
        if value.isNaN { return 0 }
        let extent = range.upperBound - range.lowerBound
        return extent > 0 ? min(1, max(0, (value - range.lowerBound) / extent)) : 0.5
    }

    /// A glyph that covers about `fraction` of its cell.
    static func glyph(_ fraction: Double, _ tier: GlyphTier) -> Unicode.Scalar {
        let ramp: [Unicode.Scalar] =
            tier == .ascii ? [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"] : [" ", "░", "▒", "▓", "█"]
        let clamped = fraction.isNaN ? 0 : min(1, max(0, fraction))
        return ramp[min(ramp.count - 1, Int(clamped * Double(ramp.count)))]
    }
}
