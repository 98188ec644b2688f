// SPDX-License-Identifier: Apache-2.0
// What line charts show, drawn; and the arithmetic of their ranges and cursors.

import Screen
import TestSupport
import Testing

@Suite struct LineChartTests {
    private let ramp = SeriesPyramid((0...100).map { Double($0) / 100 })

    @Test func drawsAxesTitleAndLegend() {
        var chart = LineChart(title: "accuracy", lines: [ChartLine("train", ramp)])
        chart.xName = "step"
        expectDrawing(
            chart, height: 10, width: 44,
            """
            accuracy                            ━━ train
            1.0┤   ·   ·   ·   ·   ·   ·   ·   ·   ⣀⣠⠤⠔⠒
               │                             ⣀⣀⠤⠔⠊⠉⠁
               │                       ⢀⣀⠤⠔⠚⠉⠁
            0.5┤   ·   ·   ·   · ⢀⣀⠤⠔⠚⠉⠁   ·   ·   ·   ·
               │           ⢀⣀⠤⠖⠒⠉⠁
               │     ⢀⣠⠤⠔⠒⠉⠁
              0┤⣀⠤⠔⠒⠉⠁ ·   ·   ·   ·   ·   ·   ·   ·   ·
               └┬───────────────────┬──────────────────┬
                0                   50               100
            """)
    }

    @Test func goldenOfAllElements() {
        for (height, width) in [(24, 80), (50, 200), (10, 40)] {
            expectGolden(sampleChart().rendered(height: height, width: width), "line-chart-\(height)x\(width)")
        }
        let seven = Capabilities(glyphs: .ascii, colors: .mono)
        expectGolden(sampleChart().rendered(height: 16, width: 60, capabilities: seven), "line-chart-ascii")
        let block = Capabilities(glyphs: .block, colors: .sixteen)
        expectGolden(sampleChart().rendered(height: 16, width: 60, capabilities: block), "line-chart-block")
    }

    @Test func goldenOfALogarithmicAxisWithZeros() {
        var values = (0..<300).map { 100 / Double(($0 + 1) * ($0 + 1)) }
        values[150] = 0
        var chart = LineChart(title: "gradient norm", lines: [ChartLine("a", SeriesPyramid(values))])
        chart.yScale = .logarithmic
        chart.yRange = .all
        expectGolden(chart.rendered(height: 16, width: 60), "line-chart-logarithmic")
    }

    @Test func clippedExtremesAreMarkedByArrows() {
        var values = [Double](repeating: 0, count: 100)
        for index in values.indices { values[index] = Double(index % 5) }
        values[20] = 1e6
        values[60] = -1e6
        let chart = LineChart(lines: [ChartLine("", SeriesPyramid(values))])
        let lines = chart.rendered(height: 10, width: 40).lines()
        #expect(lines[0].contains("▲") && !lines[0].contains("▼"))
        #expect(lines[7].contains("▼"))
        var full = chart
        full.yRange = .all
        let text = full.rendered(height: 10, width: 40).text()
        #expect(!text.contains("▲") && !text.contains("▼"))
    }

    @Test func missingValuesAreMarkedAndCounted() {
        let chart = LineChart(title: "t", lines: [ChartLine("a", SeriesPyramid([1, .nan, .nan, 2, .infinity, 3]))])
        let lines = chart.rendered(height: 10, width: 60).lines()
        #expect(lines[0].hasPrefix("t ×3 not finite"))
        #expect(lines[1].filter { $0 == "×" }.count == 3)
    }

    @Test func crosshairReadsTheNearestPoint() {
        var chart = LineChart(
            title: "t",
            lines: [ChartLine("a", ramp, smoothed: SmoothedSeries(ramp, weight: 0.5)), ChartLine("b", ramp)])
        chart.crosshair = 24.6
        let buffer = chart.rendered(height: 10, width: 70)
        #expect(buffer.lines()[0].contains("a 0.24 (0.25)"))
        #expect(buffer.lines()[0].contains("b 0.25"))
        #expect(buffer.lines()[9].contains(" 24.6 "))
        #expect(buffer.lines()[3].contains("│"))
    }

    @Test func columnsAndValuesBelongTogether() {
        let chart = LineChart(lines: [ChartLine("", ramp)])
        let area = Rectangle(height: 10, width: 44)
        #expect(chart.x(atColumn: 0, in: area) == nil, "the y axis")
        // The plot has 40 columns, 4 to 43; column 24 is the 21st and its middle lies at 20.5 of 40.
        expectClose(chart.x(atColumn: 24, in: area) ?? .nan, 100 * 20.5 / 40, relative: 1e-12)
        #expect(chart.x(atColumn: 44, in: area) == nil)
        #expect(LineChart(lines: []).x(atColumn: 5, in: area) == nil)
    }

