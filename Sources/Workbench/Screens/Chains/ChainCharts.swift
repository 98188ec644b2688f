// SPDX-License-Identifier: Apache-2.0
// Curves over draws and steps: traces, the running mean, the acceptance rate.

import Diagnostics
import EngineKit
import Screen

/// A chart of the chains screen.
struct ChainCharts: Widget {
    /// What is drawn.
    enum Kind {
        case trace, mean, acceptance
    }

    let content: ChainsContent
    let kind: Kind
    let isFocused: Bool

    init(_ content: ChainsContent, _ kind: Kind, isFocused: Bool) {
        (self.content, self.kind, self.isFocused) = (content, kind, isFocused)
    }

    func draw(on buffer: inout CellBuffer, in whole: Rectangle) {
        let area = isFocused ? whole.inset(left: 1) : whole
        switch kind {
        case .trace:
            guard let pictures = content.analysis?.pictures, !pictures.traces.isEmpty else {
                return content.drawAbsence("trace of \(content.coordinate)", on: &buffer, in: area)
            }
            trace(pictures).render(into: &buffer, in: area)
        case .mean:
            guard let analysis = content.analysis, !analysis.pictures.mean.isEmpty else {
                return content.drawAbsence("running mean of \(content.coordinate)", on: &buffer, in: area)
            }
            mean(analysis).render(into: &buffer, in: area)
        case .acceptance:
            acceptance.render(into: &buffer, in: area)
        }
        guard isFocused else { return }
        for row in whole.rows {
            buffer.write("▏", at: Position(row: row, column: whole.left), style: Style(.focus))
        }
    }

    private func trace(_ pictures: ChainPictures) -> LineChart {
        let marked = content.analysis?.key.marked ?? []
        let lines = zip(marked, pictures.traces).enumerated().map { index, pair in
            ChartLine("\(pair.0 + 1)", pair.1, colorIndex: index)
        }
        var chart = LineChart(title: "trace of \(content.coordinate) by chain", lines: Array(lines))
        chart.yRange = .all
        chart.xName = "draw"
        chart.focusedLine = marked.firstIndex(of: content.state.chain)
        if content.state.warmUp > 0 {
            chart.references = [
                ChartReference(.vertical, at: Double(content.state.warmUp), label: "warm-up", role: .focus)
            ]
        }
        return chart
    }

    private func mean(_ analysis: ChainAnalysis) -> LineChart {
        let pictures = analysis.pictures
        var chart = LineChart(title: "running mean of \(content.coordinate)", lines: [ChartLine("", pictures.mean)])
        if let mean = analysis.summary?.mean.value, let error = analysis.summary?.meanStandardError.value {
            chart.subtitle = "\(NumberText.significant(mean)) ± \(NumberText.significant(error, digits: 2))"
        }
        if pictures.lower.count == pictures.mean.count {
            chart.bands = [ChartBand(lower: pictures.lower, upper: pictures.upper)]
        }
        // The first means are those of a handful of draws; they would hide how all others settle.
        if let range = pictures.meanRange { chart.yRange = .fixed(range) }
        chart.xName = "draw"
        chart.showsLegend = false
        return chart
    }

    private var acceptance: LineChart {
        let curves = content.run.curves
        var lines: [ChartLine] = []
        func add(_ name: String, _ points: SeriesPyramid?, smoothed: SmoothedSeries? = nil, colorIndex: Int) {
            guard let points, !points.isEmpty else { return }
            let usable = smoothed.flatMap { $0.weight > 0 && points.count > 2 ? $0 : nil }
            lines.append(ChartLine(name, points, smoothed: usable, colorIndex: colorIndex))
        }
        let training = curves["train/acceptance"]
        add("training", training?.series, smoothed: training?.smoothed, colorIndex: 0)
        let bound = curves["train/acceptanceLowerBound"]
        add("its bound", bound?.series, smoothed: bound?.smoothed, colorIndex: 1)
        let samplers = content.run.chains.samplers
        for (index, sampler) in samplers.enumerated() {
            add(samplers.count > 1 ? sampler.name : "sampling", sampler.acceptance, colorIndex: 2 + index)
        }
        var chart = LineChart(title: "acceptance", lines: lines)
        // A bound below 0 says nothing.
        chart.yRange = .fixed(0...1)
        chart.xName = "step"
        if let stage = content.run.stages.last(where: { $0.step > 0 }) {
            chart.references = [ChartReference(.vertical, at: Double(stage.step), role: .faint)]
        }
        return chart
    }
}
