// SPDX-License-Identifier: Apache-2.0
// The log with events of all runs and captured prints, and how the program itself is doing.

import EngineKit
import Screen

/// Events and system.
enum LogScreen: WorkbenchScreen {
    static let name = "log"
    static let title = "Log"
    static let key: KeyPress = "7"

    static let bindings: [KeyBinding] = [
        KeyBinding("log.filter", .screen(name), ["/"], label: "filter", "only lines with these words") { model in
            model.beginFilter()
            return []
        },
        KeyBinding("log.follow", .screen(name), ["0"], label: "newest", "follow the newest line") { model in
            model.logState.linesBelow = 0
            return []
        },
    ]

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        let state = model.logState
        var pieces: [StyledText] = []
        if !state.filter.isEmpty { pieces.append(StyledText("/\(state.filter)  ", .focus)) }
        if state.linesBelow > 0 { pieces.append(StyledText("\(state.linesBelow) below  ", .warning)) }
        pieces.append(StyledText("\(lines(model).count) lines", .dim))
        return pieces
    }

    /// The lines that pass the filter.
    static func lines(_ model: WorkbenchModel) -> [LogLine] {
        let words = model.logState.filter.lowercased().split(separator: " ")
        guard !words.isEmpty else { return model.log.lines }
        return model.log.lines.filter { line in
            let text = (line.text + " " + source(line)).lowercased()
            return words.allSatisfy { text.contains($0) }
        }
    }

    private static func source(_ line: LogLine) -> String {
        switch line.source {
        case .run(let name): name
        case .print: "print"
        case .workbench: "elbo"
        }
    }

    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect] {
        let page = FrameLayout(height: model.size.height, width: model.size.width).content.height
        guard let rows = motion.rows(page: page) else { return [] }
        let count = lines(model).count
        model.logState.linesBelow = min(max(0, count - 1), max(0, model.logState.linesBelow - rows))
        return []
    }

    static func draw(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        let isWide = area.width >= 110
        let (left, right) = isWide ? area.splitRight(36) : area.splitBottom(area.height >= 14 ? 6 : 0)
        drawLog(model, on: &buffer, in: left.inset(left: 1, right: 1))
        if isWide {
            for row in right.rows {
                buffer.write("│", at: Position(row: row, column: right.left), style: Style(.border))
            }
        } else {
            for column in right.inset(left: 1, right: 1).columns where !right.isEmpty {
                buffer.write("─", at: Position(row: right.top, column: column), style: Style(.border))
            }
        }
        SystemPane(model).render(
            into: &buffer, in: isWide ? right.inset(left: 2, right: 1) : right.inset(top: 1, left: 1, right: 1))
    }

    private static func drawLog(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        let lines = lines(model)
        guard !lines.isEmpty else {
            EmptyNote(
                model.log.lines.isEmpty ? "Nothing happened yet." : "No line passes the filter.",
                "Events of runs and everything that libraries print appear here."
            ).render(into: &buffer, in: area)
            return
        }
        // Only what can be seen is turned into text.
        let wanted = area.height + model.logState.linesBelow
        let entries = lines.suffix(wanted).map { line in
            let level: LogEntry.Level =
                switch line.level {
                case .notice: .information
                case .warning: .warning
                case .failure: .failure
                }
            return LogEntry(stamp: stamp(line, model), level: level, line.text)
        }
        LogView(entries, linesBelow: model.logState.linesBelow).render(into: &buffer, in: area)
    }

    /// Time since the workbench began, step and source of a line, in columns of their own.
    ///
    /// Ages would have to be drawn again every second; this never changes.
    private static func stamp(_ line: LogLine, _ model: WorkbenchModel) -> String {
        let time = timeText(line.seconds - (model.firstClock ?? line.seconds))
        let isWide = model.size.width >= 100
        let step = isWide ? "  " + pad(line.step.map { NumberText.grouped($0) } ?? "", to: 8) : ""
        return time + step + (isWide || model.runs.count > 1 ? "  " + source(line) : "")
    }

    /// Hours, minutes and seconds.
    private static func timeText(_ seconds: Double) -> String {
        let whole = Int(min(1e9, max(0, seconds)))
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    private static func pad(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - SafeText.columns(of: text))) + text
    }
}
