// SPDX-License-Identifier: Apache-2.0
// What a terminal would show after these bytes: just enough of a VT220/xterm for the sequences that ncurses sends, so
// that tests compare screens instead of differences between frames. Unknown sequences are recorded, not guessed.

/// A small terminal emulator for text, cursor and modes; colours are not kept.
public struct PtyScreen: Sendable {
    /// Columns.
    public private(set) var columns: Int
    /// Rows.
    public private(set) var rows: Int
    /// Whether the alternate screen is shown.
    public private(set) var isAlternate = false
    /// Whether the cursor is visible.
    public private(set) var isCursorVisible = true
    /// Private modes that are on, such as 2004 for bracketed paste.
    public private(set) var modes: Set<Int> = PtyScreen.initialModes
    /// The private modes that are on when a terminal is switched on: autowrap and the cursor.
    public static let initialModes: Set<Int> = [7, 25]
    /// Cursor column and row, from 0.
    public private(set) var cursor = (column: 0, row: 0)
    /// Sequences that were not understood.
    public private(set) var unknown: [String] = []

    private var cells: [[Character]]
    private var primary: [[Character]] = []
    private var primaryCursor = (column: 0, row: 0)
    private var pending: [UInt8] = []
    private var lastPrinted: Character = " "
    private var wrapsNext = false
    private var scroll: ClosedRange<Int>

