// SPDX-License-Identifier: Apache-2.0
// Lines of text into areas: truncation, alignment, several looks, seven-bit terminals.

import Screen
import Testing

@Suite struct WritingTests {
    private func written(
        _ text: String, width: Int, alignment: Alignment = .left, glyphs: GlyphTier = .braille
    ) -> String {
        var buffer = CellBuffer(height: 1, width: width, capabilities: Capabilities(glyphs: glyphs))
        buffer.write(text, in: buffer.area, alignment: alignment)
        return buffer.text()
    }

    @Test func longTextEndsInAnEllipsis() {
        #expect(written("abcdef", width: 4) == "abc…")
        #expect(written("abcd", width: 4) == "abcd")
        #expect(written("漢字漢字", width: 5) == "漢字…")
        #expect(written("漢字漢字", width: 4) == "漢…", "no half characters: one column stays free")
        #expect(written("abcdef", width: 1) == "…")
        #expect(written("abcdef", width: 4, glyphs: .ascii) == "abc~")
    }

    @Test func escapesCountInColumns() {
        #expect(written("a\u{1B}[0m", width: 4) == "a^[…")
        #expect(written("\u{1}\u{2}", width: 3) == "^A…", "two bytes, but four columns")
    }

    @Test func alignsWithinTheArea() {
        #expect(written("ab", width: 5, alignment: .right) == "   ab")
        #expect(written("ab", width: 5, alignment: .center) == " ab")
        #expect(written("漢字", width: 5, alignment: .right) == " 漢字")
    }

    @Test func sevenBitTerminalsGetStandIns() {
        #expect(written("│▸ é 漢", width: 9, glyphs: .ascii) == "|> ? ??")
    }

    @Test func piecesEndInOneEllipsis() {
        let pieces = [StyledText("abc", .title), StyledText("漢字"), StyledText("def", .dim)]
        func text(_ width: Int) -> String {
            var buffer = CellBuffer(height: 1, width: 12)
            let used = buffer.write(pieces, at: Position(row: 0, column: 0), maximumWidth: width)
            #expect(used <= width)
            return buffer.text()
        }
        #expect(text(10) == "abc漢字def")
        #expect(text(9) == "abc漢字d…")
        #expect(text(7) == "abc漢…", "the piece fits, but what follows does not")
        #expect(text(6) == "abc漢…")
        #expect(text(5) == "abc…")
        #expect(text(3) == "ab…")
        #expect(text(0) == "")
    }

    @Test func stylesFollowThePieces() {
        var buffer = CellBuffer(height: 1, width: 6)
        buffer.write([StyledText("ab", .title), StyledText("cd", .bad)], at: Position(row: 0, column: 1))
        let map = buffer.styleMap()
        #expect(map.lines == [".aabb."])
        #expect(map.legend.map(\.meaning) == ["title", "bad"])
    }
}
