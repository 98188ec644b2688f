// SPDX-License-Identifier: Apache-2.0
// One row per chain: where it is, whether it moves, whether it agrees with the others.

import EngineKit
import Screen

/// The table of chains.
struct ChainTable: Widget {
    let content: ChainsContent
    let isFocused: Bool

    init(_ content: ChainsContent, isFocused: Bool) {
        (self.content, self.isFocused) = (content, isFocused)
    }

    /// Rows above the chains.
    private static let headerHeight = 2

    /// The chains that are visible in an area.
    private func visible(in area: Rectangle) -> Range<Int> {
        let count = content.analysis?.rows.count ?? 0
        let height = max(0, area.height - Self.headerHeight)
        let first = max(0, min(count - height, content.state.chain - height / 2))
        return first..<min(count, first + height)
    }

    /// The chain of a row of the screen.
    func chain(atRow row: Int, in area: Rectangle) -> Int? {
        let visible = visible(in: area)
        let chain = visible.lowerBound + row - area.top - Self.headerHeight
        return row >= area.top + Self.headerHeight && visible.contains(chain) ? chain : nil
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let analysis = content.analysis, !analysis.rows.isEmpty else {
            return content.drawAbsence("chains", on: &buffer, in: area)
        }
        let stuck = analysis.rows.count { $0.isStuck }
        let (heading, rest) = area.splitTop(1)
        buffer.write(
            [
                StyledText("chains, \(content.coordinate)", isFocused ? .focus : .title),
                stuck > 0 ? StyledText("  \(stuck) stuck", .bad) : StyledText("  none stuck", .dim),
            ], at: heading.origin, maximumWidth: heading.width)
        let range = visible(in: area)
        Table(
            columns: [
                TableColumn("", width: .fixed(6)), TableColumn("mean", alignment: .right, width: .fraction(1)),
                TableColumn("sd", alignment: .right, width: .fixed(7)),
                TableColumn("acc", alignment: .right, width: .fixed(5)),
                TableColumn("±MCSE", alignment: .right, width: .fixed(5)),
                TableColumn("", width: .fixed(area.width >= 36 ? 5 : 1)),
            ], rows: analysis.rows[range].enumerated().map { row($1, chain: range.lowerBound + $0) },
            state: ListState(selected: content.state.chain - range.lowerBound), gap: 1
        ).render(into: &buffer, in: rest)
    }

    private func row(_ row: ChainRow, chain: Int) -> [StyledText] {
        let color = content.analysis?.key.marked.firstIndex(of: chain)
        // Beyond three standard errors hardly any of a hundred chains lies by chance.
        let isApart = abs(row.deviation ?? 0) > 3
        func number(_ value: Double?, decimals: Int) -> String {
            value.map { NumberText.fixed($0, decimals: decimals) } ?? "–"
        }
        return [
            StyledText("\(color == nil ? " " : "●")\(chain + 1)", color.map { .series($0) } ?? .text),
            StyledText(NumberText.significant(row.mean, digits: 3), .text),
            StyledText(NumberText.significant(row.standardDeviation, digits: 3), .text),
            StyledText(number(row.acceptance, decimals: 2), .text),
            StyledText(number(row.deviation, decimals: 1), isApart ? .warning : .text),
            row.isStuck ? StyledText("stuck", .bad) : StyledText(isApart ? "!" : "", .warning),
        ]
    }
}
