// SPDX-License-Identifier: Apache-2.0
// Many points of the plane as density, with the contour lines of a known target behind them.

/// A cloud of points: dots where points are, coloured by how many share a cell.
public struct DensityPlot: Widget {
    /// The heading; drawn from five rows on.
    public var title: String
    /// Horizontal coordinates.
    public var x: [Double]
    /// Vertical coordinates, as many as horizontal ones.
    public var y: [Double]
    /// The visible part of the x axis.
    public var xRange: ClosedRange<Double>
    /// The visible part of the y axis.
    public var yRange: ClosedRange<Double>
    /// A function over the visible part, such as the log density of the target.
    public var field: ScalarField?
    /// Values of the field at which contour lines run.
    public var levels: [Double]
    /// Moves of single points, drawn above all others.
    public var moves: [PlotMove] = []

    /// Creates a plot; points that are not finite or not visible are not drawn.
    public init(
        title: String = "", x: [Double], y: [Double], xRange: ClosedRange<Double>, yRange: ClosedRange<Double>,
        field: ScalarField? = nil, levels: [Double] = []
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.xRange = xRange
        self.yRange = yRange
        self.field = field
        self.levels = levels
    }

    /// Draws heading, axes, contour lines and points.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let (heading, rest) = area.splitTop(area.height >= 5 && !title.isEmpty ? 1 : 0)
        buffer.write(title, in: heading, style: Style(.title))
        let frame = ChartFrame(area: rest, x: ChartScale(xRange), y: ChartScale(yRange))
        frame.draw(on: &buffer)
        let plot = frame.plot
        guard !plot.isEmpty else { return }
        buffer.withClip(plot) { buffer in
            drawField(on: &buffer, in: plot)
            drawPoints(on: &buffer, frame: frame)
            drawMoves(on: &buffer, frame: frame)
        }
    }

    private func drawField(on buffer: inout CellBuffer, in plot: Rectangle) {
        guard let field else { return }
        var canvas = DotCanvas(height: plot.height, width: plot.width, glyphs: buffer.capabilities.glyphs)
        let layer = canvas.addLayer(style: Style(.border))
        field.drawContours(at: levels, into: &canvas, layer: layer)
        canvas.draw(on: &buffer, at: plot.origin)
    }

    private func drawPoints(on buffer: inout CellBuffer, frame: ChartFrame) {
        let (plot, glyphs) = (frame.plot, buffer.capabilities.glyphs)
        let (across, down) = (glyphs.dotsAcross, glyphs.dotsDown)
        let (width, height) = (plot.width * across, plot.height * down)
        var counts = [Int32](repeating: 0, count: plot.width * plot.height)
        var dots = [UInt8](repeating: 0, count: counts.count)
        var most: Int32 = 0
        for (x, y) in zip(x, y) {
            let (placeX, placeY) = (frame.x.fraction(of: x), 1 - frame.y.fraction(of: y))
            guard placeX >= 0, placeX <= 1, placeY >= 0, placeY <= 1 else { continue }
            let (dotX, dotY) = (
                min(width - 1, Int(placeX * Double(width))), min(height - 1, Int(placeY * Double(height)))
            )
            let cell = dotY / down * plot.width + dotX / across
            counts[cell] += 1
            most = max(most, counts[cell])
            dots[cell] |= 1 << UInt8(dotY % down * across + dotX % across)
        }
        // Logarithmic, so that tails of a few points and modes of thousands are both visible.
        let scale = ChartScale(0.5...max(2, Double(most)), kind: .logarithmic)
        for row in 0..<plot.height {
            for column in 0..<plot.width where counts[row * plot.width + column] > 0 {
                let index = row * plot.width + column
                let fraction = scale.fraction(of: Double(counts[index]))
                let level = Int(3 + fraction * Double(Role.heatCount - 4) + 0.5)
                let hasColors = buffer.capabilities.colors >= .indexed
                let glyph =
                    glyphs == .ascii ? Shade.glyph(max(0.1, fraction), .ascii) : DotGlyphs.glyph(dots[index], glyphs)
                buffer.put(
                    Cell(glyph, style: hasColors ? Style(.heat(level)) : .plain), row: plot.top + row,
                    column: plot.left + column)
            }
        }
    }
}
