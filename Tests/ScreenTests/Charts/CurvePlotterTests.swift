// SPDX-License-Identifier: Apache-2.0
// The fast drawing of a curve sets exactly the dots that drawing all its points sets.

import Testing

@testable import Screen

@Suite struct CurvePlotterTests {
    /// Draws every point and every segment, without summaries.
    private func drawAll(_ series: SeriesPyramid, _ plotter: CurvePlotter, _ canvas: inout DotCanvas, layer: Int) {
        // Places as the plotter defines them; what is tested is that summaries lose nothing.
        func place(_ index: Int) -> (x: Double, y: Double)? {
            let y = series.y(at: index)
            return y.isFinite ? (plotter.pointX(series.x(at: index)), plotter.dotY(y)) : nil
        }
        for index in 0..<series.count {
            guard let end = place(index) else { continue }
            let column = Int(end.x.rounded(.down))
            if column >= 0 && column < canvas.dotWidth {
                canvas.vertical(x: column, from: end.y, to: end.y, layer: layer)
            }
            // The point before; within one dot column missing values do not break the line.
            var before = index - 1
            while before >= 0, place(before) == nil, plotter.pointX(series.x(at: before)) == end.x { before -= 1 }
            guard before >= 0, let start = place(before) else { continue }
            let skippedMissing = before < index - 1
            if skippedMissing && start.x != end.x { continue }
            canvas.line(fromX: start.x, y: start.y, toX: end.x, y: end.y, layer: layer)
        }
    }

    private func expectSamePicture(
        _ series: SeriesPyramid, x: ChartScale, y: ChartScale, glyphs: GlyphTier = .braille, _ what: String
    ) {
        var fast = DotCanvas(height: 7, width: 23, glyphs: glyphs)
        var slow = fast
        let plotter = CurvePlotter(x: x, y: y, dotWidth: fast.dotWidth, dotHeight: fast.dotHeight)
        let layers = (fast.addLayer(style: .plain), slow.addLayer(style: .plain))
        _ = plotter.draw(steps: series.steps, values: series.values, into: &fast, layer: layers.0)
        drawAll(series, plotter, &slow, layer: layers.1)
        for row in 0..<fast.height {
            for column in 0..<fast.width {
                let (a, b) = (
                    fast.bits(row: row, column: column, layer: layers.0),
                    slow.bits(row: row, column: column, layer: layers.1)
                )
                if a != b {
                    Issue.record("\(what): cell \(row),\(column) has \(a), all points give \(b)")
                    return
                }
            }
        }
    }

    @Test(arguments: 0..<120)
    func pictureEqualsThatOfAllPoints(seed: Int) {
        var generator = CaseGenerator(state: UInt64(seed))
        let count = [1, 2, 5, 40, 700, 3000][seed % 6]
        var (x, y) = (Double.random(in: -5...5, using: &generator), 0.0)
        var series = SeriesPyramid()
        for _ in 0..<count {
            series.append(x: x, y: Double.random(in: 0...1, using: &generator) < 0.05 ? .nan : y)
            x +=
                seed % 3 == 0
                ? 1
                : Double.random(in: 0...1, using: &generator) < 0.2
                    ? 0 : 3 * Double.random(in: 0...1, using: &generator)
            y += Double.random(in: -1...1, using: &generator)
            if Double.random(in: 0...1, using: &generator) < 0.01 { y *= 20 }
        }
        let all = series.xRange ?? 0...1
        let extent = all.upperBound - all.lowerBound
        // Everything, the middle, a sliver, and far beyond both ends; the whole height and a part of it.
        let windows = [
            all, all.lowerBound + extent * 0.3...all.lowerBound + extent * 0.6,
            all.lowerBound + extent * 0.5...all.lowerBound + extent * 0.5005,
            all.lowerBound - extent - 1...all.upperBound + 5,
        ]
        for window in windows {
            for values in [series.yRange ?? 0...1, -1.5...2] {
                for kind in [ScaleKind.linear, .logarithmic] {
                    expectSamePicture(
                        series, x: ChartScale(window), y: ChartScale(values, kind: kind),
                        glyphs: GlyphTier.allCases[seed % 4], "seed \(seed), x \(window), y \(values), \(kind)")
                }
            }
        }
    }

    @Test func aSingleSpikeInAMillionPointsIsVisible() {
        var series = SeriesPyramid()
        for index in 0..<1_000_000 { series.append(x: Double(index), y: index == 612_345 ? 1 : 0) }
        var canvas = DotCanvas(height: 4, width: 40, glyphs: .braille)
        let layer = canvas.addLayer(style: .plain)
        let plotter = CurvePlotter(
            x: ChartScale(0...999_999), y: ChartScale(0...1), dotWidth: canvas.dotWidth, dotHeight: canvas.dotHeight)
        let marks = plotter.draw(steps: series.steps, values: series.values, into: &canvas, layer: layer)
        #expect((0..<40).filter { canvas.bits(row: 0, column: $0, layer: layer) != 0 } == [24])
        #expect(marks.above.isEmpty && marks.below.isEmpty)
    }

    @Test func reportsWhatIsClippedAndWhatIsNotFinite() {
        let series = SeriesPyramid([0, 5, 0.5, -5, .nan, .infinity, 1])
        var canvas = DotCanvas(height: 2, width: 7, glyphs: .ascii)
        let layer = canvas.addLayer(style: .plain)
        let plotter = CurvePlotter(
            x: ChartScale(0...6), y: ChartScale(0...1), dotWidth: canvas.dotWidth, dotHeight: canvas.dotHeight)
        let marks = plotter.draw(steps: series.steps, values: series.values, into: &canvas, layer: layer)
        #expect(marks.above == [1])
        #expect(marks.below == [3])
        #expect(marks.nonFinite == [4, 5])
        #expect(marks.nonFiniteCount == 2)
    }

    @Test func nonPositiveValuesLieBelowALogarithmicFloor() {
        let series = SeriesPyramid([10, 0, 10, -3, 10])
        var canvas = DotCanvas(height: 2, width: 5, glyphs: .ascii)
        let layer = canvas.addLayer(style: .plain)
        let plotter = CurvePlotter(
            x: ChartScale(0...4), y: ChartScale(1...10, kind: .logarithmic), dotWidth: canvas.dotWidth,
            dotHeight: canvas.dotHeight)
        #expect(plotter.draw(steps: series.steps, values: series.values, into: &canvas, layer: layer).below == [1, 3])
    }
}
