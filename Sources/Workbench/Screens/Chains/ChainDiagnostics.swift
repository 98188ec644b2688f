// SPDX-License-Identifier: Apache-2.0
// The panel of numbers, with the modes of the target below them.

import Diagnostics
import EngineKit
import Screen

/// The numbers of the selected coordinate.
struct ChainDiagnostics: Widget {
    let content: ChainsContent
    let isFocused: Bool

    init(_ content: ChainsContent, isFocused: Bool) {
        (self.content, self.isFocused) = (content, isFocused)
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let panel = Panel("\(content.coordinate)\(content.isOld ? " …" : "")", isFocused: isFocused)
        panel.render(into: &buffer, in: area)
        let inside = panel.content(of: area).inset(left: 1, right: 1)
        let readings = ChainNumber.allCases.map { ($0, $0.reading(content)) }
        let reasons = reasons(readings.compactMap(\.1.reason))
        let occupancy = occupancy
        // Numbers first; modes and reasons take what is left, but at least a row each.
        let below = reasons.count + (occupancy.isEmpty ? 0 : 1)
        let (numbers, rest) = inside.splitTop(min(readings.count, max(1, inside.height - below)))
        drawNumbers(readings, on: &buffer, in: numbers)
        let (modes, notes) = rest.splitBottom(min(reasons.count, rest.height))
        drawModes(occupancy, on: &buffer, in: modes)
        for (offset, reason) in reasons.enumerated() {
            buffer.write(reason, in: notes.row(offset), style: Style(.dim))
        }
    }

    private func drawNumbers(
        _ readings: [(ChainNumber, ChainNumber.Reading)], on buffer: inout CellBuffer, in area: Rectangle
    ) {
        let rows = readings.enumerated().map { index, entry -> [StyledText] in
            let (number, reading) = entry
            let isMarked = index == content.state.diagnostic
            return [
                StyledText((isMarked ? "▸" : " ") + number.name, isMarked ? .focus : .dim),
                StyledText(reading.text, .title), StyledText(reading.note, reading.role),
            ]
        }
        var table = Table(
            columns: [
                TableColumn("", width: .fixed(12)), TableColumn("", alignment: .right, width: .fraction(1)),
                TableColumn("", width: .fixed(area.width >= 32 ? 9 : 7)),
            ], rows: rows, showsHeader: false, gap: 1)
        // Scrolls to the marked number where not all fit, without a bar over its row.
        let first = max(0, min(rows.count - area.height, content.state.diagnostic - area.height / 2))
        table.rows = Array(rows.dropFirst(first).prefix(area.height))
        table.render(into: &buffer, in: area)
    }

    // MARK: Modes

    private var occupancy: [Double] {
        guard let sampler = content.sampler else { return [] }
        return sampler.draws == nil ? sampler.trainingOccupancy : content.analysis?.occupancy ?? []
    }

    /// A bar per mode where there is room, else all of them in a row.
    private func drawModes(_ shares: [Double], on buffer: inout CellBuffer, in area: Rectangle) {
        guard !shares.isEmpty, area.height > 0 else { return }
        let highest = max(shares.max() ?? 1, 1e-9)
        if area.height <= shares.count {
            let row = area.row(max(0, area.height - 1))
            let name = "modes"
            buffer.write(name, in: row.inset(left: 1), style: Style(.dim))
            let bars = row.inset(left: 8)
            let scaled = Rectangle(top: bars.top, left: bars.left, height: 1, width: min(bars.width, 2 * shares.count))
            ColumnBars(shares, top: highest).render(into: &buffer, in: scaled)
            let empty = shares.count { $0 < 0.2 / Double(shares.count) }
            if empty > 0 {
                buffer.write(" \(empty) empty", in: bars.inset(left: scaled.width), style: Style(.bad))
            }
            return
        }
        let heading = area.row(area.height - shares.count - 1)
        buffer.write("share at each mode", in: heading, style: Style(.dim))
        for (index, share) in shares.enumerated() {
            let row = area.row(area.height - shares.count + index)
            // A fifth of a fair share is as good as none.
            let isEmpty = share < 0.2 / Double(shares.count)
            buffer.write("\(index + 1)", in: row.splitLeft(3).left, style: Style(.dim), alignment: .right)
            let (bar, number) = row.inset(left: 4).splitRight(7)
            Bar(share / highest, style: Style(isEmpty ? .bad : .series(0))).render(into: &buffer, in: bar)
            buffer.write(
                NumberText.fixed(share * 100, decimals: 1) + " %", in: number, style: Style(isEmpty ? .bad : .text),
                alignment: .right)
        }
    }

    // MARK: Reasons

    /// Why numbers are missing, each reason once.
    private func reasons(_ reasons: [UndefinedReason]) -> [String] {
        guard content.sampler?.draws != nil else { return [] }
        guard let analysis = content.analysis else { return ["computing …"] }
        if analysis.summary == nil { return ["– below \(ChainAnalysis.fewestDraws) draws per chain"] }
        var texts: [String] = []
        for reason in reasons where !texts.contains("– \(reason)") { texts.append("– \(reason)") }
        return texts
    }
}
