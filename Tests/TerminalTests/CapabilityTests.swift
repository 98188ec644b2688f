// SPDX-License-Identifier: Apache-2.0
// What is decided from terminfo, locale and environment, without a terminal.

import Screen
import TestSupport
import Testing

@testable import Terminal

@Suite struct CapabilityTests {
    private func tier(_ choice: ColorChoice, _ colors: Int, _ environment: [String: String] = [:]) -> ColorTier {
        choice.tier(colors: colors, hasDirectColors: false, environment: environment)
    }

    @Test func coloursFollowTheTerminalUnlessSomebodyKnowsBetter() {
        #expect(tier(.automatic, 0) == .mono)
        #expect(tier(.automatic, 8) == .sixteen)
        #expect(tier(.automatic, 16) == .sixteen)
        #expect(tier(.automatic, 88) == .sixteen)
        #expect(tier(.automatic, 256) == .indexed)
        #expect(ColorChoice.automatic.tier(colors: 1 << 24, hasDirectColors: true, environment: [:]) == .direct)
        #expect(tier(.automatic, 256, ["COLORTERM": "truecolor"]) == .direct)
        #expect(tier(.automatic, 256, ["COLORTERM": "24bit"]) == .direct)
        #expect(tier(.automatic, 256, ["COLORTERM": "gnome-terminal"]) == .indexed)
        #expect(tier(.automatic, 256, ["COLORTERM": "truecolor", "TERM": "screen-256color"]) == .indexed)
        #expect(tier(.automatic, 256, ["COLORTERM": "truecolor", "TERM": "screen-256color", "TMUX": "x"]) == .direct)
    }

    @Test func noColorHoldsUnlessTheUserAsksForColours() {
        #expect(tier(.automatic, 256, ["NO_COLOR": "1"]) == .mono)
        #expect(tier(.automatic, 256, ["NO_COLOR": ""]) == .indexed)
        #expect(tier(.indexed, 256, ["NO_COLOR": "1"]) == .indexed)
        #expect(tier(.never, 256) == .mono)
        #expect(tier(.sixteen, 256, ["COLORTERM": "truecolor"]) == .sixteen)
        #expect(tier(.direct, 8) == .direct)
        #expect(ColorChoice(rawValue: "256") == .indexed)
    }

    @Test func glyphsFollowTheCharacterSetAndTheFontsOfTheTerminal() {
        #expect(GlyphSupport.bestTier(characterSet: .ascii, terminalName: "xterm") == .ascii)
        #expect(GlyphSupport.bestTier(characterSet: .unicode, terminalName: "vt100") == .ascii)
        #expect(GlyphSupport.scalars(of: .braille).contains(0x28FF))
        #expect(GlyphSupport.scalars(of: .ascii).allSatisfy { $0 < 0x7F })
    }

    @Test func delaysAreTakenOutOfStrings() {
        #expect(TerminalDescription.withoutPadding("\u{1B}[H\u{1B}[J$<50>") == "\u{1B}[H\u{1B}[J")
        #expect(TerminalDescription.withoutPadding("a$<5/>b$<2*>c") == "abc")
        #expect(TerminalDescription.withoutPadding("cost $5 $<") == "cost $5 $<")
        #expect(TerminalDescription.withoutPadding("") == "")
    }

    @Test func backgroundIsReadFromTheLastColourNumber() {
        #expect(TerminalScreen.backgroundHint("0;15") == true)
        #expect(TerminalScreen.backgroundHint("15;0") == false)
        #expect(TerminalScreen.backgroundHint("0;default;7") == true)
        #expect(TerminalScreen.backgroundHint("15;8") == false)
        #expect(TerminalScreen.backgroundHint("default") == nil)
        #expect(TerminalScreen.backgroundHint("0;99") == nil)
        #expect(TerminalScreen.backgroundHint(nil) == nil)
    }

    @Test func base64IsTheStandardOne() {
        let examples = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE="]
        for (text, coded) in examples { #expect(base64(Array(text.utf8)) == coded) }
        #expect(base64([0xFF, 0xFE, 0xFD]) == "//79")
    }

    @Test func messagesSayWhatToDoAndPassNoControlCharactersOn() {
        #expect("\(TerminalError.notATerminal)".contains("--headless"))
        #expect("\(TerminalError.unnamed)".contains("TERM=xterm-256color"))
        let hostile = "\(TerminalError.unknown(name: "x\u{1B}[2J\u{7}"))"
        #expect(hostile.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(hostile.contains("x?[2J?"))
    }
}

/// What needs terminfo shares a global with ncurses.
extension ProcessWideTests.CursesRendererTests {
    @Test func terminalsWithoutAnAlternateScreenGetNoPrivateModes() throws {
        for name in ["vt100", "linux"] {
            let modes = TerminalModes(try TerminalDescription(name: name), environment: [:])
            #expect(!modes.enter.contains("?2004"))
            #expect(modes.questions.isEmpty && modes.askReady.isEmpty && modes.mouseOn.isEmpty)
            #expect(!modes.leave.isEmpty)
        }
    }

    @Test func leavingUndoesAllThatEnteringDid() throws {
        let modes = TerminalModes(try TerminalDescription(name: "xterm-256color"), environment: [:])
        for mode in ["1049", "2004", "1004", "1000", "1002", "1006", "25", "2026"] {
            #expect(modes.leave.contains("\u{1B}[?\(mode)l") || mode == "25" && modes.leave.contains("?25h"), "\(mode)")
        }
        #expect(modes.leave.count <= 256, "what the crash plan holds")
    }

    @Test func terminalAppIsNotAsked() throws {
        let description = try TerminalDescription(name: "xterm-256color")
        #expect(TerminalModes(description, environment: ["TERM_PROGRAM": "Apple_Terminal"]).questions.isEmpty)
        #expect(!TerminalModes(description, environment: [:]).questions.isEmpty)
    }

    @Test func unusableTerminalsAreNamed() {
        #expect(throws: TerminalError.unnamed) { try TerminalDescription(name: nil) }
        #expect(throws: TerminalError.unnamed) { try TerminalDescription(name: "") }
        #expect(throws: TerminalError.unknown(name: "no-such-terminal")) {
            try TerminalDescription(name: "no-such-terminal")
        }
        #expect(throws: TerminalError.incapable(name: "dumb", missing: "move its cursor")) {
            try TerminalDescription(name: "dumb")
        }
    }
}
