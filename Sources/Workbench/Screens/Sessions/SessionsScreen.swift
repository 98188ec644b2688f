// SPDX-License-Identifier: Apache-2.0
// The chooser: session files to start and runs to open, with a description of the selected one.

import EngineKit
import Screen

/// What the program shows first.
enum SessionsScreen: WorkbenchScreen {
    static let name = "sessions"
    static let title = "Start"
    static let key: KeyPress = "9"

    static let bindings: [KeyBinding] = [
        KeyBinding(
            "sessions.start", .screen(name), [.named(.enter)], label: "start or open", "start the session, open the run"
        ) { model in
            switch selected(model) {
            case .session(let session): return model.start(session)
            case .run(let run): return model.open(run: run.name)
            case nil:
                model.say("There is nothing to start.", level: .warning)
                return []
            }
        }
    ]

    /// An entry of the list.
    enum Item: Sendable, Equatable {
        case session(SessionSummary)
        case run(RunSummary)

        /// What stays the same when lists are read again.
        var identifier: String {
            switch self {
            case .session(let session): "session " + session.path
            case .run(let run): "run " + run.name
            }
        }
    }

    /// Sessions, then runs, the ones seen last first.
    static func items(_ model: WorkbenchModel) -> [Item] {
        model.sessions.map(Item.session)
            + model.catalog.sorted { $0.lastSeen > $1.lastSeen }.map(Item.run)
    }

    static func selected(_ model: WorkbenchModel) -> Item? {
        let items = items(model)
        guard let index = model.sessionsState.list.selected, items.indices.contains(index) else { return items.first }
        return items[index]
    }

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        [StyledText("\(model.sessions.count) sessions, \(model.catalog.count) runs", .dim)]
    }

    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect] {
        let page = FrameLayout(height: model.size.height, width: model.size.width).content.height
        guard let rows = motion.rows(page: page) else { return [] }
        model.sessionsState.list.move(by: rows, count: items(model).count)
        model.sessionsState.wasMoved = true
        return []
    }

    static func mouse(_ event: MouseEvent, in area: Rectangle, _ model: inout WorkbenchModel) -> [Effect] {
        guard case .press = event.kind else {
            return event.kind == .wheelUp ? move(.up, &model) : event.kind == .wheelDown ? move(.down, &model) : []
        }
        let lines = lines(model)
        let place = panes(area).list
        guard place.contains(Position(row: event.row, column: event.column)) else { return [] }
        let index = firstLine(of: lines, model, visible: place.height) + event.row - place.top
        guard lines.indices.contains(index), case .item(let item) = lines[index] else { return [] }
        model.sessionsState.list.selected = item
        model.sessionsState.wasMoved = true
        return []
    }

    // MARK: Drawing

    /// A line of the list.
    private enum Line {
        case heading(String)
        case blank
        case item(Int)
    }

    static func draw(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        let panes = panes(area)
        drawList(model, on: &buffer, in: panes.list)
        for row in panes.rule.rows {
            buffer.write("│", at: Position(row: row, column: panes.rule.left), style: Style(.border))
        }
        SessionDetails(model, selected(model)).render(into: &buffer, in: panes.details)
    }

    private static func panes(_ area: Rectangle) -> (list: Rectangle, rule: Rectangle, details: Rectangle) {
        let listWidth = max(28, min(64, area.width * 2 / 5))
        let (list, rest) = area.splitLeft(listWidth)
        let (rule, details) = rest.splitLeft(1)
        return (list.inset(left: 1, right: 1), rule, details.inset(left: 2, right: 1))
    }

    private static func lines(_ model: WorkbenchModel) -> [Line] {
        let runs = model.catalog.count
        var lines: [Line] = [.heading("Sessions")] + model.sessions.indices.map { .item($0) }
        if runs > 0 {
            lines += [.blank, .heading("Runs")]
            lines += (0..<runs).map { .item(model.sessions.count + $0) }
        }
        return lines
    }

    /// The first visible line, so that the selected one and the heading above the first are seen.
    private static func firstLine(of lines: [Line], _ model: WorkbenchModel, visible: Int) -> Int {
        let wanted = model.sessionsState.list.selected ?? 0
        let line = lines.firstIndex { if case .item(wanted) = $0 { true } else { false } } ?? 0
        return max(0, min(lines.count - visible, line - visible / 2))
    }

    private static func drawList(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        let items = items(model)
        let lines = lines(model)
        let first = firstLine(of: lines, model, visible: area.height)
        for (offset, line) in lines.dropFirst(first).prefix(area.height).enumerated() {
            let row = area.row(offset)
            switch line {
            case .blank: break
            case .heading(let text): buffer.write(text, in: row, style: Style(.dim))
            case .item(let index):
                drawItem(items[index], index == (model.sessionsState.list.selected ?? 0), on: &buffer, in: row)
            }
        }
        if items.isEmpty {
            Paragraph(
                "No session files were found. Run elbo in a folder with sessions, or name one: elbo open FILE.",
                Style(.dim)
            )
            .render(into: &buffer, in: area.inset(top: 2))
        }
    }

    private static func drawItem(_ item: Item, _ isSelected: Bool, on buffer: inout CellBuffer, in row: Rectangle) {
        if isSelected { buffer.fill(row, style: Style(.selection)) }
        func look(_ role: Role) -> Style { isSelected ? Style(.selection) : Style(role) }
        let (left, right) = row.inset(left: 2).splitRight(7)
        if isSelected { buffer.write("▸", at: row.origin, style: Style(.selection)) }
        switch item {
        case .session(let session):
            buffer.write(session.name, in: left, style: look(.text))
            buffer.write(session.engine, in: right, style: look(.dim), alignment: .right)
        case .run(let run):
            let mark = isSelected ? Style(run.state.role, on: .selection) : Style(run.state.role)
            buffer.write(
                [StyledText(run.state.mark + " ", mark), StyledText(run.name, look(.text))], at: left.origin,
                maximumWidth: left.width)
            buffer.write(run.engine, in: right, style: look(.dim), alignment: .right)
        }
    }
}
