// SPDX-License-Identifier: Apache-2.0
// One row per sampler of the run: which one draws best, and what that costs.

import EngineKit
import Screen

/// The table of samplers.
struct SamplerTable: Widget {
    let content: ChainsContent
    let isFocused: Bool

    init(_ content: ChainsContent, isFocused: Bool) {
        (self.content, self.isFocused) = (content, isFocused)
    }

    /// Rows above the samplers.
    private static let headerHeight = 2
    private static let nameWidth = 14

    /// Rows that the whole table takes.
    static func height(samplers: Int) -> Int { headerHeight + samplers }

    private var samplers: [SamplerData] { content.run.chains.samplers }

    /// The position of the sampler on show.
    private var selected: Int? { samplers.firstIndex { $0.name == content.sampler?.name } }

    /// The table without its heading, and the columns that fit into a width.
    private func table(width: Int) -> Table {
        let summaries = samplers.map { content.model.summary(of: $0)?.summary }
        let columns = SamplerColumn.fitting(
            width: width - Self.nameWidth, hasDistance: summaries.contains { $0?.totalVariation != nil })
        let cells = columns.map { $0.cells(summaries) }
        let rows = samplers.indices.map { row in [name(row)] + cells.map { $0[row] } }
        return Table(
            columns: [TableColumn("", width: .fixed(Self.nameWidth))]
                + columns.map { TableColumn($0.title + " ", alignment: .right, width: .fixed($0.width)) },
            rows: rows, state: ListState(selected: selected), gap: 1)
    }

    /// The sampler of a row of the screen.
    func sampler(atRow row: Int, in area: Rectangle) -> SamplerData? {
        let (table, place) = (table(width: area.width), area.splitTop(1).rest)
        let index = samplers.indices.first { table.cellArea(row: $0, column: 0, in: place)?.top == row }
        return index.map { samplers[$0] }
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard !samplers.isEmpty else { return content.drawAbsence("samplers", on: &buffer, in: area) }
        let (heading, rest) = area.splitTop(1)
        let isWaiting = samplers.contains { sampler in
            sampler.draws != nil && content.model.summary(of: sampler)?.isCurrent != true
        }
        let warmUp = content.state.chosenWarmUp
        buffer.write(
            [
                StyledText("samplers", isFocused ? .focus : .title),
                StyledText(
                    "  worst coordinate, * best"
                        + (warmUp > 0 ? ", without the first \(NumberText.grouped(warmUp)) draws" : "")
                        + (isWaiting ? "  computing …" : ""), .dim),
            ], at: heading.origin, maximumWidth: heading.width)
        table(width: rest.width).render(into: &buffer, in: rest)
    }

    private func name(_ row: Int) -> StyledText {
        let sampler = samplers[row]
        let isSecond = sampler.name == content.model.secondSampler?.name
        let mark = row == selected ? "▸" : isSecond ? "◇" : " "
        let phase = sampler.phase == .kept ? "" : sampler.phase == .burnIn ? " …" : " ···"
        return StyledText(mark + sampler.name + phase, row == selected ? .focus : .text)
    }
}
