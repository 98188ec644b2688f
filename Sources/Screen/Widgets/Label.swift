// SPDX-License-Identifier: Apache-2.0
// One line of text.

/// One line of text, truncated with an ellipsis.
public struct Label: Widget {
    /// The line, in pieces of different looks.
    public var pieces: [StyledText]
    /// Where it stands in its area.
    public var alignment: Alignment

    /// Creates a line of one look.
    public init(_ text: String, _ style: Style = .plain, alignment: Alignment = .left) {
        self.init([StyledText(text, style)], alignment: alignment)
    }

    /// Creates a line of several looks.
    public init(_ pieces: [StyledText], alignment: Alignment = .left) {
        self.pieces = pieces
        self.alignment = alignment
    }

    /// Draws into the first row.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let room = max(0, area.width - pieces.reduce(0) { $0 + $1.columns })
        let offset = alignment == .right ? room : alignment == .center ? room / 2 : 0
        buffer.write(
            pieces, at: Position(row: area.top, column: area.left + offset), maximumWidth: area.width - offset)
    }
}
