// SPDX-License-Identifier: Apache-2.0
// How much of each layer was left after every epoch: a ribbon per layer, as many as fit.

import EngineKit
import Screen

/// Ribbons of the layers over a common axis of epochs, the network's cost last.
struct SurvivorRibbons: Widget {
    let data: SparsityData

    /// One ribbon.
    private struct Row {
        var name: String
        var values: [Double]
        var role: Role
    }

    /// Where names, ribbons and numbers stand.
    private struct Columns {
        let name: Rectangle
        let track: Rectangle
        let number: Rectangle

        init(_ area: Rectangle, nameWidth: Int) {
            // Numbers at the end give way to the ribbons.
            let (rest, number) = area.splitRight(area.width >= 24 ? 7 : 0)
            let (name, track) = rest.splitLeft(nameWidth + 1)
            (self.name, self.track, self.number) = (name, track, number)
        }
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let rule =
            data.ownThreshold == ThresholdEvaluation.byEvidence
            ? "by the evidence" : "at SNR > \(NumberText.significant(data.ownThreshold))"
        buffer.write(
            [StyledText("kept", .title), StyledText(" \(rule), by epoch", .dim)], at: area.origin,
            maximumWidth: area.width)
        let hasAxis = area.height >= 5
        let body = area.inset(top: 1, bottom: hasAxis ? 1 : 0)
        guard let first = data.history.first, let last = data.history.last, !body.isEmpty else { return }
        let rows = rows
        // Where not all fit, the cost of the whole network is the last to go.
        let visible = rows.count > body.height ? Array(rows.prefix(body.height - 1)) + rows.suffix(1) : rows
        let nameWidth = min(10, rows.map { SafeText.columns(of: $0.name) }.max() ?? 0)
        let height = max(1, min(3, body.height / max(1, visible.count)))
        for (offset, row) in visible.enumerated() {
            let place = Rectangle(top: body.top + offset * height, left: body.left, height: height, width: body.width)
            draw(row, on: &buffer, in: Columns(place, nameWidth: nameWidth))
        }
        let below = Rectangle(
            top: body.top + visible.count * height, left: area.left, height: hasAxis ? 1 : 0, width: area.width)
        let line = Columns(below, nameWidth: nameWidth).track
        guard !line.isEmpty else { return }
        buffer.write(NumberText.significant(first.epoch, digits: 3), in: line, style: Style(.axis))
        guard last.epoch > first.epoch, line.width >= 12 else { return }
        buffer.write(
            NumberText.significant(last.epoch, digits: 3), in: line, style: Style(.axis), alignment: .right)
    }

    private var rows: [Row] {
        guard let layers = data.snapshot?.layers else { return [] }
        var rows = layers.indices.map { layer in
            let units = layers[layer].units
            let values = data.history.map { moment in
                layer < moment.survivors.count && units > 0
                    ? Double(moment.survivors[layer]) / Double(units) : .nan
            }
            return Row(name: layers[layer].name, values: values, role: .series(layer))
        }
        let costs = data.history.map { $0.costLeft ?? .nan }
        if costs.contains(where: \.isFinite) { rows.append(Row(name: "MACs", values: costs, role: .text)) }
        return rows
    }

    private func draw(_ row: Row, on buffer: inout CellBuffer, in columns: Columns) {
        buffer.write(row.name, in: columns.name.lastRow, style: Style(.text))
        let width = columns.track.width
        Ribbon((0..<width).map { row.values[moment(at: $0, of: width)] }, style: Style(row.role))
            .render(into: &buffer, in: columns.track)
        guard let value = row.values.last, value.isFinite else { return }
        buffer.write(
            LayerTable.percent(value), in: columns.number.lastRow, style: Style(.title), alignment: .right)
    }

    /// The last moment at or before the epoch of a column.
    private func moment(at column: Int, of width: Int) -> Int {
        let history = data.history
        let (low, high) = (history[0].epoch, history[history.count - 1].epoch)
        let epoch = low + (high - low) * (Double(column) + 0.5) / Double(max(1, width))
        var (start, end) = (0, history.count)
        while start < end {
            let middle = (start + end) / 2
            if history[middle].epoch <= epoch { start = middle + 1 } else { end = middle }
        }
        return max(0, start - 1)
    }
}

extension Rectangle {
    /// The lowest row.
    fileprivate var lastRow: Rectangle { row(max(0, height - 1)) }
}
