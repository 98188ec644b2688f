// SPDX-License-Identifier: Apache-2.0
// Moves of single points above a density: where each was, where it wanted to go, and whether it went.

/// A place in the plane.
public struct PlotPoint: Hashable, Sendable {
    /// Horizontal coordinate.
    public var x: Double
    /// Vertical coordinate.
    public var y: Double

    /// Creates a place.
    public init(x: Double, y: Double) {
        (self.x, self.y) = (x, y)
    }
}

/// A point that went to a new place, or was refused there.
public struct PlotMove: Hashable, Sendable {
    /// Where it was; `nil` when that is not known.
    public var from: PlotPoint?
    /// Where it wanted to go.
    public var to: PlotPoint
    /// Whether it went there.
    public var isAccepted: Bool
    /// The curve colour that tells it from others.
    public var colorIndex: Int

    /// Creates a move.
    public init(from: PlotPoint?, to: PlotPoint, isAccepted: Bool, colorIndex: Int) {
        self.from = from
        self.to = to
        self.isAccepted = isAccepted
        self.colorIndex = colorIndex
    }
}

extension DensityPlot {
    /// Draws moves: a line to a filled circle where a point went, a dotted one to a cross where it was refused; an open
    /// circle is where it was.
    func drawMoves(on buffer: inout CellBuffer, frame: ChartFrame) {
        let plot = frame.plot
        var canvas = DotCanvas(height: plot.height, width: plot.width, glyphs: buffer.capabilities.glyphs)
        func dots(_ point: PlotPoint) -> (x: Double, y: Double) {
            (
                frame.x.fraction(of: point.x) * Double(canvas.dotWidth),
                (1 - frame.y.fraction(of: point.y)) * Double(canvas.dotHeight)
            )
        }
        for move in moves {
            guard let from = move.from else { continue }
            let (start, end) = (dots(from), dots(move.to))
            let layer = canvas.addLayer(
                style: Style(.series(move.colorIndex)), pattern: move.isAccepted ? .solid : .dotted,
                letter: move.isAccepted ? LinePattern.letter(move.colorIndex) : ".")
            canvas.line(fromX: start.x, y: start.y, toX: end.x, y: end.y, layer: layer)
        }
        canvas.draw(on: &buffer, at: plot.origin)
        func mark(_ point: PlotPoint, _ glyph: String, _ style: Style) {
            guard let column = frame.column(point.x), let row = frame.row(point.y) else { return }
            buffer.write(glyph, at: Position(row: row, column: column), style: style)
        }
        for move in moves {
            let style = Style(.series(move.colorIndex)).with(.bold)
            if let from = move.from { mark(from, move.isAccepted ? "○" : "●", style) }
            mark(move.to, move.isAccepted ? "●" : "×", style)
        }
    }
}
