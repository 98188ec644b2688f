// SPDX-License-Identifier: Apache-2.0
// A table with a header, aligned columns, a selection and scrolling.

/// How one column of a table is laid out.
public struct TableColumn: Hashable, Sendable {
    /// The heading.
    public var title: String
    /// Where cells stand; numbers read best on the right.
    public var alignment: Alignment
    /// How wide the column is; `nil` fits the widest cell and the heading.
    public var width: Constraint?

    /// Creates a column.
    public init(_ title: String, alignment: Alignment = .left, width: Constraint? = nil) {
        self.title = title
        self.alignment = alignment
        self.width = width
    }
}

/// Which row of a table or list is selected, and which row is the first one visible.
///
/// Survives between frames.
public struct ListState: Hashable, Sendable {
    /// The selected row, or `nil`.
    public var selected: Int?
    /// The first visible row.
    public var offset: Int

    /// Creates a state.
    public init(selected: Int? = nil, offset: Int = 0) {
        self.selected = selected
        self.offset = offset
    }

    /// Moves the selection by `step` rows, within `count` rows; selects the first row when none was.
    public mutating func move(by step: Int, count: Int) {
        guard count > 0 else {
            selected = nil
            return
        }
        guard let current = selected else {
            selected = 0
            return
        }
        // Steps as large as Int.max mean "to the end".
        let start = min(count - 1, max(0, current))
        selected = step < 0 ? max(0, start + max(step, -count)) : min(count - 1, start + min(step, count))
    }

    /// Moves the first visible row as little as possible so that the selection is visible and no row is wasted.
    public mutating func reveal(count: Int, visible: Int) {
        offset = ListState.offset(of: self, count: count, visible: visible)
    }

    static func offset(of state: ListState, count: Int, visible: Int) -> Int {
        guard visible > 0 else { return max(0, min(state.offset, count)) }
        var offset = max(0, min(state.offset, count - visible))
        if let selected = state.selected, selected >= 0, selected < count {
            offset = min(offset, selected)
            offset = max(offset, selected - visible + 1)
        }
        return offset
    }
}

/// A widget in a cell of a table, such as a bar or a sparkline.
public struct TableInset {
    /// The row.
    public var row: Int
    /// The column.
    public var column: Int
    /// What is drawn there.
    public var widget: any Widget

    /// Creates an inset.
    public init(row: Int, column: Int, _ widget: any Widget) {
        self.row = row
        self.column = column
        self.widget = widget
    }
}

/// Rows of cells under headings.
public struct Table: Widget {
    /// The columns.
    public var columns: [TableColumn]
    /// The rows; missing cells stay empty, extra ones are not drawn.
    public var rows: [[StyledText]]
    /// Selection and scrolling.
    ///
    /// The offset is corrected while drawing, so that the selection is always visible.
    public var state: ListState
    /// Widgets in cells, drawn over the text; in the selected row they get its background.
    public var insets: [TableInset] = []
    /// Whether the headings are drawn.
    public var showsHeader: Bool
    /// Blank columns between the columns.
    public var gap: Int

    /// Creates a table.
    public init(
        columns: [TableColumn], rows: [[StyledText]], state: ListState = ListState(), showsHeader: Bool = true,
        gap: Int = 2
    ) {
        self.columns = columns
        self.rows = rows
        self.state = state
        self.showsHeader = showsHeader
        self.gap = gap
    }

    /// Draws heading and visible rows; the right edge shows a scroll mark when rows are hidden.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let (header, body) = area.splitTop(showsHeader ? 1 : 0)
        let isScrolled = rows.count > body.height
        let content = isScrolled && area.width > 3 ? body.splitRight(1).rest : body
        let slots = columnAreas(in: content)
        for (column, slot) in zip(columns, slots) where showsHeader {
            let place = Rectangle(top: header.top, left: slot.left, height: header.height, width: slot.width)
            buffer.write(column.title, in: place, style: Style(.dim), alignment: column.alignment)
        }
        let first = ListState.offset(of: state, count: rows.count, visible: body.height)
        for (line, index) in (first..<min(rows.count, first + body.height)).enumerated() {
            let isSelected = index == state.selected
            let strip = content.row(line)
            if isSelected { buffer.fill(strip, style: Style(.selection)) }
            for (column, (slot, cell)) in zip(columns, zip(slots, rows[index])) {
                let place = Rectangle(top: strip.top, left: slot.left, height: 1, width: slot.width)
                let style = isSelected ? selected(cell.style) : cell.style
                buffer.write(cell.text, in: place, style: style, alignment: column.alignment)
            }
        }
        for inset in insets {
            guard let place = cellArea(row: inset.row, column: inset.column, in: area) else { continue }
            inset.widget.render(into: &buffer, in: place)
            if inset.row == state.selected { buffer.restyle(place) { $0.on(.selection) } }
        }
        if isScrolled && area.width > 3 {
            ScrollMark(first: first, visible: body.height, count: rows.count)
                .render(into: &buffer, in: body.splitRight(1).right)
        }
    }

    /// The area of each column within `area`; useful for putting bars and sparklines over cells.
    public func columnAreas(in area: Rectangle) -> [Rectangle] {
        let constraints = columns.enumerated().map { index, column -> Constraint in
            if let width = column.width { return width }
            let widest = rows.reduce(SafeText.columns(of: column.title)) { widest, row in
                index < row.count ? max(widest, row[index].columns) : widest
            }
            return .fixed(widest)
        }
        return area.columns(constraints, gap: gap)
    }

    /// The area of the cell in row `index` and column `column`, or `nil` when it is not visible.
    public func cellArea(row index: Int, column: Int, in area: Rectangle) -> Rectangle? {
        let body = area.splitTop(showsHeader ? 1 : 0).rest
        let content = rows.count > body.height && area.width > 3 ? body.splitRight(1).rest : body
        let line = index - ListState.offset(of: state, count: rows.count, visible: body.height)
        let slots = columnAreas(in: content)
        guard rows.indices.contains(index), line >= 0, line < body.height, slots.indices.contains(column) else {
            return nil
        }
        return Rectangle(top: body.top + line, left: slots[column].left, height: 1, width: slots[column].width)
    }

    private func selected(_ style: Style) -> Style {
        style.foreground == .role(.text) ? Style(.selection).with(style.attributes) : style.on(.selection)
    }
}

/// A one-column scroll bar: a thumb on a faint track.
struct ScrollMark: Widget {
    var first: Int
    var visible: Int
    var count: Int

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard count > visible, area.height > 0 else { return }
        let length = max(1, area.height * visible / count)
        let start = (area.height - length) * min(first, count - visible) / max(1, count - visible)
        for offset in 0..<area.height {
            let isThumb = offset >= start && offset < start + length
            buffer.write(
                isThumb ? "┃" : "│", at: Position(row: area.top + offset, column: area.left),
                style: Style(isThumb ? .dim : .faint))
        }
    }
}
