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

    /// Where the columns are.
    struct Layout {
        var axis: Rectangle
        var slider: Rectangle
        var rows: [Rectangle]
        /// The first layer on show.
        var first: Int
        var name: Rectangle
        var size: Rectangle
        var bar: Rectangle
        var count: Rectangle
        var keep: Rectangle
        var macs: Rectangle
        var threshold: Rectangle
        var histogram: Rectangle

        func layer(atRow row: Int) -> Int? { rows.firstIndex { $0.rows.contains(row) }.map { $0 + first } }
    }

    private var layers: [LayerState] { data.snapshot?.layers ?? [] }

    func layout(in area: Rectangle) -> Layout {
        let (header, body) = area.inset(left: 1, right: 1).splitTop(Self.headerHeight)
        let names = layers.map { SafeText.columns(of: $0.name) }.max() ?? 0
        let nameWidth = min(max(6, names), max(6, area.width / 5))
        let sizes = layers.indices.map { SafeText.columns(of: size(of: $0)) }.max() ?? 0
        // From the most to the least important: names, counts, histogram, bar, then the rest where it fits.
        let isWide = area.width >= 72
        let columns = header.columns(
            [
                .fixed(nameWidth + 2), .fixed(isWide ? max(5, sizes) : 0), .fraction(isWide ? 0.3 : 0.0001), .fixed(4),
                .fixed(6), .fixed(isWide ? 6 : 0), .fixed(area.width >= 56 ? 5 : 0), .fraction(0.7),
            ], gap: area.width >= 56 ? 2 : 1)
        let spacing = layers.isEmpty ? 1 : max(1, min(2, body.height / layers.count))
        let visible = min(layers.count, body.height / spacing)
        let first = max(0, min(layers.count - visible, (model.sparsityState.layer ?? 0) - visible / 2))
        let rows = (0..<visible).map { body.inset(top: $0 * spacing).splitTop(spacing).top }
        return Layout(
            axis: header.row(0), slider: header.row(1), rows: rows, first: first, name: columns[0], size: columns[1],
            bar: columns[2], count: columns[3], keep: columns[4], macs: columns[5], threshold: columns[6],
            histogram: columns[7])
    }

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
            (layout.keep, "kept", .right), (layout.macs, "MACs", .right), (layout.threshold, "SNR>", .right),
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
        buffer.write(
            NumberText.fixed(state.global, decimals: 2), in: cell(layout.threshold, row),
            style: isSelected ? Style(.focus).with(.bold) : Style(.title), alignment: .right)
        let track = cell(layout.histogram, row)
        guard track.width >= 3 else { return }
        for column in track.columns {
            let glyph = column == track.left ? "├" : column == track.right - 1 ? "┤" : "─"
            buffer.write(glyph, at: Position(row: track.top, column: column), style: Style(.border))
        }
        let preset = column(of: log10(SparsityData.presetThreshold), in: track)
        buffer.write("┼", at: Position(row: track.top, column: preset), style: Style(.axis))
        let knob = column(of: log10(state.global), in: track)
        buffer.write(
            "●", at: Position(row: track.top, column: knob), style: Style(isSelected ? .focus : .text).with(.bold))
    }

    /// The column of a decimal logarithm; the same rounding as the threshold column of the histograms.
    private func column(of logarithm: Double, in place: Rectangle) -> Int {
        let decades = data.decades
        let fraction = (logarithm - decades.lowerBound) / (decades.upperBound - decades.lowerBound)
        return place.left + Int((min(1, max(0, fraction)) * Double(max(0, place.width - 1))).rounded())
    }

    // MARK: Layers

    /// The number of units; of a gated map as channels times places.
    private func size(of layer: Int) -> String {
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
        buffer.write(percent(fraction), in: cell(layout.keep, row), alignment: .right)
        let macs = outcome.layerMacs[layer].map { percent($0.fraction) } ?? "–"
        buffer.write(macs, in: cell(layout.macs, row), style: Style(.text), alignment: .right)
        buffer.write(
            isOwn || isSelected ? NumberText.fixed(thresholds[layer], decimals: 2) : "",
            in: cell(layout.threshold, row),
            style: Style(isOwn ? .warning : .dim), alignment: .right)
        let strip = cell(layout.histogram, row)
        Histogram(
            sorted: data.sortedLogarithms[layer], range: data.decades, threshold: log10(thresholds[layer]),
            colorIndex: layer, usesLogCounts: true
        ).render(into: &buffer, in: strip)
    }

    /// A share in percent; small ones keep a digit so that nothing that is left reads as nothing.
    private func percent(_ fraction: Double) -> String {
        let value = fraction * 100
        return (value > 0 && value < 9.95 ? NumberText.fixed(value, decimals: 1) : NumberText.fixed(value, decimals: 0))
            + " %"
    }
}
