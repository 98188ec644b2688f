// SPDX-License-Identifier: Apache-2.0
// Bars: the autocorrelation function, and the ranks of every chain among all.

import Diagnostics
import EngineKit
import Screen

/// A bar chart of the chains screen.
struct ChainBars: Widget {
    /// What is drawn.
    enum Kind {
        case autocorrelation, ranks
    }

    let content: ChainsContent
    let kind: Kind
    let isFocused: Bool

    init(_ content: ChainsContent, _ kind: Kind, isFocused: Bool) {
        (self.content, self.kind, self.isFocused) = (content, kind, isFocused)
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        switch kind {
        case .autocorrelation: drawAutocorrelation(on: &buffer, in: area)
        case .ranks: drawRanks(on: &buffer, in: area)
        }
    }

    private func heading(
        _ title: String, _ subtitle: String, on buffer: inout CellBuffer, in area: Rectangle
    ) -> Rectangle {
        let (row, rest) = area.splitTop(1)
        buffer.write(
            [StyledText(title, isFocused ? .focus : .title), StyledText("  " + subtitle, .dim)], at: row.origin,
            maximumWidth: row.width)
        return rest
    }

    // MARK: Autocorrelation

    private func drawAutocorrelation(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let analysis = content.analysis, !analysis.autocorrelations.isEmpty else {
            return content.drawAbsence("autocorrelation of \(content.coordinate)", on: &buffer, in: area)
        }
        let time = analysis.autocorrelationTime?.value.map { "τ = \(NumberText.significant($0, digits: 3))" } ?? ""
        let rest = heading("autocorrelation of \(content.coordinate)", time, on: &buffer, in: area)
        let (chart, axis) = rest.splitBottom(rest.height >= 3 ? 1 : 0)
        let (labels, bars) = chart.splitLeft(chart.width >= 20 ? 2 : 0)
        buffer.write("1", in: labels.row(0), style: Style(.axis))
        let shown = Array(analysis.autocorrelations.prefix(bars.width))
        let lowest = shown.min() ?? 0
        ColumnBars(shown, top: 1, bottom: lowest < -0.05 ? lowest : 0).render(into: &buffer, in: bars)
        buffer.write("lag 0", in: axis.inset(left: labels.width), style: Style(.axis))
        // Bars are of equal width, so the last one ends where the division comes out even.
        let end = labels.width + (bars.width / max(1, shown.count)) * shown.count
        let row = Rectangle(top: axis.top, left: axis.left, height: axis.height, width: min(end, axis.width))
        buffer.write("\(shown.count - 1)", in: row.inset(left: 8), style: Style(.axis), alignment: .right)
    }

    // MARK: Ranks

    private func drawRanks(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let analysis = content.analysis, !analysis.pictures.ranks.isEmpty else {
            return content.drawAbsence("ranks of \(content.coordinate)", on: &buffer, in: area)
        }
        let ranks = analysis.pictures.ranks
        let rest = heading("ranks of \(content.coordinate)", "flat is good", on: &buffer, in: area)
        guard rest.height > 0 else { return }
        // Taller bars where there is room; always the rows around the selected chain.
        let height = max(1, min(3, rest.height / ranks.count))
        let visible = min(ranks.count, rest.height / height)
        let first = max(0, min(ranks.count - visible, content.state.chain - visible / 2))
        let expected = Double(analysis.drawCount) / Double(ChainPictures.rankBins)
        let labelWidth = rest.width >= 30 ? "chain \(analysis.chainCount)".count + 1 : 0
        for row in 0..<visible {
            let chain = first + row
            let strip = Rectangle(top: rest.top + row * height, left: rest.left, height: height, width: rest.width)
            let (label, bars) = strip.splitLeft(labelWidth)
            let isSelected = chain == content.state.chain
            buffer.write(
                "chain \(chain + 1)", in: label.row(height - 1), style: Style(isSelected ? .focus : .dim))
            let color = analysis.key.marked.firstIndex(of: chain)
            ColumnBars(
                ranks[chain].map(Double.init), top: 2 * expected, style: Style(color.map { .series($0) } ?? .text)
            ).render(into: &buffer, in: bars)
        }
    }
}
