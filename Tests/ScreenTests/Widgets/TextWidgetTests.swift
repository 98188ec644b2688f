// SPDX-License-Identifier: Apache-2.0
// Label, paragraph, status line, key hints, log: text in its place.

import Screen
import Testing

@Suite struct TextWidgetTests {
    @Test func labelsAlign() {
        expectDrawing(Label("abc", alignment: .right), height: 1, width: 6, "   abc")
        expectDrawing(Label("abcdefgh"), height: 1, width: 6, "abcde…")
        expectDrawing(
            Label([StyledText("ab", .title), StyledText("cd")], alignment: .center), height: 1, width: 8, "  abcd")
    }

    @Test func paragraphsWrapAtWords() {
        expectDrawing(
            Paragraph("the quick brown fox\njumps"), height: 4, width: 10,
            """
            the quick
            brown fox
            jumps

            """)
        expectDrawing(Paragraph("abcdefghij kl"), height: 4, width: 4, "abcd\nefgh\nij\nkl")
        expectDrawing(Paragraph("漢字漢字"), height: 3, width: 3, "漢\n字\n漢")
        expectDrawing(Paragraph("a b c d e f", scroll: 1), height: 2, width: 3, "c d\ne f")
    }

    @Test func paragraphsKeepStylesAcrossLines() {
        let paragraph = Paragraph(lines: [[StyledText("one two ", .title), StyledText("three", .bad)]])
        let buffer = paragraph.rendered(height: 2, width: 7)
        #expect(buffer.lines() == ["one two", "three"])
        #expect(buffer[1, 0].style == Style(.bad))
        #expect(Paragraph("x").wrapped(width: 0).isEmpty)
    }

    @Test func statusLineGivesRoomToTheRight() {
        let line = StatusLine(left: [StyledText("lenet5-a-long-name")], right: [StyledText("step 100", .dim)])
        expectDrawing(line, height: 1, width: 40, " lenet5-a-long-name            step 100")
        expectDrawing(line, height: 1, width: 20, " lenet5-…  step 100")
        let buffer = line.rendered(height: 1, width: 20)
        #expect(
            (0..<20).allSatisfy { column in
                let style = buffer[0, column].style
                return style.foreground == .role(.raised) || style.background == .role(.raised)
            })
    }

    @Test func keyHintsLeaveOutWhatDoesNotFit() {
        let hints = KeyHints([KeyHint("?", "help"), KeyHint("Tab", "pane"), KeyHint("q", "quit")])
        expectDrawing(hints, height: 1, width: 30, "? help  Tab pane  q quit")
        expectDrawing(hints, height: 1, width: 20, "? help  Tab pane")
        expectDrawing(hints, height: 1, width: 3, "")
    }

    @Test func logsFollowTheNewestMessage() {
        var log = LogView([
            LogEntry(stamp: "12:00", "started"), LogEntry(stamp: "12:01", level: .warning, "loss rises a lot"),
            LogEntry(stamp: "12:02", level: .failure, "loss is NaN"),
        ])
        expectDrawing(
            log, height: 3, width: 20,
            """
            12:01 ! loss rises a
                    lot
            12:02 ✗ loss is NaN
            """)
        log.linesBelow = 1
        expectDrawing(log, height: 3, width: 20, "12:00 · started\n12:01 ! loss rises a\n        lot")
        log.linesBelow = 99
        expectDrawing(log, height: 3, width: 20, "12:00 · started\n12:01 ! loss rises a\n        lot")
        expectDrawing(LogView([LogEntry(stamp: "1", "a")]), height: 3, width: 20, "1 · a\n\n")
    }
}
