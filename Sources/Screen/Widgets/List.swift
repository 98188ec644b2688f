// SPDX-License-Identifier: Apache-2.0
// A list with a selection, narrowed by a filter.

/// Items in rows; only those that contain the filter text are shown, the match underlined.
public struct List: Widget {
    /// The items.
    public var items: [StyledText]
    /// Words that must all occur in an item, in any case.
    public var filter: String
    /// Selection and scrolling, counted in items that pass the filter.
    public var state: ListState
    /// What is written when no item passes.
    public var emptyText: String

    /// Creates a list.
    public init(
        _ items: [StyledText], filter: String = "", state: ListState = ListState(), emptyText: String = "nothing here"
    ) {
        self.items = items
        self.filter = filter
        self.state = state
        self.emptyText = emptyText
    }

    /// Indices of the items that pass the filter, in order; `state.selected` counts in these.
    public var matches: [Int] { items.indices.filter { TextMatch.contains(items[$0].text, filter) } }

    /// Draws the visible items.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let matches = matches
        guard !matches.isEmpty else {
            buffer.write(items.isEmpty ? emptyText : "nothing matches", in: area.row(0), style: Style(.dim))
            return
        }
        let isScrolled = matches.count > area.height && area.width > 3
        let (content, mark) = area.splitRight(isScrolled ? 1 : 0)
        let first = ListState.offset(of: state, count: matches.count, visible: area.height)
        for line in 0..<min(area.height, matches.count - first) {
            let item = items[matches[first + line]]
            let isSelected = first + line == state.selected
            let row = content.row(line)
            if isSelected { buffer.fill(row, style: Style(.selection)) }
            let style = isSelected ? Style(.selection).with(item.style.attributes) : item.style
            let marker = isSelected ? "▸ " : "  "
            buffer.write(
                [StyledText(marker, style)] + highlighted(item.text, style), at: row.origin,
                maximumWidth: row.width)
        }
        ScrollMark(first: first, visible: area.height, count: matches.count).render(into: &buffer, in: mark)
    }

    /// The text with the first occurrence of the filter's first word underlined.
    private func highlighted(_ text: String, _ style: Style) -> [StyledText] {
        guard let word = filter.split(separator: " ").first, let range = TextMatch.range(of: String(word), in: text)
        else { return [StyledText(text, style)] }
        let characters = Array(text)
        guard range.upperBound <= characters.count else { return [StyledText(text, style)] }
        return [
            StyledText(String(characters[..<range.lowerBound]), style),
            StyledText(String(characters[range]), style.with(.underline)),
            StyledText(String(characters[range.upperBound...]), style),
        ]
    }
}
