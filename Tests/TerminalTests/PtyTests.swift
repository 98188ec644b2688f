// SPDX-License-Identifier: Apache-2.0
// A program with a screen in a real terminal: start, keys, sizes, output, idleness, slow links, other terminals.

import Glibc
import TestSupport
import Testing

/// Starts the demo with quiet crashes and a UTF-8 locale.
func startDemo(
    _ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
) throws -> PtyProgram {
    let standard = [
        "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
        // Under the address sanitizer crashes stay ours to handle.
        "ASAN_OPTIONS": "handle_segv=0:handle_sigbus=0:handle_sigfpe=0",
    ]
    return try PtyProgram(
        builtProgram("TerminalDemo"), arguments,
        environment: standard.merging(environment) { $1 }.filter { !$0.value.isEmpty }, columns: columns, rows: rows)
}

/// Expects a terminal as a shell wants it back.
func expectRestored(_ program: PtyProgram, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(program.hasInitialModes, "terminal modes are set back", sourceLocation: sourceLocation)
    #expect(!program.screen.isAlternate, "the main screen is shown", sourceLocation: sourceLocation)
    #expect(program.screen.isCursorVisible, "the cursor is visible", sourceLocation: sourceLocation)
    // 12 is the blinking of the cursor, a matter of taste of the terminfo entry.
    #expect(
        program.screen.modes.subtracting([12]) == PtyScreen.initialModes, "private modes",
        sourceLocation: sourceLocation)
}

/// Tests that touch what a process has once (ncurses, locale, environment), one after the other.
@Suite(.serialized) enum ProcessWideTests {}

extension ProcessWideTests {
    @Suite struct PtyTests {
        @Test func takesTheTerminalOverAndGivesItBack() throws {
            let demo = try startDemo()
            demo.expectScreen("size 80x24 end")
            #expect(demo.screen.isAlternate && !demo.screen.isCursorVisible)
            #expect(demo.screen.modes.isSuperset(of: [2004, 1004]) && !demo.screen.modes.contains(1000))
            #expect(!demo.hasInitialModes)
            demo.send("q")
            #expect(demo.waitForEnd() == .exited(0))
            expectRestored(demo)
            #expect(demo.screen.unknown == [])
        }

        @Test func keysArriveOneByOne() throws {
            let demo = try startDemo()
            demo.expectScreen("size 80x24 end")
            for (bytes, shown) in [
                ("\u{1B}[A", "last up 0 end"), ("\u{1B}[1;5C", "last right 4 end"),
                ("é", "last character(\"é\") 0 end"),
                ("\u{3}", "last character(\"c\") 4 end"), ("\u{1B}", "last escape 0 end"), ("\r", "last enter 0 end"),
                ("\u{1B}[200~q\u{1B}[201~", "last paste(\"q\") end"), ("\u{1B}[I", "last focus(true) end"),
            ] {
                demo.send(bytes)
                demo.expectScreen(shown)
            }
            demo.send("q")
            #expect(demo.waitForEnd() == .exited(0))
        }

        @Test func otherThreadsWakeTheLoop() throws {
            let demo = try startDemo()
            demo.send("w")
            demo.expectScreen("news woken end")
        }

        @Test func mouseIsReportedOnlyOnRequest() throws {
            let demo = try startDemo(["mouse"])
            demo.expectScreen("size 80x24 end")
            #expect(demo.screen.modes.isSuperset(of: [1000, 1002, 1006]))
            demo.send("\u{1B}[<0;5;3M")
            demo.expectScreen("last mouse press(1) 4,2 end")
            demo.send("m")
            #expect(demo.wait { $0.screen.modes.isDisjoint(with: [1000, 1002, 1006]) })
            demo.send("mq")
            #expect(demo.waitForEnd() == .exited(0))
            expectRestored(demo)
        }

        @Test func strayPrintsBecomeLinesAndAreShownAgainAtTheEnd() throws {
            let demo = try startDemo()
            demo.send("p")
            demo.expectScreen("news printed stray print|library warning")
            demo.send("q")
            #expect(demo.waitForEnd() == .exited(0))
            #expect(demo.screen.text.contains("stray print"), "the tail is on the main screen")
            expectRestored(demo)
        }

        @Test func cursorIsShownWhereTextIsEntered() throws {
            let demo = try startDemo()
            demo.expectScreen("size 80x24 end")
            demo.send("c")
            #expect(demo.wait { $0.screen.isCursorVisible && $0.screen.cursor == (5, 1) })
            demo.send("c")
            #expect(demo.wait { !$0.screen.isCursorVisible })
        }

        @Test func idleProgramNeitherWakesUpNorWrites() throws {
            let demo = try startDemo()
            demo.send("u")
            demo.expectScreen("last character(\"u\")")
            func wakeUps() -> Int {
                let line = demo.screen.lines.first { $0.hasPrefix("wakeUps") } ?? ""
                return line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? -1
            }
            let before = wakeUps()
            demo.setMark()
            #expect(!demo.wait(seconds: 0.7) { !$0.bytesSinceMark.isEmpty }, "nothing is written")
            demo.send("u")
            #expect(demo.wait { _ in wakeUps() != before })
            #expect(wakeUps() - before <= 2, "one wake-up for the key")
        }

