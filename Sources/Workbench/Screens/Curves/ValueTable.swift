// SPDX-License-Identifier: Apache-2.0
// All metrics at the crosshair, beside the charts.

import EngineKit
import Screen

/// The values of the current run at the crosshair: raw, smoothed, and the best so far.
struct ValueTable: Widget {
    let model: WorkbenchModel

    init(_ model: WorkbenchModel) { self.model = model }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let run = model.run, let step = model.curvesState.crosshair else { return }
        let columns = [
            TableColumn("at step \(NumberText.grouped(Int(saturating: step)))", width: .fraction(1)),
            TableColumn("value", alignment: .right), TableColumn("smooth", alignment: .right),
            TableColumn("best", alignment: .right),
        ]
        let metrics = CurvesScreen.metrics(model)
        let rows = metrics.map { metric -> [StyledText] in
            guard let curve = run.curves[metric], let index = curve.series.index(nearestTo: step) else { return [] }
            let value = curve.series.y(at: index)
            let smoothed = curve.smoothed.weight > 0 ? NumberText.significant(curve.smoothed[index], digits: 4) : ""
            return [
                StyledText(metric, .text),
                StyledText(NumberText.significant(value, digits: 4), value.isFinite ? .title : .bad),
                StyledText(smoothed, .series(0)),
                StyledText(curve.best.map { NumberText.significant($0.value, digits: 4) } ?? "–", .dim),
            ]
        }
        let focus = CurvesScreen.focusedMetric(model).flatMap { metrics.firstIndex(of: $0) }
        Table(columns: columns, rows: rows, state: ListState(selected: focus))
            .render(into: &buffer, in: area.inset(left: 2, right: 1))
        drawRuns(below: rows.count + 2, on: &buffer, in: area.inset(left: 2, right: 1))
    }

    /// With several runs on the charts: the focused metric of each, and its difference to the current run.
    private func drawRuns(below top: Int, on buffer: inout CellBuffer, in area: Rectangle) {
        let runs = model.overlaidRuns
        guard runs.count > 1, let metric = CurvesScreen.focusedMetric(model), let step = model.curvesState.crosshair
        else {
            return
        }
        func value(_ run: OpenRun) -> Double? {
            guard let series = run.curves[metric]?.series, let index = series.index(nearestTo: step) else { return nil }
            return series.y(at: index)
        }
        let reference = value(runs[0])
        let rows = runs.enumerated().map { index, run -> [StyledText] in
            let own = value(run)
            var difference = ""
            if index > 0, let own, let reference {
                difference = (own >= reference ? "+" : "") + NumberText.significant(own - reference, digits: 3)
            }
            return [
                StyledText("━ " + run.name, .series(index)),
                StyledText(own.map { NumberText.significant($0, digits: 4) } ?? "–", .title),
                StyledText(difference, .dim),
            ]
        }
        Table(
            columns: [
                TableColumn(metric, width: .fraction(1)), TableColumn("value", alignment: .right),
                TableColumn("difference", alignment: .right),
            ], rows: rows
        ).render(into: &buffer, in: area.inset(top: top))
    }
}
