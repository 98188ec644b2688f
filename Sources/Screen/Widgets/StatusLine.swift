// SPDX-License-Identifier: Apache-2.0
// The bars at the top and bottom of the screen.

/// A raised bar with text at both ends; the left text gives way.
public struct StatusLine: Widget {
    /// What stands at the left.
    public var left: [StyledText]
    /// What stands at the right.
    public var right: [StyledText]

    /// Creates a bar; roles of the pieces are kept, on the raised background.
    public init(left: [StyledText], right: [StyledText] = []) {
        self.left = left
        self.right = right
    }

    /// Draws into the first row.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let row = area.row(0)
        buffer.fill(row, style: Style(.raised))
        let inside = row.inset(left: 1, right: 1)
        let rightWidth = min(inside.width, right.reduce(0) { $0 + $1.columns })
        buffer.write(
            right.map(raised), at: Position(row: row.top, column: inside.right - rightWidth), maximumWidth: rightWidth)
        let room = inside.width - rightWidth - (rightWidth > 0 ? 2 : 0)
        buffer.write(left.map(raised), at: inside.origin, maximumWidth: room)
    }

    private func raised(_ piece: StyledText) -> StyledText {
        let isPlain = piece.style.foreground == .role(.text)
        return StyledText(
            piece.text, isPlain ? Style(.raised).with(piece.style.attributes) : piece.style.on(.raised))
    }
}

/// A key and what it does, for hints and help.
public struct KeyHint: Hashable, Sendable {
    /// The key as printed, such as `Ctrl-d`.
    public var key: String
    /// What it does, in a word or two.
    public var action: String

    /// Creates a hint.
    public init(_ key: String, _ action: String) {
        self.key = key
        self.action = action
    }
}

/// Keys in one row; those that do not fit are left out, the last ones first.
public struct KeyHints: Widget {
    /// The keys, most useful first.
    public var hints: [KeyHint]

    /// Creates hints.
    public init(_ hints: [KeyHint]) { self.hints = hints }

    /// Draws into the first row.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        var column = area.left
        for hint in hints {
            let pieces = [StyledText(hint.key, .key), StyledText(" " + hint.action, .dim)]
            let width = pieces.reduce(0) { $0 + $1.columns }
            guard column + width <= area.right else { return }
            column += buffer.write(pieces, at: Position(row: area.top, column: column)) + 2
        }
    }
}
