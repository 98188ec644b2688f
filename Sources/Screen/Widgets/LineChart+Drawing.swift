// SPDX-License-Identifier: Apache-2.0
// Puts a line chart onto cells: heading, axes, bands, curves, marks, crosshair, in this order.

extension LineChart {
    /// Heading and framed plot of a chart.
    struct Layout {
        var heading: Rectangle
        var frame: ChartFrame
    }

    /// Draws the chart; without points the heading and a sentence.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let layout = layout(in: area) else {
            drawHeading(on: &buffer, in: area.row(0), layout: nil, nonFiniteCount: 0)
            buffer.write(
                "no points yet", in: area.inset(top: 1).centered(height: 1, width: area.width), style: Style(.dim),
                alignment: .center)
            return
        }
        let frame = layout.frame
        frame.draw(on: &buffer, reserved: crosshairLabel(frame)?.columns ?? 0..<0)
        frame.drawXName(xName, on: &buffer)
        var marks: [(line: Int, marks: CurveMarks)] = []
        buffer.withClip(frame.plot) { buffer in
            frame.drawGrid(on: &buffer)
            drawReferences(on: &buffer, frame: frame)
            marks = drawCurves(on: &buffer, frame: frame)
            drawMarks(marks, on: &buffer, frame: frame)
            drawReferenceLabels(on: &buffer, frame: frame)
        }
        drawCrosshair(on: &buffer, frame: frame)
        drawMarkers(on: &buffer, frame: frame)
        drawHeading(
            on: &buffer, in: layout.heading, layout: layout,
            nonFiniteCount: marks.reduce(0) { $0 + $1.marks.nonFiniteCount })
    }

    /// Heading row and frame; `nil` when there is nothing to draw or no room.
    func layout(in area: Rectangle) -> Layout? {
        guard !area.isEmpty, let window = visibleX else { return nil }
        let hasHeading = area.height >= 3 && !(title.isEmpty && lines.allSatisfy(\.name.isEmpty))
        let (heading, rest) = area.splitTop(hasHeading ? 1 : 0)
        let values = visibleY(in: window) ?? 0...1
        let frame = ChartFrame(
            area: rest, x: ChartScale(window, kind: xScale), y: yAxis(values), xFormat: xFormat,
            showsAxes: showsAxes)
        return frame.plot.isEmpty ? nil : Layout(heading: heading, frame: frame)
    }

    /// The y scale with a margin of a fiftieth, so that curves do not stick to the frame.
    private func yAxis(_ values: ClosedRange<Double>) -> ChartScale {
        if case .fixed = yRange { return ChartScale(values, kind: yScale) }
        let bare = ChartScale(values, kind: yScale)
        guard yScale == .linear else { return ChartScale(bare.value(at: -0.02)...bare.value(at: 1.02), kind: yScale) }
        let margin = (bare.range.upperBound - bare.range.lowerBound) * 0.02
        // Zero is a natural floor: no room below it when nothing is negative.
        let low = values.lowerBound >= 0 && values.lowerBound < margin ? 0 : bare.range.lowerBound - margin
        return ChartScale(low...bare.range.upperBound + margin, kind: yScale)
    }

    private func drawCurves(on buffer: inout CellBuffer, frame: ChartFrame) -> [(line: Int, marks: CurveMarks)] {
        let (glyphs, colors) = (buffer.capabilities.glyphs, buffer.capabilities.colors)
        var canvas = DotCanvas(height: frame.plot.height, width: frame.plot.width, glyphs: glyphs)
        let plotter = CurvePlotter(
            x: frame.x, y: frame.y, dotWidth: canvas.dotWidth, dotHeight: canvas.dotHeight)
        for band in bands { fill(band, plotter: plotter, canvas: &canvas) }
        var marks: [(line: Int, marks: CurveMarks)] = []
        for (index, line) in lines.enumerated() {
            // Seven-bit glyphs tell curves apart by letters, which gaps would only make harder to follow.
            let pattern = glyphs == .ascii ? .solid : line.pattern ?? .series(line.colorIndex, colors: colors)
            let letter = LinePattern.letter(line.colorIndex)
            let rank = index == focusedLine ? 2 : 1
            if let smoothed = line.smoothed {
                let raw = canvas.addLayer(style: Style(.pale(line.colorIndex)), rank: 0, letter: ".")
                let drawn = plotter.draw(
                    steps: line.points.steps, values: line.points.values, into: &canvas, layer: raw)
                marks.append((index, drawn))
                let layer = canvas.addLayer(
                    style: Style(.series(line.colorIndex)), rank: rank, pattern: pattern, letter: letter)
                _ = plotter.draw(steps: line.points.steps, values: smoothed.values, into: &canvas, layer: layer)
            } else {
                let layer = canvas.addLayer(
                    style: Style(.series(line.colorIndex)), rank: rank, pattern: pattern, letter: letter)
                let drawn = plotter.draw(
                    steps: line.points.steps, values: line.points.values, into: &canvas, layer: layer)
                marks.append((index, drawn))
            }
        }
        canvas.draw(on: &buffer, at: frame.plot.origin)
        return marks
    }

    /// A checkerboard of dots between the edges of a band, in each dot column that has points.
    private func fill(_ band: ChartBand, plotter: CurvePlotter, canvas: inout DotCanvas) {
        let layer = canvas.addLayer(style: Style(.pale(band.colorIndex)), rank: -1, letter: ":")
        for column in 0..<canvas.dotWidth {
            let x = plotter.x.value(at: (Double(column)) / Double(max(1, canvas.dotWidth - 1)))
            guard let low = LineChart.value(of: band.lower, at: x), let high = LineChart.value(of: band.upper, at: x)
            else { continue }
            let (top, bottom) = (plotter.dotY(max(low, high)), plotter.dotY(min(low, high)))
            guard bottom >= 0, top < Double(canvas.dotHeight) else { continue }
            let last = Int(min(Double(canvas.dotHeight - 1), bottom))
            for row in Int(max(0, top))...max(Int(max(0, top)), last) where (row + column) % 2 == 0 {
                canvas.dot(x: column, y: row, layer: layer)
            }
        }
    }

    /// The value at `x` on the straight line between the neighbouring points; `nil` outside and where not finite.
    static func value(of series: SeriesPyramid, at x: Double) -> Double? {
        let after = series.steps.lowerBound(x)
        guard after < series.count else { return nil }
        let (rightX, right) = (series.x(at: after), series.y(at: after))
        if rightX == x || after == 0 { return rightX == x && right.isFinite ? right : nil }
        let (leftX, left) = (series.x(at: after - 1), series.y(at: after - 1))
        let value = left + (right - left) * (x - leftX) / (rightX - leftX)
        return value.isFinite ? value : nil
    }

    /// Arrows where values leave the range, crosses on the upper edge where values are not finite.
    private func drawMarks(
        _ marks: [(line: Int, marks: CurveMarks)], on buffer: inout CellBuffer, frame: ChartFrame
    ) {
        let across = buffer.capabilities.glyphs.dotsAcross
        let plot = frame.plot
        func mark(_ columns: [Int], _ glyph: String, row: Int, style: Style) {
            for column in columns {
                buffer.write(glyph, at: Position(row: row, column: plot.left + column / across), style: style)
            }
        }
        for (index, marks) in marks {
            let style = Style(.series(lines[index].colorIndex))
            mark(marks.above, "▲", row: plot.top, style: style)
            mark(marks.below, "▼", row: plot.bottom - 1, style: style)
        }
        for (_, marks) in marks { mark(marks.nonFinite, "×", row: plot.top, style: Style(.bad)) }
    }
}