    @Test func windowsShowTheirPartOnly() {
        var chart = LineChart(lines: [ChartLine("", ramp)])
        chart.xWindow = 20...40
        #expect(chart.visibleX == 20...40)
        let range = chart.visibleY(in: 20...40)
        expectClose(range?.lowerBound ?? .nan, 0.2, relative: 1e-6)
        expectClose(range?.upperBound ?? .nan, 0.4, relative: 1e-6)
        #expect(chart.rendered(height: 10, width: 50).lines()[9].contains("30"))
        chart.xWindow = .init(uncheckedBounds: (.infinity, .infinity))
        #expect(chart.visibleX == 0...100, "a window without finite ends is ignored")
    }

    /// Labels of level lines on the same row stand side by side; one without room for it is left out.
    @Test func labelsOnTheSameRowDoNotCover() {
        var chart = LineChart(lines: [ChartLine("", SeriesPyramid([0, 0]))])
        chart.yRange = .fixed(0...1)
        chart.references = [
            ChartReference(.horizontal, at: 0.95, label: "first"),
            ChartReference(.horizontal, at: 0.96, label: "second"),
            ChartReference(.horizontal, at: 0.94, label: "much too long for what is left"),
        ]
        let row = chart.rendered(height: 6, width: 40).lines()[0]
        #expect(row.hasSuffix("╌second╌╌first╌"))
        #expect(!row.contains("much"))
    }

    @Test func unlistedCurvesAreNotInTheLegend() {
        let lines = [ChartLine("seen", ramp), ChartLine("unseen", ramp, isListed: false)]
        let heading = LineChart(title: "t", lines: lines).rendered(height: 8, width: 40).lines()[0]
        #expect(heading.contains("━━ seen") && !heading.contains("unseen"))
    }

    @Test func focusedCurveLiesOnTop() {
        var chart = LineChart(lines: [ChartLine("a", ramp, colorIndex: 0), ChartLine("b", ramp, colorIndex: 1)])
        func drawn() -> Set<Role?> {
            let buffer = chart.rendered(height: 8, width: 30)
            return Set(
                (1..<6).flatMap { row in
                    (3..<30).compactMap { column -> Role?? in
                        guard case .role(let role) = buffer[row, column].style.foreground, role.seriesIndex != nil
                        else {
                            return nil
                        }
                        return role
                    }
                })
        }
        chart.focusedLine = 0
        #expect(drawn() == [.series(0)])
        chart.focusedLine = 1
        #expect(drawn() == [.series(1)])
    }

    @Test func extremeValuesNeverTrap() {
        let extremes: [Double] = [
            -1.7e308, -1e39, -1e15, -1, -1e-300, 0, Double.leastNonzeroMagnitude, 1e-9, 1, 1e15, 1e39, 1.7e308,
        ]
        let odd: [Double] = [.nan, .infinity, -.infinity] + extremes
        for (start, end) in [(0, 12), (3, 9), (5, 6), (8, 12), (4, 5)] {
            let x = Array(extremes[start..<end])
            var chart = LineChart(title: "t", lines: [ChartLine("a", SeriesPyramid(x: x, y: odd.reversed()))])
            chart.references = odd.map { ChartReference(.vertical, at: $0, label: "v") }
            chart.references += odd.map { ChartReference(.horizontal, at: $0, label: "h") }
            chart.markers = odd.map { ChartMarker(x: $0, y: $0) }
            for format in [AxisFormat.number, .elapsed, .clock(offset: 3600)] {
                for (xScale, yScale) in [(ScaleKind.linear, ScaleKind.logarithmic), (.logarithmic, .linear)] {
                    for crosshair in odd {
                        (chart.xFormat, chart.xScale, chart.yScale) = (format, xScale, yScale)
                        chart.crosshair = crosshair
                        chart.yRange = crosshair > 0 ? .all : .robust
                        let text = chart.rendered(height: 8, width: 40).text()
                        #expect(text.hasPrefix("t"))
                    }
                }
            }
        }
    }

    @Test func smallAreasLoseAxesFirst() {
        let chart = LineChart(title: "loss", lines: [ChartLine("a", ramp)])
        expectDrawing(chart, height: 4, width: 10, "loss\n      ⢀⣠⠴⠊\n   ⣀⡤⠖⠉\n⣠⠔⠊⠁")
        expectDrawing(chart, height: 1, width: 6, "⣀⡤⠤⠖⠚⠉")
    }
}
