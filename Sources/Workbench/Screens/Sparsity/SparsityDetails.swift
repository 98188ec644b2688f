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
        case histogram(Int), units(Int), posterior(Int), history(Int?), tradeOff
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
            return [.history(nil), .tradeOff]
        }
        return [.histogram(layer), .units(layer), .posterior(layer), .history(layer)]
    }

    private func draw(_ pane: Pane, on buffer: inout CellBuffer, in area: Rectangle) {
        switch pane {
        case .histogram(let layer):
            buffer.write(
                [StyledText(layerName(layer), .title), StyledText("  log₁₀ SNR, units per bin", .dim)],
                at: area.origin, maximumWidth: area.width)
            Histogram(
                sorted: run.sparsity.sortedLogarithms[layer], range: run.sparsity.decades,
                threshold: log10(thresholds[layer]), colorIndex: layer
            ).render(into: &buffer, in: area.inset(top: 1))
        case .units(let layer): drawUnits(layer, on: &buffer, in: area)
        case .posterior(let layer): drawPosterior(layer, on: &buffer, in: area)
        case .history(let layer):
            var chart = history(layer)
            // The bars of the table have the same colours; the legend is for where there is room for all names.
            chart.showsLegend = layer == nil && area.width >= 70
            chart.render(into: &buffer, in: area)
        case .tradeOff: drawTradeOff(on: &buffer, in: area)
        }
    }

    private var thresholds: [Double] {
        model.sparsityState.thresholds(layers: run.sparsity.snapshot?.layers.count ?? 0)
    }

    private func layerName(_ layer: Int) -> String { run.sparsity.snapshot?.layers[layer].name ?? "" }

    // MARK: Panes

    /// One mark per unit: brightness is the signal-to-noise ratio, survivors stand out.
    private func drawUnits(_ layer: Int, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let state = run.sparsity.snapshot?.layers[layer],
            let outcome = SparsityOutcome(run.sparsity, thresholds: thresholds)
        else { return }
        buffer.write(
            [
                StyledText("units", .title), StyledText("  ■ kept \(outcome.survivors[layer])", .good),
                StyledText("  ▪ gone \(state.units - outcome.survivors[layer])", .dim),
            ], at: area.origin, maximumWidth: area.width)
        let scores = state.signalToNoise.map { $0 > 0 ? log10($0) : $0.isNaN ? .nan : run.sparsity.decades.lowerBound }
        UnitMap(scores: scores, survives: outcome.masks[layer], range: run.sparsity.decades)
            .render(into: &buffer, in: area.inset(top: 1))
    }

    /// Location and scale of each unit's noise; removed units are those near the prior, upper left.
    private func drawPosterior(_ layer: Int, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let state = run.sparsity.snapshot?.layers[layer],
            let outcome = SparsityOutcome(run.sparsity, thresholds: thresholds)
        else { return }
        buffer.write(
            [StyledText("posterior", .title), StyledText("  log σ over μ of log θ", .dim)], at: area.origin,
            maximumWidth: area.width)
        let points = zip(zip(state.mu, state.logSigma), outcome.masks[layer])
        ScatterPlot(groups: [
            ScatterPlot.Group(points: points.filter { !$0.1 }.map { (x: $0.0.0, y: $0.0.1) }, role: .dim),
            ScatterPlot.Group(points: points.filter { $0.1 }.map { (x: $0.0.0, y: $0.0.1) }, role: .series(layer)),
        ]).render(into: &buffer, in: area.inset(top: 1))
    }

    /// Share of units kept at the preset threshold after each epoch, of one layer or of all.
    private func history(_ layer: Int?) -> LineChart {
        let layers = run.sparsity.snapshot?.layers ?? []
        let shown = layer.map { [$0] } ?? Array(layers.indices)
        let lines = shown.map { index in
            var series = SeriesPyramid()
            for moment in run.sparsity.history where index < moment.survivors.count && layers[index].units > 0 {
                series.append(x: moment.epoch, y: 100 * Double(moment.survivors[index]) / Double(layers[index].units))
            }
            return ChartLine(layer == nil ? layers[index].name : "", series, colorIndex: index)
        }
        var chart = LineChart(title: "kept", lines: lines)
        chart.subtitle = "% at SNR > 1, by epoch"
        chart.yRange = .fixed(0...100)
        return chart
    }

    /// Test error against cost of everything that was evaluated; the crosshair is the current choice.
    private func drawTradeOff(on buffer: inout CellBuffer, in area: Rectangle) {
        func macs(_ thresholds: [Double]) -> Double? {
            guard let outcome = SparsityOutcome(run.sparsity, thresholds: thresholds), let pruned = outcome.pruned,
                let dense = outcome.dense, dense.macs > 0
            else { return nil }
            return 100 * Double(pruned.macs) / Double(dense.macs)
        }
        var points = run.sparsity.evaluations.compactMap { item in
            item.thresholds.count == thresholds.count ? macs(item.thresholds).map { (x: $0, y: item.testError) } : nil
        }
        let preset = [Double](repeating: SparsityData.presetThreshold, count: thresholds.count)
        if let current = run.currentTestError, let place = macs(preset) {
            points.append((x: place, y: current.percent))
        }
        guard let here = macs(thresholds) else { return }
        points.sort { ($0.x, $0.y) < ($1.x, $1.y) }
        guard points.count >= 2 else {
            buffer.write("trade-off", in: area.row(0), style: Style(.title))
            Paragraph(
                "Move the threshold and press Enter: every evaluation becomes a point of test error over cost.",
                Style(.dim)
            )
            .render(into: &buffer, in: area.inset(top: 2, right: 2))
            return
        }
        var chart = LineChart(
            title: "trade-off",
            lines: [ChartLine("", SeriesPyramid(x: points.map(\.x), y: points.map(\.y)), colorIndex: 1)])
        chart.subtitle = area.width < 50 ? "error % over MACs %" : "test error % over MACs % left"
        let low = min(points[0].x, here)
        let high = max(points[points.count - 1].x, here)
        chart.xWindow = low < high ? low...high : nil
        chart.yRange = .all
        // Its label has the digits that a percentage deserves.
        chart.crosshair = (here * 10).rounded() / 10
        chart.showsLegend = false
        chart.render(into: &buffer, in: area)
    }
}
