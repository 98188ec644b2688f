// SPDX-License-Identifier: Apache-2.0
// A question above the screen.

/// A framed message with buttons; which button is chosen is the caller's state.
public struct Dialog: Widget {
    /// The heading.
    public var title: String
    /// The message; wraps.
    public var message: String
    /// The answers, such as `Stop` and `Keep running`.
    public var buttons: [String]
    /// The chosen answer.
    public var selected: Int
    /// Whether the question is about something that cannot be undone.
    public var isDangerous: Bool

    /// Creates a dialog.
    public init(title: String, message: String, buttons: [String], selected: Int = 0, isDangerous: Bool = false) {
        self.title = title
        self.message = message
        self.buttons = buttons
        self.selected = selected
        self.isDangerous = isDangerous
    }

    /// Draws a frame in the middle of the area.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let text = Paragraph(message)
        let buttonWidth = buttons.reduce(0) { $0 + SafeText.columns(of: $1) + 6 }
        let natural = text.lines.map { $0.reduce(0) { $0 + $1.columns } }.max() ?? 0
        let wanted = max(SafeText.columns(of: title) + 6, min(60, natural), buttonWidth)
        let width = min(wanted, max(0, area.width - 4))
        let lines = text.wrapped(width: width).count
        let frame = area.centered(height: lines + (buttons.isEmpty ? 2 : 4), width: width + 4)
        let panel = Panel(title, isFocused: true, clears: true)
        panel.render(into: &buffer, in: frame)
        let (body, bar) = panel.content(of: frame).inset(left: 1, right: 1).splitBottom(buttons.isEmpty ? 0 : 1)
        text.render(into: &buffer, in: body)
        var column = bar.left + max(0, bar.width - buttonWidth) / 2
        for (index, button) in buttons.enumerated() {
            let isSelected = index == selected
            let role: Role = isDangerous && index == 0 ? .bad : .text
            let style = isSelected ? Style(.selection) : Style(role)
            let label = isSelected ? " ▸ \(button) " : "   \(button) "
            column += buffer.write(
                label, at: Position(row: bar.top, column: column), style: style,
                maximumWidth: max(0, bar.right - column))
            column += 2
        }
    }
}
