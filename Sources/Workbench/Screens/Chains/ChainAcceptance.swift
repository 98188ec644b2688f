// SPDX-License-Identifier: Apache-2.0
// The acceptance rate over the steps: of the learned proposal with the ladder that it climbs, or of a tuned sampler.

import EngineKit
import Screen

/// The chart of acceptance for the sampler on show.
struct ChainAcceptance {
    let content: ChainsContent

    init(_ content: ChainsContent) { self.content = content }

    /// A sampler that moves from its state has a chart of its own, since its steps come long after all others.
    var chart: LineChart {
        if let sampler = content.sampler, case .local(let useful) = sampler.kind {
            return Self.local(sampler, useful: useful, colorIndex: colorIndex(of: sampler))
        }
        return learned
    }

    private func colorIndex(of sampler: SamplerData) -> Int {
        2 + (content.run.chains.samplers.firstIndex { $0.name == sampler.name } ?? 0)
    }

    // MARK: The learned proposal

    /// Training, its bound and sampling; the fixed proposals of the run as level lines behind them.
    private var learned: LineChart {
        let curves = content.run.curves
        let samplers = content.run.chains.samplers.filter { $0.kind == .learned }
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
        for sampler in samplers {
            add(
                samplers.count > 1 ? sampler.name : "sampling", sampler.acceptance, colorIndex: colorIndex(of: sampler))
        }
        var chart = LineChart(title: "acceptance", lines: lines)
        // A bound below 0 says nothing.
        chart.yRange = .fixed(0...1)
        chart.xName = "step"
        // The axis ends with the learned sampler: what came later lies outside.
        chart.references = content.run.stages.filter { $0.step > 0 }.map {
            ChartReference(.vertical, at: Double($0.step), role: .faint)
        }
        chart.references += content.run.chains.samplers.compactMap { ladder($0) }
        return chart
    }

    /// The level line of a fixed proposal.
    private func ladder(_ sampler: SamplerData) -> ChartReference? {
        guard sampler.kind == .independent, let mean = sampler.keptAcceptance else { return nil }
        let isShown = sampler.name == content.sampler?.name
        return ChartReference(
            .horizontal, at: mean, label: "\(sampler.name) \(NumberText.fixed(mean, decimals: 3))",
            role: isShown ? .focus : .series(colorIndex(of: sampler)))
    }

    // MARK: Tuned samplers

    private static func local(_ sampler: SamplerData, useful: ClosedRange<Double>, colorIndex: Int) -> LineChart {
        let curve = sampler.acceptance
        var chart = LineChart(
            title: "acceptance of \(sampler.name)", lines: [ChartLine("", curve, colorIndex: colorIndex)])
        let ends = [useful.lowerBound, useful.upperBound].map { NumberText.fixed($0, decimals: 2) }
        chart.subtitle = "usual from \(ends[0]) to \(ends[1])"
        chart.yRange = .fixed(0...1)
        chart.xName = "step"
        chart.showsLegend = false
        if let steps = curve.xRange {
            func edge(_ rate: Double) -> SeriesPyramid {
                SeriesPyramid(x: [steps.lowerBound, steps.upperBound], y: [rate, rate])
            }
            chart.bands = [
                ChartBand(lower: edge(useful.lowerBound), upper: edge(useful.upperBound), colorIndex: colorIndex)
            ]
        }
        return chart
    }
}
