// SPDX-License-Identifier: Apache-2.0
// A screen in memory. It is the only thing that widgets draw on; it knows nothing of terminals.

/// A rectangle of cells in row-major order with a clip area outside of which nothing can be written.
public struct CellBuffer: Sendable {
    /// Number of rows.
    public let height: Int
    /// Number of columns.
    public let width: Int
    /// What the terminal that will show this can show; widgets choose glyphs and patterns by it.
    public var capabilities: Capabilities
    /// Where writing has an effect; always within the buffer.
    public private(set) var clip: Rectangle
    /// Where the terminal's cursor should stand, if anywhere; set by text fields.
    public var cursor: Position?
    /// Row-major cells.
    var cells: [Cell]

    /// Creates a buffer of blanks; negative sizes become 0.
    public init(height: Int, width: Int, capabilities: Capabilities = Capabilities()) {
        self.height = max(0, height)
        self.width = max(0, width)
        self.capabilities = capabilities
        clip = Rectangle(height: height, width: width)
        cells = [Cell](repeating: .blank, count: self.height * self.width)
    }

    /// The whole buffer.
    public var area: Rectangle { Rectangle(height: height, width: width) }

    /// The cell at a position; a blank outside of the buffer.
    public subscript(row: Int, column: Int) -> Cell {
        guard row >= 0, row < height, column >= 0, column < width else { return .blank }
        return cells[row * width + column]
    }

    /// The cells of one row; empty outside of the buffer.
    public func row(_ row: Int) -> ArraySlice<Cell> {
        row >= 0 && row < height ? cells[row * width..<(row + 1) * width] : []
    }

    /// Draws with writing restricted to `area`, within the restriction that already holds.
    public mutating func withClip(_ area: Rectangle, _ draw: (inout CellBuffer) -> Void) {
        let outer = clip
        clip = outer.intersection(area)
        draw(&self)
        clip = outer
    }

    /// Puts one cell.
    ///
    /// Outside of the clip area nothing happens.
    ///
    /// A wide cell needs room for both halves within the clip area; where only one fits, a space takes its place.
    /// Overwriting one half of a wide character turns the other half into a space.
    public mutating func put(_ cell: Cell, row: Int, column: Int) {
        guard row >= clip.top, row < clip.bottom, column >= clip.left, column < clip.right else { return }
        let index = row * width + column
        if cell.width == 1 {
            if cells[index].width != 1 { releaseHalves(at: index, column: column) }
            cells[index] = cell
        } else if cell.width == 2 && column + 1 < clip.right {
            if cells[index].width != 1 { releaseHalves(at: index, column: column) }
            if cells[index + 1].width != 1 { releaseHalves(at: index + 1, column: column + 1) }
            cells[index] = cell
            cells[index + 1] = .trailing(style: cell.style)
        } else {
            put(Cell(" ", style: cell.style), row: row, column: column)
        }
    }

    /// Turns both halves of the wide character that covers `index` into spaces.
    private mutating func releaseHalves(at index: Int, column: Int) {
        if cells[index].width == 0 && column > 0 {
            cells[index - 1] = Cell(" ", style: cells[index - 1].style)
        } else if cells[index].width == 2 && column + 1 < width {
            cells[index + 1] = Cell(" ", style: cells[index + 1].style)
        }
        cells[index] = Cell(" ", style: cells[index].style)
    }

    /// Fills an area with one character of width 1.
    public mutating func fill(_ area: Rectangle, with scalar: Unicode.Scalar = " ", style: Style = .plain) {
        let target = area.intersection(clip)
        let cell = Cell(scalar, style: style)
        for row in target.rows {
            for column in target.columns { put(cell, row: row, column: column) }
        }
    }

    /// Changes the style of all cells in an area and leaves the text.
    public mutating func restyle(_ area: Rectangle, _ change: (Style) -> Style) {
        let target = area.intersection(clip)
        for row in target.rows {
            for column in target.columns {
                let index = row * width + column
                cells[index].style = change(cells[index].style)
            }
        }
    }

    /// Combines a mark with the character that ends before `column`, if that lies in the clip area.
    mutating func combine(_ mark: Unicode.Scalar, row: Int, before column: Int) {
        guard row >= clip.top, row < clip.bottom else { return }
        var target = column - 1
        if target > clip.left, target < clip.right, cells[row * width + target].width == 0 { target -= 1 }
        guard target >= clip.left, target < clip.right else { return }
        cells[row * width + target].combine(mark)
    }
}
