// SPDX-License-Identifier: Apache-2.0
// All runs of the catalog: sorted, filtered, opened, marked for comparison.

import EngineKit
import Screen

/// The columns of the table of runs, in the order in which sorting walks through them.
enum RunsColumn: String, Sendable, CaseIterable {
    case name, engine, state, step, headline, lastSeen

    var title: String {
        switch self {
        case .lastSeen: "last seen"
        default: rawValue
        }
    }
}

/// The table of runs.
enum RunsScreen: WorkbenchScreen {
    static let name = "runs"
    static let title = "Runs"
    static let key: KeyPress = "6"

    static let bindings: [KeyBinding] = [
        KeyBinding("runs.open", .screen(name), [.named(.enter)], label: "open", "open the run and show its curves") {
            model in
            selected(model).map { model.open(run: $0) } ?? []
        },
        KeyBinding("runs.mark", .screen(name), ["x"], label: "overlay", "draw the run together with the current one") {
            model in
            selected(model).map { model.toggleMark($0) } ?? []
        },
        KeyBinding("runs.sort", .screen(name), ["s"], label: "sort", "sort by the next column") { model in
            let all = RunsColumn.allCases
            let index = all.firstIndex(of: model.runsState.sort) ?? 0
            model.runsState.sort = all[(index + 1) % all.count]
            return []
        },
        KeyBinding("runs.reverse", .screen(name), ["S"], label: "reverse", "sort the other way round") { model in
            model.runsState.isDescending.toggle()
            return []
        },
        KeyBinding(
            "runs.filter", .screen(name), ["/"], label: "filter",
            "filter: words, engine:sbp, state:running, value<1, -not"
        ) { model in
            model.beginFilter()
            return []
        },
    ]

    /// The catalog with live states of open runs, filtered and sorted.
    static func rows(_ model: WorkbenchModel) -> [RunSummary] {
        let filter = RunFilter(model.runsState.filter)
        var rows = model.catalog.map { summary in
            model.shownRuns.first { $0.name == summary.name }.map { live(summary, $0, at: model.clock) } ?? summary
        }
        let listed = Set(rows.map(\.name))
        for run in model.shownRuns where !listed.contains(run.name) {
            let summary = RunSummary(
                name: run.name, engine: run.description.engine, title: run.description.title, state: run.state, step: 0,
                lastSeen: model.clock)
            rows.append(live(summary, run, at: model.clock))
        }
        let state = model.runsState
        return rows.filter(filter.matches).sorted { isBefore($0, $1, state.sort, state.isDescending) }
    }

    private static func live(_ summary: RunSummary, _ run: OpenRun, at clock: Double) -> RunSummary {
        var copy = summary
        copy.state = run.state
        copy.step = run.progress?.step ?? summary.step
        copy.totalSteps = run.progress?.totalSteps ?? summary.totalSteps
        copy.headline = run.headline ?? summary.headline
        if run.description.isOwn && run.state.isActive { copy.lastSeen = clock }
        return copy
    }

