// SPDX-License-Identifier: Apache-2.0
// Cells in a buffer: clipping, wide characters, combining marks, fills.

import Screen
import Testing

@Suite struct CellBufferTests {
    @Test func textIsClippedOnAllSides() {
        var buffer = CellBuffer(height: 2, width: 6)
        buffer.write("abcdefgh", at: Position(row: 0, column: -2))
        buffer.write("below", at: Position(row: 2, column: 0))
        buffer.write("above", at: Position(row: -1, column: 0))
        #expect(buffer.lines() == ["cdefgh", ""])
    }

    @Test func clipAreasOnlyShrink() {
        var buffer = CellBuffer(height: 3, width: 8)
        buffer.withClip(Rectangle(top: 1, left: 2, height: 1, width: 3)) { inner in
            inner.withClip(Rectangle(height: 9, width: 99)) { $0.write("abcdefgh", at: Position(row: 1, column: 0)) }
        }
        #expect(buffer.lines() == ["", "  cde", ""])
        #expect(buffer.clip == buffer.area)
    }

    @Test func overwritingHalfOfAWideCharacterBlanksTheOtherHalf() {
        var buffer = CellBuffer(height: 2, width: 6)
        buffer.write("漢字", at: Position(row: 0, column: 0))
        buffer.write("x", at: Position(row: 0, column: 1))
        buffer.write("y", at: Position(row: 0, column: 2))
        #expect(buffer.lines()[0] == " xy")
        buffer.write("漢字", at: Position(row: 1, column: 0))
        buffer.write("語", at: Position(row: 1, column: 1))
        #expect(buffer.lines()[1] == " 語")
    }

    @Test func wideCharactersNeverStraddleTheClipArea() {
        var buffer = CellBuffer(height: 1, width: 5)
        buffer.withClip(Rectangle(left: 0, height: 1, width: 3)) { $0.write("漢字", at: Position(row: 0, column: 0)) }
        #expect(buffer.lines() == ["漢"])
        #expect(buffer[0, 2].width == 1)
        buffer.withClip(Rectangle(left: 1, height: 1, width: 4)) { $0.write("字", at: Position(row: 0, column: 0)) }
        #expect(buffer.lines() == ["漢"], "its left half lies outside, so nothing is written")
    }

    @Test func combiningMarksJoinTheCharacterBefore() {
        var buffer = CellBuffer(height: 1, width: 6)
        let used = buffer.write("e\u{301}\u{323}\u{310}x", at: Position(row: 0, column: 0))
        #expect(used == 2)
        #expect(buffer[0, 0].marks.map(\.value) == [0x301, 0x323], "a third mark is dropped")
        buffer.write("漢\u{301}", at: Position(row: 0, column: 3))
        #expect(buffer[0, 3].marks.map(\.value) == [0x301])
        buffer.write("\u{301}a", at: Position(row: 0, column: 1))
        #expect(buffer.lines()[0].unicodeScalars.contains("◌"), "a mark without a base gets one")
    }

    @Test func cellsKeepTheLargestCodePointsAndMarks() {
        var cell = Cell("\u{10FFFD}", isWide: true)
        cell.combine("\u{E01EF}")
        cell.combine("\u{1E94A}")
        #expect(cell.base.value == 0x10FFFD)
        #expect(cell.marks.map(\.value) == [0xE01EF, 0x1E94A])
        #expect(cell.width == 2)
        #expect(MemoryLayout<Cell>.stride == 16)
    }

    @Test func subscriptOutsideIsBlank() {
        let buffer = CellBuffer(height: 1, width: 1)
        #expect(buffer[5, 5] == .blank)
        #expect(buffer[-1, 0] == .blank)
        #expect(buffer.row(3).isEmpty)
    }

    @Test func negativeSizesAreEmpty() {
        let buffer = CellBuffer(height: -3, width: 4)
        #expect(buffer.area.isEmpty)
        #expect(buffer.text() == "")
    }

    @Test func fillAndRestyleStayInTheClipArea() {
        var buffer = CellBuffer(height: 2, width: 4)
        buffer.withClip(Rectangle(height: 1, width: 2)) {
            $0.fill(Rectangle(height: 9, width: 9), with: "#", style: Style(.bad))
            $0.restyle(Rectangle(height: 9, width: 1)) { $0.with(.bold) }
        }
        #expect(buffer.lines() == ["##", ""])
        #expect(buffer[0, 0].style == Style(.bad).with(.bold))
        #expect(buffer[1, 0].style == .plain)
    }
}
