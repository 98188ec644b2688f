// SPDX-License-Identifier: Apache-2.0
// Live curves: a grid of charts with a common x axis. Keys are in CurvesScreen+Keys, the cursor in +Cursor.

import EngineKit
import Screen

/// The metrics of the current run and of those marked for comparison.
enum CurvesScreen: WorkbenchScreen {
    static let name = "curves"
    static let title = "Curves"
    static let key: KeyPress = "1"

    /// Charts are at least this large, so that an axis with labels and a readable curve fit.
    private static let smallestChart = (height: 8, width: 36)
    /// Columns of the table of values beside the charts.
    private static let tableWidth = 44

    static func isOffered(_ model: WorkbenchModel) -> Bool { model.currentRun != nil }

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        let state = model.curvesState
        var pieces: [StyledText] = []
        if let step = state.crosshair {
            let epochs = (model.run?.epochsPerStep ?? 0) * step
            pieces.append(StyledText("step \(NumberText.grouped(Int(saturating: step)))", .cursor))
            if epochs > 0 { pieces.append(StyledText("  epoch \(NumberText.fixed(epochs, decimals: 1))", .text)) }
        } else if let window = state.window {
            pieces.append(
                StyledText(
                    "steps \(NumberText.grouped(Int(saturating: window.lowerBound))) – \(NumberText.grouped(Int(saturating: window.upperBound)))",
                    .text))
        }
        if let group = state.group { pieces.append(StyledText("  \(group)/", .focus)) }
        let place = page(model)
        if place.count > 1 { pieces.append(StyledText("  page \(place.index + 1)/\(place.count)", .dim)) }
        return pieces
    }

    // MARK: What is shown

    /// The metrics on show, in the engine's order.
    static func metrics(_ model: WorkbenchModel) -> [String] {
        let names = model.run?.metricNames ?? []
        guard let group = model.curvesState.group else { return names }
        let chosen = names.filter { self.group(of: $0) == group }
        return chosen.isEmpty ? names : chosen
    }

    /// The part of a metric's name before the slash.
    static func group(of metric: String) -> String {
        metric.firstIndex(of: "/").map { String(metric[..<$0]) } ?? ""
    }

    /// The focused metric: the chosen one if it is on show, else the first.
    static func focusedMetric(_ model: WorkbenchModel) -> String? {
        let shown = metrics(model)
        return model.curvesState.focus.flatMap { shown.contains($0) ? $0 : nil } ?? shown.first
    }

    /// The steps that all charts show: the zoomed window, else everything from the first to the last value.
    static func fullRange(_ model: WorkbenchModel) -> ClosedRange<Double>? {
        let ranges = model.overlaidRuns.flatMap { run in
            metrics(model).compactMap { run.curves[$0]?.series.xRange }
        }
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { return nil }
        return low...high
    }

    // MARK: Layout

    /// Where charts and the table of values go.
    static func panes(_ model: WorkbenchModel, _ area: Rectangle) -> (charts: Rectangle, table: Rectangle) {
        guard model.curvesState.crosshair != nil, area.width >= 120 else { return (area, .empty) }
        let (charts, table) = area.splitRight(tableWidth)
        return (charts, table)
    }

    /// Rows and columns of the grid for a number of charts: as many as fit, in the shape that fills it best.
    static func shape(of count: Int, in area: Rectangle) -> (rows: Int, columns: Int) {
        let largest = (
            rows: max(1, area.height / smallestChart.height), columns: max(1, area.width / smallestChart.width)
        )
        guard count < largest.rows * largest.columns else { return largest }
        // Four columns per row is about two to one on a screen, the shape of most charts in print.
        func badness(_ rows: Int, _ columns: Int) -> Double {
            let aspect = Double(area.width / columns) / Double(max(1, area.height / rows))
            let distortion = aspect > 4 ? aspect / 4 : 4 / max(0.1, aspect)
            return distortion + Double(rows * columns - count) * 0.6
        }
        var best = (rows: largest.rows, columns: largest.columns)
        for columns in 1...largest.columns {
            let rows = max(1, (count + columns - 1) / columns)
            guard rows <= largest.rows else { continue }
            if best.rows * best.columns < count || badness(rows, columns) < badness(best.rows, best.columns) {
                best = (rows, columns)
            }
        }
        return best
    }

    /// The page with the focused chart.
    static func page(_ model: WorkbenchModel) -> (index: Int, count: Int, size: Int, columns: Int) {
        let frame = FrameLayout(height: model.size.height, width: model.size.width)
        return page(model, in: panes(model, frame.content).charts)
    }

    private static func page(
        _ model: WorkbenchModel, in area: Rectangle
    ) -> (index: Int, count: Int, size: Int, columns: Int) {
        let shown = metrics(model)
        let shape = model.curvesState.isMaximised ? (rows: 1, columns: 1) : shape(of: shown.count, in: area)
        let size = shape.rows * shape.columns
        let focus = focusedMetric(model).flatMap { shown.firstIndex(of: $0) } ?? 0
        return (focus / size, (shown.count + size - 1) / size, size, shape.columns)
    }

    /// The charts on show with their areas.
    static func charts(_ model: WorkbenchModel, in area: Rectangle) -> [(metric: String, area: Rectangle)] {
        let shown = metrics(model)
        let place = page(model, in: area)
        let visible = shown.dropFirst(place.index * place.size).prefix(place.size)
        let cells = area.grid(rows: place.size / place.columns, columns: place.columns, gap: 0)
        return zip(visible, cells).map { ($0, $1.inset(left: 1, right: 1)) }
    }

    // MARK: Drawing

    static func draw(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let run = model.run else {
            EmptyNote("No run is open.", "Start one on screen 9, or open one on screen 6.")
                .render(into: &buffer, in: area)
            return
        }
        guard !metrics(model).isEmpty else {
            EmptyNote(
                run.isLoading ? "Reading the past of this run …" : "No values yet.",
                "Curves appear as soon as the engine reports."
            )
            .render(into: &buffer, in: area)
            return
        }
        let panes = panes(model, area)
        let charts = charts(model, in: panes.charts)
        for (metric, place) in charts {
            let isFocused = charts.count > 1 && metric == focusedMetric(model)
            chart(metric, model).render(into: &buffer, in: place)
            if isFocused {
                for row in place.rows {
                    buffer.write("▏", at: Position(row: row, column: place.left - 1), style: Style(.focus))
                }
            }
        }
        ValueTable(model).render(into: &buffer, in: panes.table)
    }

    /// The chart of a metric over all overlaid runs.
    static func chart(_ metric: String, _ model: WorkbenchModel) -> LineChart {
        let options = model.curvesState.options(of: metric)
        let runs = model.overlaidRuns
        let lines = runs.enumerated().compactMap { index, run -> ChartLine? in
            guard let curve = run.curves[metric] else { return nil }
            let smoothed = options.smoothing > 0 && curve.series.count > 2 ? curve.smoothed : nil
            return ChartLine(runs.count > 1 ? run.name : "", curve.series, smoothed: smoothed, colorIndex: index)
        }
        var chart = LineChart(title: metric, lines: lines)
        chart.subtitle = subtitle(metric, model)
        chart.yScale = options.isLogarithmic ? .logarithmic : .linear
        chart.yRange = options.isRobust ? .robust : .all
        chart.xWindow = model.curvesState.window ?? fullRange(model)
        chart.crosshair = model.curvesState.crosshair
        chart.focusedLine = lines.isEmpty ? nil : 0
        chart.showsLegend = runs.count > 1 || model.curvesState.crosshair != nil
        // Names of stages would lie on the curves of small charts; there the line alone has to do.
        let isLarge = model.curvesState.isMaximised
        chart.references = (model.run?.stages ?? []).filter { $0.step > 0 }.map {
            ChartReference(.vertical, at: Double($0.step), label: isLarge ? $0.name : "", role: isLarge ? .dim : .faint)
        }
        if isLarge { chart.xName = "step" }
        return chart
    }

    /// Unit and newest value; how it is drawn where that is not the common way.
    private static func subtitle(_ metric: String, _ model: WorkbenchModel) -> String {
        guard let run = model.run else { return "" }
        let options = model.curvesState.options(of: metric)
        var parts: [String] = []
        let unit = run.description.metrics.definition(named: metric)?.unit ?? ""
        if let last = run.curves[metric]?.last, model.curvesState.crosshair == nil {
            parts.append(NumberText.significant(last) + (unit.isEmpty ? "" : " \(unit)"))
        } else if !unit.isEmpty {
            parts.append(unit)
        }
        if model.curvesState.isMaximised || model.curvesState.options[metric] != nil {
            parts.append(
                options.smoothing > 0 ? "smoothed \(NumberText.significant(options.smoothing))" : "not smoothed")
            if !options.isRobust { parts.append("all values") }
        }
        return parts.joined(separator: "  ")
    }
}

/// A sentence in the middle of an empty screen, and what to do about it.
struct EmptyNote: Widget {
    let title: String
    let hint: String

    init(_ title: String, _ hint: String) {
        self.title = title
        self.hint = hint
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let place = area.centered(height: 4, width: min(64, area.width - 2))
        buffer.write(title, in: place.row(0), style: Style(.title), alignment: .center)
        let lines = Paragraph(hint, Style(.dim)).wrapped(width: place.width)
        for (offset, line) in lines.prefix(2).enumerated() {
            Label(line, alignment: .center).render(into: &buffer, in: place.row(offset + 2))
        }
    }
}