    /// Order by a column, names decide between equals; rows without a value come last either way.
    private static func isBefore(_ a: RunSummary, _ b: RunSummary, _ column: RunsColumn, _ descends: Bool) -> Bool {
        func order<Value: Comparable>(_ left: Value?, _ right: Value?) -> Bool? {
            switch (left, right) {
            case (nil, nil): return nil
            case (nil, _): return false
            case (_, nil): return true
            case (let left?, let right?): return left == right ? nil : (left < right) != descends
            }
        }
        let states = RunState.allCases
        let decided: Bool? =
            switch column {
            case .name: order(a.name, b.name)
            case .engine: order(a.engine, b.engine)
            case .state: order(states.firstIndex(of: a.state), states.firstIndex(of: b.state))
            case .step: order(a.step, b.step)
            case .headline:
                order(
                    a.headline.flatMap { $0.value.isNaN ? nil : $0.value },
                    b.headline.flatMap { $0.value.isNaN ? nil : $0.value })
            case .lastSeen: order(a.lastSeen, b.lastSeen)
            }
        return decided ?? (a.name < b.name)
    }

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        let state = model.runsState
        var pieces: [StyledText] = []
        if !state.filter.isEmpty { pieces.append(StyledText("/\(state.filter)  ", .focus)) }
        pieces.append(StyledText("\(rows(model).count) of \(model.catalog.count)", .dim))
        return pieces
    }

    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect] {
        let rows = rows(model)
        let page = FrameLayout(height: model.size.height, width: model.size.width).content.height - 1
        guard let step = motion.rows(page: page), !rows.isEmpty else { return [] }
        var list = ListState(selected: selectedIndex(model, rows))
        list.move(by: step, count: rows.count)
        model.runsState.selected = list.selected.map { rows[$0].name }
        return []
    }

    /// The run that keys act on: the chosen one, or the first when the filter hides that.
    static func selected(_ model: WorkbenchModel) -> String? {
        let rows = rows(model)
        return selectedIndex(model, rows).map { rows[$0].name }
    }

    private static func selectedIndex(_ model: WorkbenchModel, _ rows: [RunSummary]) -> Int? {
        rows.firstIndex { $0.name == model.runsState.selected } ?? (rows.isEmpty ? nil : 0)
    }

    static func mouse(_ event: MouseEvent, in area: Rectangle, _ model: inout WorkbenchModel) -> [Effect] {
        switch event.kind {
        case .wheelUp: return move(.up, &model)
        case .wheelDown: return move(.down, &model)
        case .press(1):
            let rows = rows(model)
            let table = table(model, rows, width: area.width)
            for index in rows.indices
            where table.cellArea(row: index, column: 0, in: area.inset(left: 1, right: 1))?.top == event.row {
                model.runsState.selected = rows[index].name
            }
        default: break
        }
        return []
    }

    // MARK: Drawing

    static func draw(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        let rows = rows(model)
        guard !rows.isEmpty else {
            let isFiltered = !model.runsState.filter.isEmpty
            EmptyNote(
                isFiltered ? "No run passes the filter." : "No runs yet.",
                isFiltered ? "Esc shows all." : "Start a session on screen 9."
            ).render(into: &buffer, in: area)
            return
        }
        table(model, rows, width: area.width).render(into: &buffer, in: area.inset(left: 1, right: 1))
    }

    private static func table(_ model: WorkbenchModel, _ rows: [RunSummary], width: Int) -> Table {
        let state = model.runsState
        func heading(_ column: RunsColumn) -> String {
            column == state.sort ? column.title + (state.isDescending ? " ▼" : " ▲") : column.title
        }
        // Columns give way from the least telling on.
        var shown: [(column: RunsColumn, layout: TableColumn)] = [
            (.name, TableColumn(heading(.name), width: .fraction(1))), (.state, TableColumn(heading(.state))),
        ]
        if width >= 72 { shown.insert((.engine, TableColumn(heading(.engine))), at: 1) }
        if width >= 56 { shown.append((.step, TableColumn(heading(.step), alignment: .right))) }
        shown.append((.headline, TableColumn(heading(.headline), alignment: .right)))
        if width >= 64 { shown.append((.lastSeen, TableColumn(heading(.lastSeen), alignment: .right))) }
        let title = width >= 150 ? [TableColumn("title", width: .fraction(1.4))] : []
        let cells = rows.map { run -> [StyledText] in
            let place = model.overlaidRuns.firstIndex { $0.name == run.name }
            let isMarked = model.marked.contains(run.name)
            let mark = StyledText(
                run.name == model.currentRun ? "●" : isMarked ? "x" : " ", place.map { .series($0) } ?? .dim)
            return [mark] + shown.map { cell($0.column, run, model, width: width) }
                + (title.isEmpty ? [] : [StyledText(run.title, .dim)])
        }
        let selected = selectedIndex(model, rows)
        return Table(
            columns: [TableColumn("", width: .fixed(1))] + shown.map(\.layout) + title, rows: cells,
            state: ListState(selected: selected))
    }

    private static func cell(_ column: RunsColumn, _ run: RunSummary, _ model: WorkbenchModel, width: Int) -> StyledText
    {
        switch column {
        case .name: StyledText(run.name, .text)
        case .engine: StyledText(run.engine, .dim)
        case .state: StyledText("\(run.state.mark) \(run.state.rawValue)", run.state.role)
        case .step: StyledText(width >= 100 ? run.stepText : NumberText.grouped(run.step), .text)
        case .headline:
            StyledText(
                run.headline.map { (width >= 100 ? $0.name + " " : "") + NumberText.significant($0.value) } ?? "–",
                .title)
        case .lastSeen: StyledText(run.ageText(at: model.clock), .dim)
        }
    }
}
