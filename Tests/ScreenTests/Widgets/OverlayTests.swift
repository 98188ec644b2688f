// SPDX-License-Identifier: Apache-2.0
// Panels, help, dialogs and typed text.

import Screen
import Testing

@Suite struct OverlayTests {
    @Test func panelsCarryTitleAndNote() {
        expectDrawing(
            Panel("loss", note: "2/5"), height: 3, width: 20,
            "┌─ loss ───── 2/5 ─┐\n│                  │\n└──────────────────┘")
        expectDrawing(Panel("a very long title"), height: 2, width: 12, "┌─ a very…─┐\n└──────────┘")
        expectDrawing(Panel("x"), height: 1, width: 1, "")
        #expect(
            Panel().content(of: Rectangle(height: 3, width: 20)) == Rectangle(top: 1, left: 1, height: 1, width: 18))
    }

    @Test func focusAndClearing() {
        var buffer = CellBuffer(height: 3, width: 10)
        buffer.fill(buffer.area, with: "x")
        Panel(isFocused: true).render(into: &buffer, in: buffer.area)
        #expect(buffer[0, 0].style == Style(.focus) && buffer[1, 1].base == "x")
        Panel(clears: true).render(into: &buffer, in: buffer.area)
        #expect(buffer[0, 0].style == Style(.border) && buffer[1, 1].base == " ")
    }

    @Test func helpListsAllKeysInColumns() {
        expectDrawing(
            sampleHelp(filter: ""), height: 8, width: 60,
            """

              ┌─ Help ──────────────────────────────────────────────┐
              │ Move                       Charts                   │
              │ h j k l  move the focus    y        log y           │
              │ g G      first, last       s        smoothing       │
              │                            + -      zoom            │
              └─────────────────────────────────────────────────────┘

            """)
    }

    @Test func helpIsSearchable() {
        expectDrawing(
            sampleHelp(filter: "LOG"), height: 6, width: 30,
            """

             ┌─ Help ──────────── /LOG ─┐
             │ Charts                   │
             │ y        log y           │
             └──────────────────────────┘

            """)
        #expect(sampleHelp(filter: "zzz").rendered(height: 5, width: 40).text().contains("nothing matches"))
    }

    @Test func helpScrollsWhereItDoesNotFit() {
        var help = sampleHelp(filter: "")
        help.scroll = 99
        let text = help.rendered(height: 5, width: 32).text()
        #expect(text.contains("zoom") && !text.contains("move the focus"))
    }

    @Test func dialogsAskInTheMiddle() {
        let dialog = Dialog(
            title: "Stop?", message: "The run keeps its last checkpoint.", buttons: ["Stop", "Keep running"],
            selected: 1)
        expectDrawing(
            dialog, height: 7, width: 46,
            """

                ┌─ Stop? ────────────────────────────┐
                │ The run keeps its last checkpoint. │
                │                                    │
                │       Stop    ▸ Keep running       │
                └────────────────────────────────────┘

            """)
        let buffer = dialog.rendered(height: 7, width: 46)
        #expect(buffer[4, 20].style == Style(.selection))
    }

    @Test func typedTextIsEdited() {
        var state = TextFieldState("set smoothing")
        state.insert(" 0.9\n:quit")
        #expect(state.text == "set smoothing 0.9 :quit", "pasted line breaks do not end the command")
        state.deleteWord()
        state.deleteWord()
        #expect(state.text == "set smoothing ")
        state.move(by: .min)
        state.deleteForward()
        #expect(state.text == "et smoothing ")
        state.insert("s")
        #expect(state.cursor == 1)
        state.move(by: 3)
        state.deleteToEnd()
        #expect(state.text == "set ")
        state.deleteToStart()
        #expect(state.text == "" && !state.deleteBackward())
        state.insert("e")
        state.insert("\u{301}")
        #expect(state.characters.count == 1 && state.cursor == 1, "a mark joins the letter before it")
    }

    @Test func theCursorIsAlwaysVisible() {
        var state = TextFieldState("abcdefghij")
        func draw(_ width: Int) -> CellBuffer { TextField(prompt: ":", state: state).rendered(height: 1, width: width) }
        #expect(draw(20).text() == ":abcdefghij" && draw(20).cursor == Position(row: 0, column: 11))
        #expect(draw(6).text() == ":ghij" && draw(6).cursor == Position(row: 0, column: 5))
        state.moveToStart()
        #expect(draw(6).text() == ":abcd…" && draw(6).cursor == Position(row: 0, column: 1))
        #expect(draw(1).cursor == Position(row: 0, column: 0))
        state = TextFieldState("漢字")
        #expect(draw(20).cursor == Position(row: 0, column: 5))
    }

    @Test func completionAndPlaceholderAreFaint() {
        let completed = TextField(prompt: ":", state: TextFieldState("sn"), completion: "apshot").rendered(
            height: 1, width: 20)
        #expect(completed.text() == ":snapshot")
        #expect(completed[0, 3].style == Style(.dim))
        #expect(completed.cursor == Position(row: 0, column: 3))
        let empty = TextField(prompt: "/", state: TextFieldState(), placeholder: "filter").rendered(
            height: 1, width: 20)
        #expect(empty.text() == "/filter")
    }
}
