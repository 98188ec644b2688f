// SPDX-License-Identifier: Apache-2.0
// A curve in one row of text.

/// A curve as a row of bars of eighths, one per column; absent columns are blank, NaN is a cross.
public struct Sparkline: Widget {
    /// The points.
    public var points: SeriesPyramid
    /// The range from lowest to highest bar; `nil` takes that of the points.
    public var range: ClosedRange<Double>?
    /// The look.
    public var style: Style

    /// Creates a sparkline.
    public init(_ points: SeriesPyramid, range: ClosedRange<Double>? = nil, style: Style = Style(.series(0))) {
        self.points = points
        self.range = range
        self.style = style
    }

    /// Draws into the last row: per column the mean of its points, over the whole x range.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard !area.isEmpty, let window = points.xRange, let values = range ?? points.yRange ?? nanRange else {
            return
        }
        let x = ChartScale(window)
        let extent = values.upperBound - values.lowerBound
        var start = 0
        for column in 0..<area.width {
            let end =
                column == area.width - 1
                ? points.count
                : points.steps.partition(start..<points.count) {
                    x.fraction(of: $0) * Double(area.width) >= Double(column + 1)
                }
            let summary = points.summary(start..<end)
            start = end
            guard summary.count > 0 else { continue }
            let position = Position(row: area.bottom - 1, column: area.left + column)
            guard let mean = summary.mean else {
                buffer.write("×", at: position, style: Style(.bad))
                continue
            }
            let fraction = extent > 0 ? (mean - values.lowerBound) / extent : 0.5
            let eighths = 1 + Int((min(1, max(0, fraction)) * 7).rounded())
            buffer.put(
                Cell(Eighths.vertical(eighths, buffer.capabilities.glyphs), style: style), row: position.row,
                column: position.column)
        }
    }

    /// Only values that are not finite: any range will do for the crosses.
    private var nanRange: ClosedRange<Double>? { points.isEmpty ? nil : 0...1 }
}
