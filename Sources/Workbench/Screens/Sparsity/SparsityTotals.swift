// SPDX-License-Identifier: Apache-2.0
// What the whole network costs before and after, and how well it works.

import EngineKit
import Screen

/// Parameters, multiply-accumulates and test error at the chosen thresholds.
struct SparsityTotals: Widget {
    let model: WorkbenchModel
    let run: OpenRun

    init(_ model: WorkbenchModel, _ run: OpenRun) {
        self.model = model
        self.run = run
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let count = run.sparsity.snapshot?.layers.count ?? 0
        let thresholds = model.sparsityState.thresholds(layers: count)
        guard let outcome = SparsityOutcome(run.sparsity, thresholds: thresholds) else { return }
        let inside = area.inset(left: 1, right: 1)
        let hasRules = area.height >= 4
        if hasRules {
            for column in inside.columns {
                buffer.write("─", at: Position(row: inside.top, column: column), style: Style(.border))
            }
        }
        let rows = hasRules ? inside.inset(top: 1) : inside
        var cost: [StyledText] = [StyledText("  network   ", .dim)]
        if let dense = outcome.dense, let pruned = outcome.pruned {
            cost += change("weights", dense.parameters, pruned.parameters) + [StyledText("     ", .dim)]
            cost += change("MACs", dense.macs, pruned.macs)
        } else {
            cost.append(StyledText("cost unknown", .dim))
        }
        buffer.write(cost, at: rows.row(0).origin, maximumWidth: rows.width)
        guard rows.height >= 2 else { return }
        buffer.write(
            [StyledText("  test      ", .dim)] + errorText(thresholds), at: rows.row(1).origin, maximumWidth: rows.width
        )
    }

    private func change(_ name: String, _ before: Int, _ after: Int) -> [StyledText] {
        let factor =
            after > 0 ? NumberText.significant(Double(before) / Double(after), digits: 3) + "×" : "nothing left"
        return [
            StyledText(name + " ", .dim),
            StyledText(NumberText.compact(Double(before)) + " → ", .text),
            StyledText(NumberText.compact(Double(after)), .title),
            StyledText("  " + factor, after > 0 ? .good : .bad),
        ]
    }

    /// The test error: measured for these very units, or estimated, which reads and looks differently.
    private func errorText(_ thresholds: [Double]) -> [StyledText] {
        let state = model.sparsityState
        let isAsked = state.pending != nil
        var pieces = [StyledText("error ", .dim)]
        switch run.sparsity.testError(thresholds: thresholds) {
        case .exact(let percent, let step):
            let isOld = step < (run.sparsity.snapshot?.step ?? step)
            pieces += [
                StyledText(NumberText.fixed(percent, decimals: 2) + " %", .title),
                StyledText("  exact", isOld ? .warning : .good),
                StyledText(", step \(NumberText.grouped(step))", .dim),
            ]
        case .interpolated(let percent):
            pieces += [
                StyledText("~\(NumberText.fixed(percent, decimals: 2)) %", .warning),
                StyledText("  estimated", .warning),
            ]
            if !isAsked { pieces.append(StyledText(state.restsAt == nil ? ", Enter evaluates" : "", .dim)) }
        case .unknown:
            pieces.append(StyledText("–", .title))
            if !isAsked { pieces.append(StyledText(state.restsAt == nil ? "  Enter evaluates" : "", .dim)) }
        }
        if isAsked { pieces.append(StyledText("  evaluating …", .focus)) }
        return pieces
    }
}
