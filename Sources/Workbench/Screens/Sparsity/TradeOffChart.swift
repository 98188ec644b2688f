// SPDX-License-Identifier: Apache-2.0
// What an error costs: everything that was measured, over the arithmetic that was left, and where the slider is.

import EngineKit
import Screen

/// Test error over the multiply-accumulates that are left.
///
/// A curve joins what was measured with the newest weights; points of earlier weights lie pale behind it. The slider is
/// a dot on its exact or estimated error, or a line where nothing is known.
struct TradeOffChart: Widget {
    private let measured: [(cost: Double, percent: Double, isNewest: Bool)]
    /// Where the slider is, percent of the cost.
    private let place: Double?
    private let estimate: TestErrorEstimate

    init(_ data: SparsityData, thresholds: [Double]) {
        let newest = data.snapshot?.step ?? 0
        measured = data.measurements.all.compactMap { item in
            item.outcome?.costLeft.map { (cost: 100 * $0, percent: item.percent, isNewest: item.step >= newest) }
        }
        place = SparsityOutcome(data, thresholds: thresholds)?.costLeft.map { 100 * $0 }
        estimate = data.testError(thresholds: thresholds)
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let place, !measured.isEmpty else {
            buffer.write("trade-off", in: area.row(0), style: Style(.title))
            Paragraph(
                "Move the threshold: every evaluation becomes a point of test error over the MACs that are left.",
                Style(.dim)
            ).render(into: &buffer, in: area.inset(top: 2, right: 2))
            return
        }
        var chart = LineChart(title: "trade-off", lines: [curve])
        chart.subtitle = area.width < 50 ? "error % over MACs %" : "test error % over MACs left %"
        chart.showsLegend = false
        let costs = (measured.map(\.cost) + [place]).filter { $0 > 0 }
        let (low, high) = (costs.min() ?? 1, costs.max() ?? 100)
        // Pruning is a matter of factors; a narrow range reads better with round numbers.
        chart.xScale = high > 8 * low ? .logarithmic : .linear
        let margin = (high - low) * 0.03
        chart.xWindow =
            chart.xScale == .logarithmic ? low / 1.1...high * 1.1 : max(0, low - margin)...high + max(margin, 0.1)
        chart.yRange = .fixed(errorRange)
        chart.markers =
            measured.filter { !$0.isNewest }.map { marker($0, "·", .dim) }
            + measured.filter(\.isNewest).map { marker($0, "•", .series(1)) }
        switch estimate {
        case .exact(let percent, _): chart.markers.append(ChartMarker(x: place, y: percent, glyph: "●", role: .focus))
        case .interpolated(let percent):
            chart.markers.append(ChartMarker(x: place, y: percent, glyph: "○", role: .warning))
        case .unknown: break
        }
        // Its label has the digits that a percentage deserves.
        chart.crosshair = place >= 10 ? (place * 10).rounded() / 10 : (place * 100).rounded() / 100
        chart.render(into: &buffer, in: area)
    }

    private func marker(
        _ item: (cost: Double, percent: Double, isNewest: Bool), _ glyph: Unicode.Scalar, _ role: Role
    ) -> ChartMarker {
        ChartMarker(x: item.cost, y: item.percent, glyph: glyph, role: role)
    }

    private var curve: ChartLine {
        let points = measured.filter(\.isNewest).sorted { ($0.cost, $0.percent) < ($1.cost, $1.percent) }
        return ChartLine("", SeriesPyramid(x: points.map(\.cost), y: points.map(\.percent)), colorIndex: 1)
    }

    /// The errors of the newest weights with a margin; earlier ones only as far as they do not press those flat.
    private var errorRange: ClosedRange<Double> {
        var values = measured.filter(\.isNewest).map(\.percent)
        if case .interpolated(let percent) = estimate { values.append(percent) }
        if values.isEmpty { values = measured.map(\.percent) }
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let earlier = measured.map(\.percent).filter { $0 <= max(2 * high, high + 1) }.max() ?? high
        let top = max(high, earlier)
        let margin = max(0.05, (top - low) * 0.08)
        return max(0, low - margin)...top + margin
    }
}
