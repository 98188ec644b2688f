// SPDX-License-Identifier: Apache-2.0
// One row per layer: size, survivors, cost that is left, distribution of the signal-to-noise ratio under the slider.

import EngineKit
import Glibc
import Screen

/// The table of layers with the threshold slider; slider and histograms share one axis.
struct LayerTable: Widget {
    /// Rows above the layers: axis labels and slider.
    static let headerHeight = 2

    let model: WorkbenchModel
    let data: SparsityData

    init(_ model: WorkbenchModel, _ data: SparsityData) {
        self.model = model
        self.data = data
    }

    var layers: [LayerState] { data.snapshot?.layers ?? [] }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let layout = layout(in: area)
        drawHeader(layout, on: &buffer)
        let thresholds = model.sparsityState.thresholds(layers: layers.count)
        guard let outcome = SparsityOutcome(data, thresholds: thresholds) else { return }
        for (offset, row) in layout.rows.enumerated() {
            drawLayer(layout.first + offset, outcome, thresholds, layout, in: row, on: &buffer)
        }
        if layout.first > 0 {
            buffer.write("▲", at: Position(row: layout.slider.top, column: area.right - 1), style: Style(.dim))
        }
        if layout.first + layout.rows.count < layers.count, let last = layout.rows.last {
            buffer.write("▼", at: Position(row: last.bottom - 1, column: area.right - 1), style: Style(.dim))
        }
    }

    /// The part of a column that lies in a row.
    private func cell(_ column: Rectangle, _ row: Rectangle) -> Rectangle {
        Rectangle(top: row.bottom - 1, left: column.left, height: row.height > 0 ? 1 : 0, width: column.width)
    }

    // MARK: Header

    private func drawHeader(_ layout: Layout, on buffer: inout CellBuffer) {
        let titles: [(Rectangle, String, Alignment)] = [
            (layout.name, "  layer", .left), (layout.size, "units", .right), (layout.bar, "survivors", .left),
            (layout.keep, "kept", .right), (layout.macs, "MACs", .right), (layout.divergence, "KL nats", .right),
            (layout.disagreement, "≠", .right), (layout.threshold, "SNR>", .right),
        ]
        for (column, title, alignment) in titles where column.width >= title.count {
            buffer.write(title, in: cell(column, layout.axis), style: Style(.dim), alignment: alignment)
        }
        drawAxis(layout, on: &buffer)
        drawSlider(layout, on: &buffer)
    }

    /// Decades over the histograms.
    private func drawAxis(_ layout: Layout, on buffer: inout CellBuffer) {
        let place = cell(layout.histogram, layout.axis)
        let decades = data.decades
        var end = place.left
        for exponent in Int(decades.lowerBound)...Int(decades.upperBound) {
            let label = Self.decadeLabel(exponent)
            let column = self.column(of: Double(exponent), in: place)
            let start = max(place.left, min(column - label.count / 2, place.right - label.count))
            guard start >= end, place.width > 8 else { continue }
            buffer.write(label, at: Position(row: place.top, column: start), style: Style(.axis))
            end = start + label.count + 1
        }
    }

    private static func decadeLabel(_ exponent: Int) -> String {
        switch exponent {
        case ..<0: "0." + String(repeating: "0", count: -exponent - 1) + "1"
        case 0...3: "1" + String(repeating: "0", count: exponent)
        default: NumberText.power(of: 10, exponent)
        }
    }

    private func drawSlider(_ layout: Layout, on buffer: inout CellBuffer) {
        let isSelected = model.sparsityState.row == 0
        let state = model.sparsityState
        let row = layout.slider
        let title = (isSelected ? "▸ " : "  ") + "all layers"
        let left = Rectangle(top: row.top, left: row.left, height: 1, width: max(0, layout.histogram.left - row.left))
        buffer.write(title, in: left, style: isSelected ? Style(.focus).with(.bold) : Style(.text))
        if !layout.divergence.isEmpty {
            let nats = layers.reduce(0) { $0 + $1.kullbackLeibler }
            buffer.write(
                NumberText.compact(nats), in: cell(layout.divergence, row), style: Style(.dim), alignment: .right)
        }
        buffer.write(
            Self.cutText(state.followsEvidence ? ThresholdEvaluation.byEvidence : state.global),
            in: cell(layout.threshold, row), style: isSelected ? Style(.focus).with(.bold) : Style(.title),
            alignment: .right)
        let track = cell(layout.histogram, row)
        guard track.width >= 3 else { return }
        for column in track.columns {
            let glyph = column == track.left ? "├" : column == track.right - 1 ? "┤" : "─"
            buffer.write(glyph, at: Position(row: track.top, column: column), style: Style(.border))
        }
        let preset = SparsityState(ownThreshold: data.ownThreshold).global
        buffer.write(
            "┼", at: Position(row: track.top, column: column(of: log10(preset), in: track)), style: Style(.axis))
        // Where the evidence decides, the slider only waits at its last place.
        let knob = Position(row: track.top, column: column(of: log10(state.global), in: track))
        buffer.write(
            state.followsEvidence ? "○" : "●", at: knob, style: Style(isSelected ? .focus : .text).with(.bold))
    }

    /// The column of a decimal logarithm; the same rounding as the threshold column of the histograms.
    private func column(of logarithm: Double, in place: Rectangle) -> Int {
        let decades = data.decades
        let fraction = (logarithm - decades.lowerBound) / (decades.upperBound - decades.lowerBound)
        return place.left + Int((min(1, max(0, fraction)) * Double(max(0, place.width - 1))).rounded())
    }

    // MARK: Layers

    /// The number of units; of a gated map as channels times places.
    func size(of layer: Int) -> String {
        let units = layers[layer].units
        guard let graph = data.graph, graph.groups.indices.contains(layer), let parent = graph.groups[layer].parent,
            parent.block > 1
        else { return String(units) }
        return "\(units / parent.block)×\(parent.block)"
    }

    private func drawLayer(
        _ layer: Int, _ outcome: SparsityOutcome, _ thresholds: [Double], _ layout: Layout, in row: Rectangle,
        on buffer: inout CellBuffer
    ) {
        let state = model.sparsityState
        let isSelected = state.layer == layer
        let units = layers[layer].units
        let kept = outcome.survivors[layer]
        let fraction = units > 0 ? Double(kept) / Double(units) : 0
        let isOwn = state.own[layer] != nil
        let style = isSelected ? Style(.focus).with(.bold) : Style(.text)
        buffer.write((isSelected ? "▸ " : "  ") + layers[layer].name, in: cell(layout.name, row), style: style)
        buffer.write(size(of: layer), in: cell(layout.size, row), style: Style(.dim), alignment: .right)
        Bar(fraction, style: Style(kept == 0 ? .bad : .series(layer))).render(into: &buffer, in: cell(layout.bar, row))
        buffer.write(
            String(kept), in: cell(layout.count, row), style: Style(kept == 0 ? .bad : .title), alignment: .right)
        buffer.write(Self.percent(fraction), in: cell(layout.keep, row), alignment: .right)
        let macs = outcome.layerMacs[layer].map { Self.percent($0.fraction) } ?? "–"
        buffer.write(macs, in: cell(layout.macs, row), style: Style(.text), alignment: .right)
        if !layout.divergence.isEmpty {
            buffer.write(
                NumberText.compact(layers[layer].kullbackLeibler), in: cell(layout.divergence, row),
                style: Style(.text), alignment: .right)
        }
        if !layout.disagreement.isEmpty {
            let count = layers[layer].disagreement(threshold: state.signalThreshold(of: layer))?.count { $0 } ?? 0
            buffer.write(
                count > 0 ? String(count) : "–", in: cell(layout.disagreement, row),
                style: Style(count > 0 ? .warning : .dim), alignment: .right)
        }
        buffer.write(
            isOwn || isSelected ? Self.cutText(thresholds[layer]) : "", in: cell(layout.threshold, row),
            style: Style(isOwn ? .warning : .dim), alignment: .right)
        var strip = histogram(of: layer)
        strip.usesLogCounts = true
        strip.render(into: &buffer, in: cell(layout.histogram, row))
    }

    /// The signal-to-noise ratios of a layer with the cut; units about which the rules disagree stand out.
    func histogram(of layer: Int) -> Histogram {
        let state = model.sparsityState
        let threshold = state.signalThreshold(of: layer)
        var histogram = Histogram(
            sorted: data.sortedLogarithms[layer], range: data.decades, threshold: log10(threshold), colorIndex: layer)
        func logarithms(_ chosen: [Bool]) -> [Double] {
            zip(layers[layer].signalToNoise, chosen).compactMap { ratio, isChosen in
                isChosen ? ratio > 0 ? log10(ratio) : ratio.isNaN ? .infinity : -.infinity : nil
            }.sorted()
        }
        histogram.marked = layers[layer].disagreement(threshold: threshold).map(logarithms) ?? []
        if state.threshold(of: layer) == ThresholdEvaluation.byEvidence {
            histogram.kept = logarithms(layers[layer].kept(at: ThresholdEvaluation.byEvidence))
        }
        return histogram
    }

    /// A cut as the table shows it: a threshold, or a word for the other rule.
    static func cutText(_ threshold: Double) -> String {
        threshold == ThresholdEvaluation.byEvidence ? "evid." : NumberText.fixed(threshold, decimals: 2)
    }

    /// A share in percent; small ones keep a digit so that nothing that is left reads as nothing.
    static func percent(_ fraction: Double) -> String {
        let value = fraction * 100
        return (value > 0 && value < 9.95 ? NumberText.fixed(value, decimals: 1) : NumberText.fixed(value, decimals: 0))
            + " %"
    }
}
