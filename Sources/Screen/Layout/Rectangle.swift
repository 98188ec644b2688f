// SPDX-License-Identifier: Apache-2.0
// Positions and areas on the screen, in whole cells. Sizes are never negative, whatever is asked for.

/// A cell position; row 0 is the top, column 0 the left.
public struct Position: Hashable, Sendable {
    /// Distance from the top, in cells.
    public var row: Int
    /// Distance from the left, in cells.
    public var column: Int

    /// Creates a position.
    public init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

/// An area of cells; `bottom` and `right` are the first row and column after it.
public struct Rectangle: Hashable, Sendable {
    /// First row.
    public let top: Int
    /// First column.
    public let left: Int
    /// Rows, at least 0.
    public let height: Int
    /// Columns, at least 0.
    public let width: Int

    /// Nothing at the origin.
    public static let empty = Rectangle(top: 0, left: 0, height: 0, width: 0)

    /// Creates an area; a negative size becomes 0.
    public init(top: Int = 0, left: Int = 0, height: Int, width: Int) {
        self.top = top
        self.left = left
        self.height = max(0, height)
        self.width = max(0, width)
    }

    /// First row below the area.
    public var bottom: Int { top + height }
    /// First column right of the area.
    public var right: Int { left + width }
    /// Whether it has no cell.
    public var isEmpty: Bool { height == 0 || width == 0 }
    /// All rows, top to bottom.
    public var rows: Range<Int> { top..<bottom }
    /// All columns, left to right.
    public var columns: Range<Int> { left..<right }
    /// The top left cell.
    public var origin: Position { Position(row: top, column: left) }

    /// Whether the cell lies in the area.
    public func contains(_ position: Position) -> Bool {
        rows.contains(position.row) && columns.contains(position.column)
    }

    /// What both areas share; empty when they do not touch.
    public func intersection(_ other: Rectangle) -> Rectangle {
        let (newTop, newLeft) = (max(top, other.top), max(left, other.left))
        return Rectangle(
            top: newTop, left: newLeft, height: min(bottom, other.bottom) - newTop,
            width: min(right, other.right) - newLeft)
    }

    /// The area without a margin; never negative, and never outside of the original area.
    public func inset(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) -> Rectangle {
        let (above, before) = (min(max(0, top), height), min(max(0, left), width))
        return Rectangle(
            top: self.top + above, left: self.left + before, height: height - above - max(0, bottom),
            width: width - before - max(0, right))
    }

    /// The area without a margin of `cells` on all sides.
    public func inset(by cells: Int) -> Rectangle { inset(top: cells, left: cells, bottom: cells, right: cells) }

    /// The single row `offset` rows below the top; empty when the area is not that high.
    public func row(_ offset: Int) -> Rectangle {
        intersection(Rectangle(top: top + offset, left: left, height: 1, width: width))
    }

    /// Cuts `rows` rows off the top; returns them and what remains.
    public func splitTop(_ rows: Int) -> (top: Rectangle, rest: Rectangle) {
        let cut = min(max(0, rows), height)
        return (
            Rectangle(top: top, left: left, height: cut, width: width),
            Rectangle(top: top + cut, left: left, height: height - cut, width: width)
        )
    }

    /// Cuts `rows` rows off the bottom; returns what remains and them.
    public func splitBottom(_ rows: Int) -> (rest: Rectangle, bottom: Rectangle) {
        let parts = splitTop(height - min(max(0, rows), height))
        return (parts.top, parts.rest)
    }

    /// Cuts `columns` columns off the left; returns them and what remains.
    public func splitLeft(_ columns: Int) -> (left: Rectangle, rest: Rectangle) {
        let cut = min(max(0, columns), width)
        return (
            Rectangle(top: top, left: left, height: height, width: cut),
            Rectangle(top: top, left: left + cut, height: height, width: width - cut)
        )
    }

    /// Cuts `columns` columns off the right; returns what remains and them.
    public func splitRight(_ columns: Int) -> (rest: Rectangle, right: Rectangle) {
        let parts = splitLeft(width - min(max(0, columns), width))
        return (parts.left, parts.rest)
    }

    /// An area of the given size in the middle of this one, cut to fit.
    public func centered(height wantedHeight: Int, width wantedWidth: Int) -> Rectangle {
        let (newHeight, newWidth) = (min(max(0, wantedHeight), height), min(max(0, wantedWidth), width))
        return Rectangle(
            top: top + (height - newHeight) / 2, left: left + (width - newWidth) / 2, height: newHeight,
            width: newWidth)
    }
}
