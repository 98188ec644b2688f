// SPDX-License-Identifier: Apache-2.0
// A frame around a part of the screen, with a title in its upper edge.

/// A frame; draw the content into `content(of:)`.
public struct Panel: Widget {
    /// The text in the upper edge.
    public var title: String
    /// Text at the right end of the upper edge, such as a count.
    public var note: String
    /// Whether the frame shows that keys go here.
    public var isFocused: Bool
    /// Whether the inside is cleared, for panels above other content.
    public var clears: Bool

    /// Creates a frame.
    public init(_ title: String = "", note: String = "", isFocused: Bool = false, clears: Bool = false) {
        self.title = title
        self.note = note
        self.isFocused = isFocused
        self.clears = clears
    }

    /// The area inside of the frame.
    public func content(of area: Rectangle) -> Rectangle { area.inset(by: 1) }

    /// Draws the frame; areas below 2x2 have no room for one.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        if clears { buffer.fill(area) }
        guard area.width >= 2, area.height >= 2 else { return }
        let style = Style(isFocused ? .focus : .border)
        let (last, right) = (area.bottom - 1, area.right - 1)
        for column in area.left + 1..<max(area.left + 1, right) {
            buffer.write("─", at: Position(row: area.top, column: column), style: style)
            buffer.write("─", at: Position(row: last, column: column), style: style)
        }
        for row in area.top + 1..<max(area.top + 1, last) {
            buffer.write("│", at: Position(row: row, column: area.left), style: style)
            buffer.write("│", at: Position(row: row, column: right), style: style)
        }
        for (corner, row, column) in [
            ("┌", area.top, area.left), ("┐", area.top, right), ("└", last, area.left), ("┘", last, right),
        ] {
            buffer.write(corner, at: Position(row: row, column: column), style: style)
        }
        let edge = area.row(0).inset(left: 2, right: 2)
        guard edge.width >= 3 else { return }
        var used = 0
        if !title.isEmpty {
            let titleStyle = isFocused ? Style(.focus).with(.bold) : Style(.title)
            used = buffer.write(" " + title + " ", at: edge.origin, style: titleStyle, maximumWidth: edge.width)
        }
        let noteWidth = SafeText.columns(of: note) + 2
        if !note.isEmpty && used + 1 + noteWidth <= edge.width {
            buffer.write(" " + note + " ", in: edge, style: Style(.dim), alignment: .right)
        }
    }
}
