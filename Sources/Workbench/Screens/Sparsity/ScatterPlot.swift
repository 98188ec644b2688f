// SPDX-License-Identifier: Apache-2.0
// Points in a plane with quiet axes.

import Screen

/// Groups of points, each in its own look; later groups lie above earlier ones.
struct ScatterPlot: Widget {
    /// Points of one look.
    struct Group {
        var points: [(x: Double, y: Double)]
        var role: Role
    }

    let groups: [Group]

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let points = groups.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
        guard let x = scale(points.map(\.x)), let y = scale(points.map(\.y)), area.width >= 12, area.height >= 4 else {
            return
        }
        let xTicks = x.ticks(target: max(2, area.width / 10)).ticks
        let yTicks = y.ticks(target: max(2, area.height / 3)).ticks
        let margin = (yTicks.map { SafeText.columns(of: $0.label) }.max() ?? 0) + 1
        let plot = area.inset(left: margin, bottom: 1)
        guard plot.width >= 4, plot.height >= 2 else { return }
        for row in plot.rows {
            buffer.write("│", at: Position(row: row, column: plot.left - 1), style: Style(.border))
        }
        for tick in yTicks {
            let row = plot.bottom - 1 - Int((y.fraction(of: tick.value) * Double(plot.height - 1)).rounded())
            guard plot.rows.contains(row) else { continue }
            let place = Rectangle(top: row, left: area.left, height: 1, width: margin - 1)
            buffer.write(tick.label, in: place, style: Style(.axis), alignment: .right)
            buffer.write("┤", at: Position(row: row, column: plot.left - 1), style: Style(.border))
        }
        var end = plot.left
        for tick in xTicks {
            let width = SafeText.columns(of: tick.label)
            let column = plot.left + Int((x.fraction(of: tick.value) * Double(plot.width - 1)).rounded())
            let start = max(plot.left, min(column - width / 2, plot.right - width))
            guard start >= end else { continue }
            buffer.write(tick.label, at: Position(row: plot.bottom, column: start), style: Style(.axis))
            end = start + width + 1
        }
        var canvas = DotCanvas(height: plot.height, width: plot.width, glyphs: buffer.capabilities.glyphs)
        for (rank, group) in groups.enumerated() {
            let layer = canvas.addLayer(style: Style(group.role), rank: rank)
            for point in group.points where point.x.isFinite && point.y.isFinite {
                canvas.dot(
                    x: Int(x.fraction(of: point.x) * Double(canvas.dotWidth - 1) + 0.5),
                    y: Int((1 - y.fraction(of: point.y)) * Double(canvas.dotHeight - 1) + 0.5), layer: layer)
            }
        }
        buffer.withClip(plot) { canvas.draw(on: &$0, at: plot.origin) }
    }

    private func scale(_ values: [Double]) -> ChartScale? {
        guard let low = values.min(), let high = values.max() else { return nil }
        let margin = (high - low) * 0.03
        return ChartScale(low - margin...high + margin)
    }
}