        @Test func resizeStormEndsWithTheRightScreen() throws {
            let demo = try startDemo()
            demo.send("n")
            demo.expectScreen("size 80x24 end")
            var state: UInt64 = 42
            func random(_ limit: UInt64) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33 % limit) + 1
            }
            for round in 0..<1000 {
                let (columns, rows) = (random(300), random(100))
                demo.resize(columns: columns, rows: rows)
                if round % 50 == 0, columns > 20 { demo.expectScreen("size \(columns)x\(rows) end") }
            }
            demo.resize(columns: 100, rows: 30)
            demo.send("n")
            demo.expectScreen("size 100x30 end")
            demo.send("\u{C}")
            let expected = String(repeating: " ", count: 94) + "corner"
            #expect(demo.wait { $0.screen.lines[29] == expected && $0.screen.lines[6..<29].allSatisfy(\.isEmpty) })
            demo.send("q")
            #expect(demo.waitForEnd() == .exited(0))
            expectRestored(demo)
        }

        @Test func framesAreSkippedWhileNobodyReads() throws {
            let report = try PtyReport()
            let demo = try startDemo(environment: ["DEMO_REPORT": report.path], columns: 200, rows: 50)
            demo.expectScreen("size 200x50 end")
            demo.send("N")
            demo.setMark()
            // Every key changes the whole screen, about 100 kB; nothing is read meanwhile, and all keys are served.
            for _ in 0..<100 {
                demo.send("r")
                #expect(report.nextLine() == "r")
            }
            demo.send("Nu")
            demo.expectScreen("last character(\"u\")")
            #expect(demo.bytesSinceMark.count < 1_000_000, "the screens in between were not queued")
            #expect(!demo.screen.text.contains("skipped 0 "))
        }

        @Test func framesAreBracketedWhenTheTerminalCan() throws {
            let demo = try startDemo()
            demo.expectBytes("\u{1B}[?2026$p")
            demo.send("\u{1B}[?2026;2$y\u{1B}]11;rgb:0/0/0\u{1B}\\\u{1B}[?62;22c")
            demo.expectScreen("size 80x24 end")
            demo.send("x")
            demo.expectBytes("\u{1B}[?2026h")
            demo.expectBytes("\u{1B}[?2026l\u{1B}[5n")
            demo.send("\u{1B}[0nq")
            #expect(demo.waitForEnd() == .exited(0))
            expectRestored(demo)
        }

        @Test func dataWaitsForTheAnswersOfASlowLink() throws {
            let demo = try startDemo()
            demo.expectBytes("\u{1B}[c")
            demo.send("\u{1B}[?62;22c")
            demo.send("n")
            func questions() -> Int {
                demo.output.indices.count { demo.output[$0...].starts(with: Array("\u{1B}[5n".utf8)) }
            }
            #expect(demo.wait { _ in questions() >= 2 })
            let held = questions()
            #expect(!demo.wait(seconds: 0.5) { _ in questions() > held + 1 }, "no data without an answer")
            demo.send(String(repeating: "\u{1B}[0n", count: held + 1))
            #expect(demo.wait { _ in questions() > held + 1 })
        }

        @Test(arguments: [
            ("C", ""), ("POSIX", ""), ("", ""), ("C.UTF-8", ""), ("", "vi_VN"), ("", "xx_YY.UTF-8"), ("nonsense", ""),
        ])
        func startsInEveryLocale(_ all: String, _ language: String) throws {
            let demo = try startDemo(environment: ["LC_ALL": all, "LANG": language])
            demo.expectScreen("size 80x24 end")
            demo.expectScreen("glyphs braille")
            demo.expectScreen("│ ⣿ 日本 é end")
            demo.send("q")
            #expect(demo.waitForEnd() == .exited(0))
        }

        @Test(arguments: [
            ("xterm-256color", "braille", "indexed"), ("tmux-256color", "braille", "indexed"),
            ("screen-256color", "braille", "indexed"), ("xterm", "braille", "sixteen"), ("rxvt", "braille", "sixteen"),
            ("linux", "half", "sixteen"), ("vt100", "ascii", "mono"), ("vt220", "ascii", "mono"),
        ])
        func looksTheSameOnEveryTerminal(_ terminal: String, _ glyphs: String, _ colors: String) throws {
            let demo = try startDemo(environment: ["TERM": terminal])
            demo.expectScreen("corner")
            let lines = demo.screen.lines
            #expect(lines[0] == "size 80x24 end")
            #expect(lines[3] == "glyphs \(glyphs) colors \(colors) end")
            #expect(lines[23] == String(repeating: " ", count: 74) + "corner")
            #expect(demo.screen.unknown == [])
            demo.send("q")
            #expect(demo.waitForEnd() == .exited(0))
            expectRestored(demo)
        }

        @Test(arguments: ["dumb", "no-such-terminal", ""])
        func saysWhatToDoWhereThereCanBeNoScreen(_ terminal: String) throws {
            let demo = try startDemo(environment: ["TERM": terminal])
            #expect(demo.waitForEnd() == .exited(1))
            #expect(demo.screen.text.contains("--headless"))
            #expect(!demo.output.contains(0x1B))
            expectRestored(demo)
        }

        @Test func sameLoopRunsWithoutAScreen() throws {
            let report = try PtyReport()
            let demo = try startDemo(["headless"], environment: ["DEMO_REPORT": report.path, "TERM": ""])
            #expect(report.nextLine() == "woken")
            demo.signal(SIGTERM)
            #expect(demo.waitForEnd() == .exited(128 + SIGTERM))
            #expect(demo.screen.text == "headless woken frames=0" + String(repeating: "\n", count: 23))
            expectRestored(demo)
        }

        @Test func colourTiersCanBeForced() throws {
            for (choice, shown) in [("never", "mono"), ("16", "sixteen"), ("256", "indexed"), ("direct", "direct")] {
                let demo = try startDemo([choice], environment: ["TERM": "xterm"])
                demo.expectScreen("colors \(shown) end")
                demo.send("q")
                #expect(demo.waitForEnd() == .exited(0))
            }
        }
    }
}
