// SPDX-License-Identifier: Apache-2.0
// The right half of the chooser: what a session does and how its file begins, or how a run stands.

import EngineKit
import Screen

/// The description of an entry.
struct SessionDetails: Widget {
    let model: WorkbenchModel
    let item: SessionsScreen.Item?

    init(_ model: WorkbenchModel, _ item: SessionsScreen.Item?) {
        self.model = model
        self.item = item
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        switch item {
        case nil: break
        case .session(let session): draw(session, on: &buffer, in: area)
        case .run(let run): draw(run, on: &buffer, in: area)
        }
    }

    private func draw(_ session: SessionSummary, on buffer: inout CellBuffer, in area: Rectangle) {
        var lines: [[StyledText]] = [
            [StyledText(session.title, .title)],
            [StyledText(session.engine, .focus), StyledText("  " + session.purpose, .text)],
        ]
        if !session.description.isEmpty {
            lines.append([])
            lines += session.description.split(whereSeparator: \.isNewline).map { [StyledText(String($0), .text)] }
        }
        let text = Paragraph(lines: lines)
        text.render(into: &buffer, in: area)
        let used = text.wrapped(width: area.width).count
        let preview = area.inset(top: used + 1)
        guard preview.height >= 3, !session.firstLines.isEmpty else { return }
        buffer.write(session.path, in: preview.row(0), style: Style(.dim))
        for (offset, line) in session.firstLines.prefix(preview.height - 1).enumerated() {
            buffer.write(settingLine(line), at: preview.row(offset + 1).origin, maximumWidth: preview.width)
        }
    }

    /// A line of a session file with quiet comments and headings that stand out.
    private func settingLine(_ line: String) -> [StyledText] {
        let (bar, text) = (StyledText("│ ", .border), line)
        if text.hasPrefix("#") { return [bar, StyledText(text, .dim)] }
        if text.hasPrefix("[") { return [bar, StyledText(text, .focus)] }
        guard let equals = text.firstIndex(of: "=") else { return [bar, StyledText(text, .text)] }
        return [bar, StyledText(String(text[..<equals]), .dim), StyledText(String(text[equals...]), .text)]
    }

    private func draw(_ run: RunSummary, on buffer: inout CellBuffer, in area: Rectangle) {
        var rows: [(String, StyledText)] = [
            ("state", StyledText("\(run.state.mark) \(run.state.rawValue)", run.state.role)),
            ("engine", StyledText(run.engine)),
            ("step", StyledText(run.stepText)),
        ]
        if let headline = run.headline {
            rows.append((headline.name, StyledText(NumberText.significant(headline.value), .title)))
        }
        rows.append(("last seen", StyledText(run.ageText(at: model.clock))))
        buffer.write(run.name, in: area.row(0), style: Style(.title))
        buffer.write(run.title, in: area.row(1), style: Style(.text))
        let width = rows.map { SafeText.columns(of: $0.0) }.max() ?? 0
        for (offset, row) in rows.enumerated() {
            let place = area.row(offset + 3)
            guard !place.isEmpty else { return }
            buffer.write(row.0, at: place.origin, style: Style(.dim))
            buffer.write(
                [row.1], at: Position(row: place.top, column: place.left + width + 2),
                maximumWidth: max(0, place.width - width - 2))
        }
        let hint = area.row(rows.count + 4)
        if !hint.isEmpty, !run.state.isActive, run.state != .finished {
            buffer.write("Open it and press P to continue from its last checkpoint.", in: hint, style: Style(.dim))
        }
    }
}

extension RunSummary {
    /// Steps done and planned.
    var stepText: String {
        NumberText.grouped(step) + (totalSteps.map { " / " + NumberText.grouped($0) } ?? "")
    }

    /// How long ago it last wrote something.
    func ageText(at clock: Double) -> String {
        let seconds = clock - lastSeen
        if !seconds.isFinite { return "–" }
        // The catalog is read every few seconds, so anything this young is as good as now.
        return seconds < 5 ? "now" : NumberText.duration(seconds: seconds) + " ago"
    }
}