    /// Creates an empty screen.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Self.blank(columns, rows)
        scroll = 0...max(0, rows - 1)
    }

    /// Rows of text without trailing spaces.
    public var lines: [String] {
        cells.map { row in
            var text = String(row)
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    /// The whole screen as text.
    public var text: String { lines.joined(separator: "\n") }

    /// Changes the size; text is cut or filled up with spaces, as terminals without reflow do.
    public mutating func resize(columns newColumns: Int, rows newRows: Int) {
        for row in cells.indices {
            cells[row] = Array((cells[row] + Array(repeating: " ", count: newColumns)).prefix(newColumns))
        }
        cells = Array((cells + Self.blank(newColumns, newRows)).prefix(newRows))
        (columns, rows) = (newColumns, newRows)
        scroll = 0...max(0, rows - 1)
        moveTo(cursor.column, cursor.row)
    }

    /// Takes in what the program wrote.
    public mutating func feed(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        var position = 0
        while position < pending.count, let length = step(at: position) { position += length }
        pending.removeFirst(position)
    }

    private static func blank(_ columns: Int, _ rows: Int) -> [[Character]] {
        Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// Handles what begins at a position; returns its length, or `nil` when its end is still missing.
    private mutating func step(at position: Int) -> Int? {
        let byte = pending[position]
        switch byte {
        case 0x1B: return escape(at: position)
        case 0x08: moveTo(cursor.column - 1, cursor.row)
        case 0x09: moveTo((cursor.column / 8 + 1) * 8, cursor.row)
        case 0x0A, 0x0B, 0x0C: lineFeed()
        case 0x0D: moveTo(0, cursor.row)
        case 0x00...0x1F, 0x7F: break  // bell, shifts, padding, CAN
        case 0x20...0x7E: put(Character(Unicode.Scalar(byte)))
        default:
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            guard position + length <= pending.count else { return nil }
            let text = String(decoding: pending[position..<position + length], as: UTF8.self)
            put(text.first ?? "\u{FFFD}")
            return length
        }
        return 1
    }

    private mutating func escape(at position: Int) -> Int? {
        guard position + 1 < pending.count else { return nil }
        switch pending[position + 1] {
        case UInt8(ascii: "["):
            guard let end = pending[(position + 2)...].firstIndex(where: { (0x40...0x7E).contains($0) || $0 < 0x20 })
            else { return nil }
            // CAN and ESC end a sequence that was cut off.
            if pending[end] < 0x20 { return end - position }
            control(Array(pending[(position + 2)..<end]), pending[end])
            return end - position + 1
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"):
            guard
                let end = pending.indices.dropFirst(position + 2).first(where: {
                    pending[$0] == 0x07 || pending[$0] == UInt8(ascii: "\\") && pending[$0 - 1] == 0x1B
                })
            else { return nil }
            return end - position + 1
        case UInt8(ascii: "("), UInt8(ascii: ")"):
            return position + 2 < pending.count ? 3 : nil
        case UInt8(ascii: "M"):
            if cursor.row == scroll.lowerBound { scrollDown(1) } else { moveTo(cursor.column, cursor.row - 1) }
        case UInt8(ascii: "7"), UInt8(ascii: "8"), UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "\\"): break
        default: unknown.append("ESC \(Character(Unicode.Scalar(pending[position + 1])))")
        }
        return 2
    }

    private mutating func put(_ character: Character) {
        if wrapsNext {
            moveTo(0, cursor.row)
            lineFeed()
        }
        lastPrinted = character
        cells[cursor.row][cursor.column] = character
        if cursor.column + 1 < columns { cursor.column += 1 } else { wrapsNext = true }
    }

    private mutating func moveTo(_ column: Int, _ row: Int) {
        cursor = (min(max(0, column), columns - 1), min(max(0, row), rows - 1))
        wrapsNext = false
    }

    private mutating func lineFeed() {
        wrapsNext = false
        if cursor.row == scroll.upperBound { scrollUp(1) } else { cursor.row = min(rows - 1, cursor.row + 1) }
    }

    private mutating func scrollUp(_ count: Int) { shift(from: scroll.lowerBound, deleting: count) }
    private mutating func scrollDown(_ count: Int) { shift(from: scroll.lowerBound, inserting: count) }

    private mutating func shift(from row: Int, deleting count: Int) {
        for _ in 0..<min(count, rows) where scroll.contains(row) {
            cells.remove(at: row)
            cells.insert(Array(repeating: " ", count: columns), at: scroll.upperBound)
        }
    }

    private mutating func shift(from row: Int, inserting count: Int) {
        for _ in 0..<min(count, rows) where scroll.contains(row) {
            cells.remove(at: scroll.upperBound)
            cells.insert(Array(repeating: " ", count: columns), at: row)
        }
    }

    private mutating func erase(_ columnsErased: Range<Int>, row: Int) {
        for column in columnsErased.clamped(to: 0..<columns) { cells[row][column] = " " }
    }

    private mutating func control(_ parameters: [UInt8], _ final: UInt8) {
        let text = String(decoding: parameters, as: UTF8.self)
        let numbers = text.drop { "?>=<".contains($0) }.split(separator: ";", omittingEmptySubsequences: false)
            .map { Int($0) ?? 0 }
        let first = numbers.first ?? 0
        let count = max(1, first)
        if text.hasPrefix("?") { return setModes(numbers, final) }
        switch Character(Unicode.Scalar(final)) {
        case "H", "f": moveTo(max(1, numbers.count > 1 ? numbers[1] : 1) - 1, count - 1)
        case "A": moveTo(cursor.column, cursor.row - count)
        case "B", "e": moveTo(cursor.column, cursor.row + count)
        case "C", "a": moveTo(cursor.column + count, cursor.row)
        case "D": moveTo(cursor.column - count, cursor.row)
        case "G", "`": moveTo(count - 1, cursor.row)
        case "d": moveTo(cursor.column, count - 1)
        case "Z": moveTo(max(0, (cursor.column - 1) / 8 * 8), cursor.row)
        case "I": moveTo((cursor.column / 8 + count) * 8, cursor.row)
        case "K":
            erase(
                first == 0 ? cursor.column..<columns : 0..<(first == 1 ? cursor.column + 1 : columns), row: cursor.row)
        case "J":
            if first == 0 { erase(cursor.column..<columns, row: cursor.row) }
            if first == 1 { erase(0..<cursor.column + 1, row: cursor.row) }
            for row in 0..<rows where first >= 2 || first == 0 && row > cursor.row || first == 1 && row < cursor.row {
                erase(0..<columns, row: row)
            }
        case "X": erase(cursor.column..<cursor.column + count, row: cursor.row)
        case "b": for _ in 0..<count { put(lastPrinted) }
        case "@":
            let filler = [Character](repeating: " ", count: min(count, columns))
            cells[cursor.row] = Array(
                (cells[cursor.row][..<cursor.column] + filler + cells[cursor.row][cursor.column...]).prefix(columns))
        case "P":
            cells[cursor.row].removeSubrange(cursor.column..<min(columns, cursor.column + count))
            while cells[cursor.row].count < columns { cells[cursor.row].append(" ") }
        case "L": shift(from: cursor.row, inserting: count)
        case "M": shift(from: cursor.row, deleting: count)
        case "S": scrollUp(count)
        case "T": scrollDown(count)
        case "r":
            let last = numbers.count > 1 && numbers[1] > 0 ? min(numbers[1], rows) : rows
            scroll = min(count - 1, last - 1)...(last - 1)
            moveTo(0, 0)
        case "m", "h", "l", "t", "n", "c", "p": break
        default: unknown.append("CSI \(text)\(Character(Unicode.Scalar(final)))")
        }
    }

    private mutating func setModes(_ numbers: [Int], _ final: UInt8) {
        guard final == UInt8(ascii: "h") || final == UInt8(ascii: "l") else { return }
        let isOn = final == UInt8(ascii: "h")
        for number in numbers {
            if isOn { modes.insert(number) } else { modes.remove(number) }
            if number == 25 { isCursorVisible = isOn }
            guard number == 1049 || number == 47 || number == 1047, isOn != isAlternate else { continue }
            isAlternate = isOn
            if isOn {
                (primary, primaryCursor) = (cells, cursor)
                cells = Self.blank(columns, rows)
            } else {
                cells = Self.blank(columns, rows)
                for row in 0..<min(rows, primary.count) {
                    for column in 0..<min(columns, primary[row].count) { cells[row][column] = primary[row][column] }
                }
                moveTo(primaryCursor.column, primaryCursor.row)
            }
        }
    }
}
