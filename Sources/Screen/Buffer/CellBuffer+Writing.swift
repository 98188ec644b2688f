// SPDX-License-Identifier: Apache-2.0
// Text into cells: sanitised, measured in columns, clipped, truncated where asked.

/// Where text stands in the room that it is given.
public enum Alignment: Hashable, Sendable {
    /// At the start.
    case left
    /// In the middle; an odd rest goes to the right.
    case center
    /// At the end.
    case right
}

extension CellBuffer {
    /// Writes one line of text and returns the columns it took, clipped parts included.
    ///
    /// - Parameters:
    ///   - text: any text; what is not printable appears as a visible escape, see `SafeText`.
    ///   - position: the first cell; may lie outside of the clip area.
    ///   - style: the look of all written cells.
    ///   - maximumWidth: room in columns; longer text ends in an ellipsis.
    @discardableResult
    public mutating func write(
        _ text: String, at position: Position, style: Style = .plain, maximumWidth: Int = .max
    ) -> Int {
        guard maximumWidth > 0 else { return 0 }
        // A byte takes at most three columns (as part of `<U+202E>`), so short text needs no measuring.
        if maximumWidth != .max && text.utf8.count > maximumWidth / 3 && SafeText.columns(of: text) > maximumWidth {
            let mark = ellipsis
            let kept = emit(text, at: position, style: style, maximumWidth: maximumWidth - 1)
            put(
                Cell(mark, style: style), row: position.row, column: position.column + kept)
            return kept + 1
        }
        return emit(text, at: position, style: style, maximumWidth: maximumWidth)
    }

    /// Writes one line of text into the first row of an area, aligned, truncated with an ellipsis.
    @discardableResult
    public mutating func write(
        _ text: String, in area: Rectangle, style: Style = .plain, alignment: Alignment = .left
    ) -> Int {
        guard !area.isEmpty else { return 0 }
        let room = alignment == .left ? 0 : max(0, area.width - SafeText.columns(of: text))
        let offset = alignment == .right ? room : alignment == .center ? room / 2 : 0
        return write(
            text, at: Position(row: area.top, column: area.left + offset), style: style, maximumWidth: area.width)
    }

    /// Writes pieces of differently styled text one after the other; returns the columns they took.
    ///
    /// Where they do not fit, the piece that crosses the limit ends in an ellipsis and the rest is left out.
    @discardableResult
    public mutating func write(_ pieces: [StyledText], at position: Position, maximumWidth: Int = .max) -> Int {
        var used = 0
        for (index, piece) in pieces.enumerated() where used < maximumWidth {
            let place = Position(row: position.row, column: position.column + used)
            let room = maximumWidth == .max ? .max : maximumWidth - used
            let isLastThatFits = room != .max && piece.columns == room
            if room != .max && piece.columns > room
                || isLastThatFits && pieces[(index + 1)...].contains(where: { $0.columns > 0 })
            {
                return used + write(piece.text + "  ", at: place, style: piece.style, maximumWidth: room)
            }
            used += write(piece.text, at: place, style: piece.style)
        }
        return used
    }

    /// The character that stands for text left out: `…`, or `~` on terminals with seven-bit glyphs.
    public var ellipsis: Unicode.Scalar { capabilities.glyphs == .ascii ? "~" : "…" }

    private mutating func emit(_ text: String, at position: Position, style: Style, maximumWidth: Int) -> Int {
        var used = 0
        let sevenBit = capabilities.glyphs == .ascii
        SafeText.forEach(in: text) { scalar, width in
            if width == 0 {
                if used == 0 {
                    put(Cell(sevenBit ? "?" : "◌", style: style), row: position.row, column: position.column)
                    used = 1
                }
                if !sevenBit { combine(scalar, row: position.row, before: position.column + used) }
                return true
            }
            guard used + width <= maximumWidth else { return false }
            let column = position.column + used
            used += width
            if sevenBit && scalar.value > 0x7E {
                let plain = SevenBit.replacement(of: scalar)
                for offset in 0..<width {
                    put(Cell(plain, style: style), row: position.row, column: column + offset)
                }
            } else {
                put(Cell(scalar, style: style, isWide: width == 2), row: position.row, column: column)
            }
            return true
        }
        return used
    }
}
