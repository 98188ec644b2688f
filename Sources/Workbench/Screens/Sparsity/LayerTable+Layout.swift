// SPDX-License-Identifier: Apache-2.0
// Where the columns of the table of layers are: names and counts always, the rest as there is room.

import EngineKit
import Screen

extension LayerTable {
    /// The places of slider, columns and visible layers; a column without room is empty.
    struct Layout {
        var axis: Rectangle
        var slider: Rectangle
        var rows: [Rectangle]
        /// The first layer on show.
        var first: Int
        var name = Rectangle.empty
        var size = Rectangle.empty
        var bar = Rectangle.empty
        var count = Rectangle.empty
        var keep = Rectangle.empty
        var macs = Rectangle.empty
        /// Divergence from the prior, nats.
        var divergence = Rectangle.empty
        /// Units about which the two rules disagree.
        var disagreement = Rectangle.empty
        var threshold = Rectangle.empty
        var histogram = Rectangle.empty

        func layer(atRow row: Int) -> Int? { rows.firstIndex { $0.rows.contains(row) }.map { $0 + first } }
    }

    /// Divides an area.
    func layout(in area: Rectangle) -> Layout {
        let (header, body) = area.inset(left: 1, right: 1).splitTop(Self.headerHeight)
        let spacing = layers.isEmpty ? 1 : max(1, min(2, body.height / layers.count))
        let visible = min(layers.count, body.height / spacing)
        let first = max(0, min(layers.count - visible, (model.sparsityState.layer ?? 0) - visible / 2))
        var layout = Layout(
            axis: header.row(0), slider: header.row(1),
            rows: (0..<visible).map { body.inset(top: $0 * spacing).splitTop(spacing).top }, first: first)
        let columns = columns(width: area.width)
        let places = header.columns(columns.map(\.length), gap: area.width >= 56 ? 2 : 1)
        for (column, place) in zip(columns, places) { layout[keyPath: column.column] = place }
        return layout
    }

    /// The columns that fit, from the left.
    private func columns(width: Int) -> [(column: WritableKeyPath<Layout, Rectangle>, length: Constraint)] {
        let names = layers.map { SafeText.columns(of: $0.name) }.max() ?? 0
        let sizes = layers.indices.map { SafeText.columns(of: size(of: $0)) }.max() ?? 0
        let isWide = width >= 72
        var columns: [(column: WritableKeyPath<Layout, Rectangle>, length: Constraint)] = [
            (\.name, .fixed(min(max(6, names), max(6, width / 5)) + 2))
        ]
        if isWide { columns += [(\.size, .fixed(max(5, sizes))), (\.bar, .fraction(0.3))] }
        columns += [(\.count, .fixed(4)), (\.keep, .fixed(6))]
        if isWide { columns.append((\.macs, .fixed(6))) }
        if width >= 96 { columns.append((\.divergence, .fixed(7))) }
        if width >= 88, data.hasEvidence { columns.append((\.disagreement, .fixed(4))) }
        if width >= 56 { columns.append((\.threshold, .fixed(5))) }
        columns.append((\.histogram, .fraction(0.7)))
        return columns
    }
}
