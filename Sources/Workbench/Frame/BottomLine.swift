// SPDX-License-Identifier: Apache-2.0
// The last row: the typed line, else a message, else the keys of the screen. And the candidates above a typed line.

import EngineKit
import Screen

/// The footer.
struct BottomLine: Widget {
    let model: WorkbenchModel

    init(_ model: WorkbenchModel) { self.model = model }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let inside = area.inset(left: 1, right: 1)
        if let prompt = model.prompt {
            TextField(
                prompt: prompt.purpose == .command ? ":" : "/", state: prompt.field, completion: model.completionHint,
                placeholder: prompt.purpose == .command ? "command, Tab completes" : "words that must occur"
            ).render(into: &buffer, in: inside)
            return
        }
        if case .help(let help) = model.overlay {
            if help.isSearching {
                TextField(prompt: "/", state: TextFieldState(help.filter), placeholder: "search keys")
                    .render(into: &buffer, in: inside)
            } else {
                KeyHints([
                    KeyHint("/", "search"), KeyHint("?", "what the focused number means"), KeyHint("Esc", "close"),
                ])
                .render(into: &buffer, in: inside)
            }
            return
        }
        if let notice = model.notice {
            buffer.write(notice.text, in: inside, style: Style(notice.level.role))
            return
        }
        if model.overlay != nil {
            KeyHints(model.footerHints).render(into: &buffer, in: inside)
            return
        }
        // Help and the way out are always there; the rest gives way.
        let fixed = model.hints(named: ["help", "quit"])
        let width = fixed.reduce(0) { $0 + SafeText.columns(of: $1.key) + SafeText.columns(of: $1.action) + 3 }
        let (rest, right) = inside.splitRight(min(inside.width, width - 2))
        KeyHints(fixed).render(into: &buffer, in: right)
        KeyHints(model.footerHints).render(into: &buffer, in: rest.inset(right: 2))
    }
}

extension MessageLevel {
    var role: Role {
        switch self {
        case .notice: .text
        case .warning: .warning
        case .failure: .bad
        }
    }
}

extension WorkbenchModel {
    /// The keys that the footer shows: those of the screen, then those that hold everywhere.
    var footerHints: [KeyHint] {
        keyScopes.flatMap { keys.bindings(in: $0) }.filter { $0.name != "help" && $0.name != "quit" }
            .compactMap(\.hint)
    }

    /// The hints of named operations.
    func hints(named names: [String]) -> [KeyHint] { names.compactMap { keys.binding(named: $0)?.hint } }
}

/// Candidates and usage above the prompt, right above the footer.
struct CompletionList: Widget {
    let model: WorkbenchModel

    init(_ model: WorkbenchModel) { self.model = model }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let prompt = model.prompt, prompt.purpose == .command, area.height >= 6 else { return }
        let lines = prompt.candidates.isEmpty ? model.completions(of: prompt.field.text) : prompt.candidates
        var rows = lines.map { line -> [StyledText] in
            let isSelected = prompt.candidate.map { prompt.candidates[$0] == line } ?? false
            let command = WorkbenchModel.command(line.trimmedSpaces)
            let name = StyledText(line.trimmedSpaces, isSelected ? .selection : .text)
            let summary = command.map { " " + $0.arguments } ?? ""
            return [name, StyledText(summary, .dim)]
        }
        if let command = model.typedCommand, rows.count <= 1 {
            rows = [[StyledText(command.usage, .text), StyledText("  " + command.summary, .dim)]]
        }
        guard !rows.isEmpty else { return }
        let visible = min(rows.count, min(12, area.height - 3))
        let start = window(of: prompt.candidate ?? 0, visible: visible, count: rows.count)
        let widest = rows.map { $0.reduce(0) { $0 + $1.columns } }.max() ?? 0
        let frame = Rectangle(
            top: area.bottom - visible - 2, left: area.left, height: visible + 2,
            width: min(area.width, max(30, widest + 4)))
        let panel = Panel(rows.count > visible ? "\(rows.count) candidates" : "", clears: true)
        panel.render(into: &buffer, in: frame)
        let content = panel.content(of: frame).inset(left: 1, right: 1)
        for (offset, row) in rows[start..<start + visible].enumerated() {
            buffer.write(
                row, at: Position(row: content.top + offset, column: content.left), maximumWidth: content.width)
        }
    }

    private func window(of selected: Int, visible: Int, count: Int) -> Int {
        max(0, min(selected - visible + 1, count - visible))
    }
}

extension String {
    /// Without spaces at the end.
    var trimmedSpaces: String {
        var copy = self
        while copy.hasSuffix(" ") { copy.removeLast() }
        return copy
    }
}
