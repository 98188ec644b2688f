// SPDX-License-Identifier: Apache-2.0
// The scores of all methods at the chosen number of draws, and the ranges of the selected one.

import Diagnostics
import Screen

/// One row per method; columns that do not fit are left out from the right.
struct ScoreTable: Widget {
    let view: UncertaintyView

    private static let columns: [(title: String, width: Int, value: @Sendable (MethodScores) -> String)] = [
        ("error %", 7, { number($0.error, 2) }),
        ("NLL", 7, { number($0.negativeLogLikelihood, 4) }),
        ("AUROC", 6, { number($0.areaUnderROC, 3) }),
        ("ECE", 6, { number($0.calibrationError, 4) }),
        ("FPR95", 6, { number($0.falsePositiveRate, 3) }),
        ("KS", 5, { number($0.separation, 3) }),
    ]

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let methods = view.data.methods
        let nameWidth = methods.map(\.title.count).max().map { min($0, 20) } ?? 0
        var room = area.width - nameWidth - 2
        let shown = Self.columns.prefix { column in
            room -= column.width + 1
            return room >= -1
        }
        var table = Table(
            columns: [TableColumn("method", width: .fixed(nameWidth + 2))]
                + shown.map { TableColumn($0.title, alignment: .right, width: .fixed($0.width)) },
            rows: methods.enumerated().map { index, method in
                let scores = view.scores(method)
                // The mark has the colour of the method's curves.
                return [StyledText("\(Self.mark(index)) \(method.title)", .series(index))]
                    + shown.map { StyledText($0.value(scores), method.isComplete ? .text : .dim) }
            },
            state: ListState(selected: view.row))
        table.gap = 1
        let (body, rest) = area.splitTop(min(area.height, methods.count + 1))
        table.render(into: &buffer, in: body)
        drawRanges(on: &buffer, in: rest.inset(top: 1))
    }

    private static func mark(_ index: Int) -> String { String(index + 1) }

    /// 95 % intervals of the selected method with all draws.
    private func drawRanges(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let method = view.method, area.height >= 2 else { return }
        guard let intervals = method.scores.last?.intervals else {
            buffer.write(
                method.isComplete ? "" : "\(method.title) is still predicting …", in: area.row(0), style: Style(.dim))
            return
        }
        let all = method.isRandom ? ", all \(method.drawCounts[method.drawCounts.count - 1]) draws" : ""
        buffer.write("95 % ranges of \(method.title)\(all)", in: area.row(0), style: Style(.dim))
        let lines: [(String, ScoreIntervals.Interval?, factor: Double, decimals: Int)] = [
            ("error %", intervals.error, 100, 2), ("NLL", intervals.negativeLogLikelihood, 1, 4),
            ("AUROC", intervals.areaUnderROC, 1, 3), ("ECE", intervals.calibrationError, 1, 4),
        ]
        for (offset, line) in lines.enumerated() {
            let range = line.1.map {
                NumberText.fixed($0.lower * line.factor, decimals: line.decimals) + " to "
                    + NumberText.fixed($0.upper * line.factor, decimals: line.decimals)
            }
            let name = line.0 + String(repeating: " ", count: 9 - line.0.count)
            buffer.write(name + (range ?? "–"), in: area.row(offset + 1), style: Style(.text))
        }
    }

    private static func number(_ value: Double?, _ decimals: Int) -> String {
        value.map { NumberText.fixed($0, decimals: decimals) } ?? "–"
    }
}
