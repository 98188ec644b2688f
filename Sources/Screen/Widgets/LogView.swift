// SPDX-License-Identifier: Apache-2.0
// Messages in order of time, newest at the bottom.

/// One message.
public struct LogEntry: Hashable, Sendable {
    /// How much attention it deserves.
    public enum Level: Hashable, Sendable {
        /// Good to know.
        case information
        /// Deserves a look.
        case warning
        /// Something failed.
        case failure
    }

    /// When it came, as printed: a time of day or a step.
    public var stamp: String
    /// How much attention it deserves.
    public var level: Level
    /// The message; wraps.
    public var text: String

    /// Creates a message.
    public init(stamp: String, level: Level = .information, _ text: String) {
        self.stamp = stamp
        self.level = level
        self.text = text
    }
}

/// Messages with wrapped text under a column of stamps.
public struct LogView: Widget {
    /// The messages, oldest first.
    public var entries: [LogEntry]
    /// Wrapped lines below the visible ones; 0 follows the newest message.
    public var linesBelow: Int

    /// Creates a log.
    public init(_ entries: [LogEntry], linesBelow: Int = 0) {
        self.entries = entries
        self.linesBelow = linesBelow
    }

    /// Draws the last lines that fit; wraps only what is visible, so long logs cost nothing.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let stamps = entries.suffix(area.height + max(0, linesBelow)).map { SafeText.columns(of: $0.stamp) }
        let stampWidth = min(area.width / 3, stamps.max() ?? 0)
        let textWidth = area.width - stampWidth - 3
        guard textWidth > 0 else { return }
        var lines: [(stamp: String, mark: StyledText, pieces: [StyledText])] = []
        let wanted = area.height + max(0, linesBelow)
        for entry in entries.reversed() where lines.count < wanted {
            let (mark, style) = LogView.look(entry.level)
            let wrapped = Paragraph(entry.text, style).wrapped(width: textWidth)
            for (index, pieces) in wrapped.enumerated().reversed() {
                let isFirst = index == 0
                lines.append((isFirst ? entry.stamp : "", StyledText(isFirst ? mark : " ", style), pieces))
            }
        }
        let skipped = min(max(0, linesBelow), max(0, lines.count - area.height))
        let visible = Array(lines.dropFirst(skipped).prefix(area.height).reversed())
        for (offset, line) in visible.enumerated() {
            let row = area.row(offset)
            buffer.write(line.stamp, at: row.origin, style: Style(.dim), maximumWidth: stampWidth)
            let mark = Position(row: row.top, column: row.left + stampWidth + 1)
            buffer.write([line.mark], at: mark)
            buffer.write(
                line.pieces, at: Position(row: row.top, column: mark.column + 2), maximumWidth: textWidth)
        }
    }

    private static func look(_ level: LogEntry.Level) -> (String, Style) {
        switch level {
        case .information: return ("·", .plain)
        case .warning: return ("!", Style(.warning))
        case .failure: return ("✗", Style(.bad))
        }
    }
}
