// SPDX-License-Identifier: Apache-2.0
// The charts of the uncertainty screen: CDF, density, ROC, reliability and batch statistics.

import Diagnostics
import EngineKit
import Glibc
import Screen

/// The chart that the state asks for.
struct UncertaintyChart: Widget {
    /// Points of a curve: more than any window has dots.
    private static let points = 400

    let view: UncertaintyView

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        switch view.state.chart {
        case .distributions: distributions.render(into: &buffer, in: area)
        case .density: drawDensity(on: &buffer, in: area)
        case .detection: detection.render(into: &buffer, in: area)
        case .reliability: reliability.render(into: &buffer, in: area)
        case .statistics: StatisticsCharts(view: view).render(into: &buffer, in: area)
        }
    }

    // MARK: Entropy

    /// Distribution functions: a colour per method, solid outside of the domain, dashed inside.
    private var distributions: LineChart {
        let most = view.data.methods.map(\.largestEntropy).max() ?? 1
        var lines: [ChartLine] = []
        var focused: Int?
        for (index, method) in view.data.methods.enumerated() {
            let scores = view.scores(method)
            for (distribution, domain, pattern) in [
                (scores.inside, "in", LinePattern.dashed), (scores.outside, "out", .solid),
            ] where distribution.problem == nil {
                let curve = distribution.curve(over: 0...most, count: Self.points)
                if index == view.row, domain == "out" { focused = lines.count }
                lines.append(
                    ChartLine(
                        "\(index + 1) \(domain)", SeriesPyramid(x: curve.thresholds, y: curve.shares),
                        colorIndex: index, pattern: pattern))
            }
        }
        var chart = LineChart(title: "share with at most this entropy", lines: lines)
        chart.subtitle = "nats; ── outside, ╌╌ inside"
        chart.xWindow = 0...most * 1.02
        chart.yRange = .fixed(0...1)
        chart.references = [ChartReference(.vertical, at: most, label: "log K")]
        chart.crosshair = view.state.crosshair
        chart.focusedLine = focused
        return chart
    }

    private func drawDensity(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let method = view.method, let row = view.row else { return }
        let scores = view.scores(method)
        let (above, below) = area.splitTop(area.height / 2)
        for (distribution, title, place) in [
            (scores.inside, "inside", above), (scores.outside, "outside of the domain", below),
        ] {
            var histogram = Histogram(
                sorted: distribution.values, range: 0...method.largestEntropy, colorIndex: row,
                title: "\(method.title), \(title): entropy, nats", usesLogCounts: true)
            histogram.threshold = nil
            histogram.render(into: &buffer, in: place)
        }
    }

    // MARK: Detection and calibration

    /// Found foreign objects over falsely called ones, of the selected method and of the untouched network.
    private var detection: LineChart {
        let chosen = [view.method, view.method.flatMap(view.untouched)].compactMap { $0 }
        var lines = chosen.enumerated().compactMap { index, method -> ChartLine? in
            let scores = view.scores(method)
            guard scores.inside.problem == nil, scores.outside.problem == nil else { return nil }
            let curve = Self.curve(scores.inside.values, scores.outside.values)
            let area = scores.areaUnderROC.map { " " + NumberText.fixed($0, decimals: 3) } ?? ""
            return ChartLine(
                method.title + area, SeriesPyramid(x: curve.map(\.0), y: curve.map(\.1)),
                colorIndex: view.data.methods.firstIndex { $0.title == method.title } ?? index)
        }
        if chosen.count == 2, chosen[0].title == chosen[1].title { lines = Array(lines.prefix(1)) }
        var chart = LineChart(title: "outside found", lines: lines)
        chart.subtitle = "over inside called outside"
        chart.xWindow = 0...1
        chart.yRange = .fixed(0...1)
        chart.references = [ChartReference(.horizontal, at: 0.95, label: "95 %")]
        return chart
    }

    /// Operating points at quantiles of either group, from (0, 0) to (1, 1).
    private static func curve(_ inside: [Double], _ outside: [Double]) -> [(Double, Double)] {
        func above(_ values: [Double], _ threshold: Double) -> Double {
            var (low, high) = (0, values.count)
            while low < high {
                let middle = (low + high) / 2
                if values[middle] < threshold { low = middle + 1 } else { high = middle }
            }
            return Double(values.count - low) / Double(values.count)
        }
        func quantile(_ values: [Double], _ index: Int) -> Double {
            values[index * (values.count - 1) / (points / 2 - 1)]
        }
        var thresholds: [Double] = []
        for index in 0..<points / 2 { thresholds += [quantile(inside, index), quantile(outside, index)] }
        thresholds.sort(by: >)
        let inner = thresholds.map { (above(inside, $0), above(outside, $0)) }
        return [(0.0, 0.0)] + inner + [(1.0, 1.0)]
    }

    /// Accuracy over confidence in 15 bins; above the diagonal too modest, below it too sure.
    private var reliability: LineChart {
        var chart = LineChart(
            title: "accuracy", lines: [ChartLine("", SeriesPyramid(x: [0, 1], y: [0, 1]), colorIndex: 7)])
        chart.subtitle = "over confidence; the diagonal is honest"
        chart.xWindow = 0...1
        chart.yRange = .fixed(0...1)
        chart.showsLegend = false
        guard let method = view.method else { return chart }
        let objects = method.objects[view.place(method)]
        let calibration = Calibration(confidences: objects.confidences, isCorrect: objects.isCorrect)
        let bins = calibration.bins.compactMap { bin -> (Double, Double)? in
            guard let confidence = bin.confidence.value, let accuracy = bin.accuracy.value else { return nil }
            return (confidence, accuracy)
        }
        chart.lines.append(
            ChartLine(
                method.title, SeriesPyramid(x: bins.map(\.0), y: bins.map(\.1)), colorIndex: view.row ?? 0))
        chart.markers = bins.map { ChartMarker(x: $0.0, y: $0.1, glyph: "●", role: .series(view.row ?? 0)) }
        return chart
    }
}
