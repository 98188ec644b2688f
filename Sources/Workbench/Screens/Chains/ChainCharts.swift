// SPDX-License-Identifier: Apache-2.0
// Curves over draws, ranks and steps: traces, means, distributions of ranks, effective sizes, the acceptance rate.

import Diagnostics
import EngineKit
import Screen

/// A chart of the chains screen.
struct ChainCharts: Widget {
    /// What is drawn.
    enum Kind {
        case trace, mean, difference, evolution, acceptance
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
        case .difference:
            guard let differences = content.analysis?.pictures.differences, !differences.curves.isEmpty else {
                let isAlone = content.analysis?.chainCount == 1
                return content.drawAbsence(
                    "ECDF difference of \(content.coordinate)",
                    isAlone ? "one chain has no others to compare with" : nil, on: &buffer, in: area)
            }
            difference(differences).render(into: &buffer, in: area)
        case .evolution:
            guard let evolution = content.analysis?.pictures.evolution, !evolution.bulk.isEmpty else {
                let isComing = content.analysis?.key.isEvolving == false
                return content.drawAbsence(
                    "ESS evolution of \(content.coordinate)", isComing ? "computing …" : nil, on: &buffer, in: area)
            }
            self.evolution(evolution).render(into: &buffer, in: area)
        case .acceptance:
            ChainAcceptance(content).chart.render(into: &buffer, in: area)
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

    private func difference(_ differences: RankDifferences) -> LineChart {
        let marked = content.analysis?.key.marked ?? []
        let lines = zip(marked, differences.curves).enumerated().map { index, pair in
            ChartLine("\(pair.0 + 1)", pair.1, colorIndex: index)
        }
        var chart = LineChart(title: "ECDF difference of \(content.coordinate) by chain", lines: Array(lines))
        if !differences.lower.isEmpty {
            chart.bands = [ChartBand(lower: differences.lower, upper: differences.upper)]
            chart.subtitle = "95 % band"
        }
        chart.references = [ChartReference(.horizontal, at: 0, role: .faint)]
        chart.yRange = .all
        chart.xName = "rank"
        chart.focusedLine = marked.firstIndex(of: content.state.chain)
        return chart
    }

    private func evolution(_ evolution: SizeCurves) -> LineChart {
        // The straight lines lie behind the curves, in their colours, and explain themselves.
        var lines = [evolution.evenBulk, evolution.evenTail].enumerated().filter { !$1.isEmpty }.map { index, line in
            ChartLine("", line, colorIndex: index, pattern: .dotted, isListed: false)
        }
        lines.append(ChartLine("bulk", evolution.bulk, colorIndex: 0))
        if !evolution.tail.isEmpty { lines.append(ChartLine("tail", evolution.tail, colorIndex: 1)) }
        var chart = LineChart(title: "ESS evolution of \(content.coordinate)", lines: lines)
        chart.yRange = .all
        chart.xName = "draw"
        return chart
    }
}
