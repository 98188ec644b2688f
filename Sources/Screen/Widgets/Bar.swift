// SPDX-License-Identifier: Apache-2.0
// A horizontal bar with a resolution of an eighth of a cell.

/// A fraction as a bar: `████▌·····`.
public struct Bar: Widget {
    /// The filled fraction; outside of [0, 1] it is clamped, NaN draws an empty bar.
    public var fraction: Double
    /// A second mark, such as the value before a change; drawn as a thin line.
    public var marker: Double?
    /// The look of the filled part.
    public var style: Style
    /// The look of the unfilled part.
    public var trackStyle: Style

    /// Creates a bar.
    public init(
        _ fraction: Double, marker: Double? = nil, style: Style = Style(.series(0)),
        trackStyle: Style = Style(.faint)
    ) {
        self.fraction = fraction
        self.marker = marker
        self.style = style
        self.trackStyle = trackStyle
    }

    /// Draws into the first row.
    ///
    /// A fraction above 0 shows at least an eighth, one below 1 leaves at least an eighth.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard area.width > 0 else { return }
        let steps = buffer.capabilities.glyphs == .ascii ? 1 : 8
        let eighths = Bar.steps(fraction, of: area.width * steps)
        let track: Unicode.Scalar = buffer.capabilities.glyphs == .ascii ? "." : "·"
        for column in 0..<area.width {
            let filled = min(steps, max(0, eighths - column * steps))
            let position = Position(row: area.top, column: area.left + column)
            if filled == 0 {
                buffer.put(Cell(track, style: trackStyle), row: position.row, column: position.column)
            } else {
                let glyph = steps == 1 ? "#" : Eighths.horizontal[filled]
                buffer.put(Cell(glyph, style: style), row: position.row, column: position.column)
            }
        }
        if let marker, marker.isFinite {
            let column = min(area.width - 1, Int(min(1, max(0, marker)) * Double(area.width)))
            buffer.write("│", at: Position(row: area.top, column: area.left + column), style: Style(.cursor))
        }
    }

    /// How many of `total` steps are filled; ends are only reached by 0 and 1 themselves.
    static func steps(_ fraction: Double, of total: Int) -> Int {
        guard fraction > 0 else { return 0 }
        guard fraction < 1 else { return total }
        return min(max(1, Int((fraction * Double(total)).rounded())), max(1, total - 1))
    }
}
