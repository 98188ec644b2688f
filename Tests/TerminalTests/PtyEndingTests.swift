// SPDX-License-Identifier: Apache-2.0
// Leaving and coming back: suspension, signals, crashes and lost terminals.

import Glibc
import TestSupport
import Testing

extension ProcessWideTests {
    @Suite struct PtyEndingTests {
        /// A shell with job control and the demo in its foreground.
        private func startShell() throws -> PtyProgram {
            let shell = try PtyProgram(
                "/bin/bash", ["--norc", "--noprofile", "-i"],
                environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PS1": "ready> ", "HISTFILE": ""])
            shell.expectScreen("ready>")
            shell.send("modes=$(stty -g); \(builtProgram("TerminalDemo"))\r")
            shell.expectScreen("size 80x24 end")
            return shell
        }

        /// Ends the demo and checks that the shell found its terminal as it was.
        private func finish(_ shell: PtyProgram) {
            shell.send("q")
            #expect(shell.wait { !$0.screen.isAlternate })
            shell.send("echo code=$? $([ \"$modes\" = \"$(stty -g)\" ] && echo same) modes\r")
            shell.expectScreen("code=0 same modes")
        }

        @Test func suspendsAndComesBackEveryTime() throws {
            let shell = try startShell()
            for round in 0..<25 {
                shell.send("\u{1A}")
                #expect(shell.wait { !$0.screen.isAlternate && $0.screen.isCursorVisible }, "round \(round)")
                shell.send("clear; echo round$((\(round) + 1000))\r")
                shell.expectScreen("round\(round + 1000)")
                shell.send("fg\r")
                #expect(
                    shell.wait { $0.screen.isAlternate && $0.screen.text.contains("news resumed end") },
                    "round \(round)")
                shell.send("x")
                shell.expectScreen("last character(\"x\")")
            }
            finish(shell)
        }

        @Test func takesTheNewSizeAfterASuspension() throws {
            let shell = try startShell()
            shell.send("\u{1A}")
            #expect(shell.wait { !$0.screen.isAlternate })
            shell.resize(columns: 90, rows: 20)
            shell.send("fg\r")
            shell.expectScreen("size 90x20 end")
            finish(shell)
        }

        @Test func worksOnInTheBackgroundWithoutTouchingTheScreen() throws {
            let shell = try startShell()
            shell.send("\u{1A}")
            #expect(shell.wait { !$0.screen.isAlternate })
            shell.send("bg\r")
            shell.send("clear; echo still$((40 + 2))\r")
            shell.expectScreen("still42")
            shell.send("jobs\r")
            shell.expectScreen("Running")
            #expect(!shell.screen.isAlternate)
            shell.send("fg\r")
            #expect(shell.wait { $0.screen.isAlternate && $0.screen.text.contains("news resumed end") })
            finish(shell)
        }

        @Test func stopFromOutsideIsSurvived() throws {
            let shell = try startShell()
            shell.setMark()
            shell.signalForeground(SIGSTOP)
            shell.expectBytes("ready> ")
            shell.send("fg\r")
            shell.expectScreen("news resumed end")
            // The shell cannot restore what a stopped program left: the program has to take it over again.
            shell.send("x")
            shell.expectScreen("last character(\"x\")")
            finish(shell)
        }

        @Test func suspensionWithoutAShellDoesNotHang() throws {
            // The demo leads its session here: its group is orphaned and cannot be stopped.
            let demo = try startDemo()
            demo.expectScreen("size 80x24 end")
            demo.send("\u{1A}")
            demo.expectScreen("news resumed end")
            demo.send("q")
            #expect(demo.waitForEnd() == .exited(0))
            expectRestored(demo)
        }

        @Test(arguments: [(SIGTERM, "terminate"), (SIGINT, "interrupt")])
        func signalsArriveAsEvents(_ number: Int32, _ name: String) throws {
            let report = try PtyReport()
            let demo = try startDemo(["mouse"], environment: ["DEMO_REPORT": report.path])
            demo.expectScreen("size 80x24 end")
            demo.signal(number)
            #expect(report.nextLine() == "signal \(name)")
            #expect(demo.waitForEnd() == .exited(128 + number))
            expectRestored(demo)
        }

        @Test(arguments: [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGQUIT])
        func crashSignalsGiveTheTerminalBackAndKill(_ number: Int32) throws {
            let demo = try startDemo(["mouse"])
            demo.expectScreen("size 80x24 end")
            demo.signal(number)
            #expect(demo.waitForEnd() == .killed(number))
            expectRestored(demo)
        }

        @Test func trapGivesTheTerminalBackAndShowsItsMessage() throws {
            let demo = try startDemo(["mouse"])
            demo.expectScreen("size 80x24 end")
            demo.send("T")
            let end = demo.waitForEnd()
            #expect(end == .killed(SIGILL) || end == .killed(SIGTRAP))
            expectRestored(demo)
            // The stack trace after it may have scrolled it away.
            let left = try #require(demo.output.position(of: Array("\u{1B}[?1049l".utf8)))
            let message = try #require(demo.output.position(of: Array("trap on purpose".utf8)))
            #expect(message > left, "the message is written on the main screen")
        }

        @Test func faultGivesTheTerminalBack() throws {
            let demo = try startDemo()
            demo.expectScreen("size 80x24 end")
            demo.send("S")
            #expect(demo.waitForEnd() == .killed(SIGSEGV))
            expectRestored(demo)
        }

        @Test func exitWithoutClosingGivesTheTerminalBack() throws {
            let demo = try startDemo()
            demo.expectScreen("size 80x24 end")
            demo.send("E")
            #expect(demo.waitForEnd() == .exited(3))
            expectRestored(demo)
        }

        @Test func crashInTheMiddleOfAFrameGivesTheTerminalBack() throws {
            let report = try PtyReport()
            let demo = try startDemo(environment: ["DEMO_REPORT": report.path], columns: 200, rows: 50)
            demo.expectScreen("size 200x50 end")
            demo.send("Nr")
            #expect(report.nextLine() == "r")
            demo.signal(SIGSEGV)
            #expect(demo.waitForEnd() == .killed(SIGSEGV))
            expectRestored(demo)
        }

        @Test func lostTerminalIsToldOnceAndCostsNothing() throws {
            let report = try PtyReport()
            let demo = try startDemo(environment: ["DEMO_REPORT": report.path])
            demo.expectScreen("size 80x24 end")
            demo.hangUp()
            var lines: [String] = []
            while let line = report.nextLine(), !line.hasPrefix("lost") { lines.append(line) }
            #expect(lines.sorted() == ["signal hangUp", "terminalLost"])
            #expect(demo.waitForEnd() == .exited(0))
        }

        @Test func lostTerminalDoesNotSpin() throws {
            let report = try PtyReport()
            let demo = try startDemo(environment: ["DEMO_REPORT": report.path])
            demo.expectScreen("size 80x24 end")
            demo.hangUp()
            var last = ""
            while let line = report.nextLine() {
                last = line
                if line.hasPrefix("lost") { break }
            }
            // "lost wakeUps=… frames=…"
            let wakeUps = last.split(separator: " ").dropFirst().first.flatMap { Int($0.dropFirst("wakeUps=".count)) }
            #expect(try #require(wakeUps) < 30)
        }
    }
}
