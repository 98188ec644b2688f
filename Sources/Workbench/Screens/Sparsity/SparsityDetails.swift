// SPDX-License-Identifier: Apache-2.0
// Below the table: the selected layer in detail, or the history and the trade-off of the whole network.

import EngineKit
import Glibc
import Screen

/// Panes about the selected row, as many as fit side by side.
struct SparsityDetails: Widget {
    let model: WorkbenchModel
    let run: OpenRun

    init(_ model: WorkbenchModel, _ run: OpenRun) {
        self.model = model
        self.run = run
    }

    private enum Pane {
        case histogram(Int), units(Int), posterior(Int), history(Int), ribbons, tradeOff
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let panes = panes
        guard !panes.isEmpty, area.width >= 20, area.height >= 4 else { return }
        let across = max(1, min(panes.count, area.width / 38))
        let down = area.height >= 16 ? min(max(1, area.height / 8), (panes.count + across - 1) / across) : 1
        let cells = area.grid(rows: down, columns: across)
        for (pane, cell) in zip(panes, cells) { draw(pane, on: &buffer, in: cell.inset(left: 1, right: 1)) }
    }

    private var panes: [Pane] {
        guard let layer = model.sparsityState.layer, layer < run.sparsity.snapshot?.layers.count ?? 0 else {
            return [.ribbons, .tradeOff]
        }
        return [.histogram(layer), .units(layer), .posterior(layer), .history(layer)]
    }

    private func draw(_ pane: Pane, on buffer: inout CellBuffer, in area: Rectangle) {
        switch pane {
        case .histogram(let layer): drawHistogram(layer, on: &buffer, in: area)
        case .units(let layer): drawUnits(layer, on: &buffer, in: area)
        case .posterior(let layer): drawPosterior(layer, on: &buffer, in: area)
        case .history(let layer): history(layer).render(into: &buffer, in: area)
        case .ribbons: SurvivorRibbons(data: run.sparsity).render(into: &buffer, in: area)
        case .tradeOff: TradeOffChart(run.sparsity, thresholds: thresholds).render(into: &buffer, in: area)
        }
    }

    private var thresholds: [Double] {
        model.sparsityState.thresholds(layers: run.sparsity.snapshot?.layers.count ?? 0)
    }

    // MARK: Panes

    /// The layer's ratios, and what its noise costs.
    private func drawHistogram(_ layer: Int, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let state = run.sparsity.snapshot?.layers[layer] else { return }
        let nats = NumberText.compact(state.kullbackLeibler)
        buffer.write(
            [StyledText(state.name, .title), StyledText("  units over log₁₀ SNR", .dim)], at: area.origin,
            maximumWidth: area.width)
        if area.width >= 44 {
            buffer.write("KL \(nats) nats", in: area.row(0), style: Style(.dim), alignment: .right)
        }
        LayerTable(model, run.sparsity).histogram(of: layer).render(into: &buffer, in: area.inset(top: 1))
    }

    /// One mark per unit: brightness is the signal-to-noise ratio, survivors stand out, and units on which the two rules
    /// disagree have another shape.
    private func drawUnits(_ layer: Int, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let state = run.sparsity.snapshot?.layers[layer],
            let outcome = SparsityOutcome(run.sparsity, thresholds: thresholds)
        else { return }
        let (kept, isWide) = (outcome.survivors[layer], area.width >= 46)
        var heading = [
            StyledText("units", .title), StyledText("  ■ \(isWide ? "kept " : "")\(kept)", .good),
            StyledText("  ▪ \(isWide ? "gone " : "")\(state.units - kept)", .dim),
        ]
        let scores = state.signalToNoise.map { $0 > 0 ? log10($0) : $0.isNaN ? .nan : run.sparsity.decades.lowerBound }
        var map = UnitMap(scores: scores, survives: outcome.masks[layer], range: run.sparsity.decades)
        if let marked = state.disagreement(threshold: model.sparsityState.signalThreshold(of: layer)) {
            map.marked = marked
            heading.append(StyledText("  ◆◇ \(isWide ? "rules differ " : "")\(marked.count { $0 })", .warning))
        }
        buffer.write(heading, at: area.origin, maximumWidth: area.width)
        map.render(into: &buffer, in: area.inset(top: 1))
    }

    /// Location and scale of each unit's noise; removed units are those near the prior, upper left.
    private func drawPosterior(_ layer: Int, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let state = run.sparsity.snapshot?.layers[layer],
            let outcome = SparsityOutcome(run.sparsity, thresholds: thresholds)
        else { return }
        buffer.write(
            [
                StyledText("noise", .title), StyledText("  log σ over μ  ", .dim),
                StyledText("•", .series(layer)), StyledText(" kept ", .dim), StyledText("•", .pale(layer)),
                StyledText(" gone", .dim),
            ], at: area.origin, maximumWidth: area.width)
        let points = zip(zip(state.mu, state.logSigma), outcome.masks[layer])
        ScatterPlot(groups: [
            ScatterPlot.Group(points: points.filter { !$0.1 }.map { (x: $0.0.0, y: $0.0.1) }, role: .pale(layer)),
            ScatterPlot.Group(points: points.filter { $0.1 }.map { (x: $0.0.0, y: $0.0.1) }, role: .series(layer)),
        ]).render(into: &buffer, in: area.inset(top: 1))
    }

    /// Share of a layer's units that was kept at the run's own threshold after each epoch.
    private func history(_ layer: Int) -> LineChart {
        let units = run.sparsity.snapshot?.layers[layer].units ?? 0
        var series = SeriesPyramid()
        for moment in run.sparsity.history where layer < moment.survivors.count && units > 0 {
            series.append(x: moment.epoch, y: 100 * Double(moment.survivors[layer]) / Double(units))
        }
        var chart = LineChart(title: "kept", lines: [ChartLine("", series, colorIndex: layer)])
        let own = run.sparsity.ownThreshold
        chart.subtitle =
            own == ThresholdEvaluation.byEvidence
            ? "% by the evidence, by epoch" : "% at SNR > \(NumberText.significant(own)), by epoch"
        chart.yRange = .fixed(0...100)
        chart.showsLegend = false
        return chart
    }
}
