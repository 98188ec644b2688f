// SPDX-License-Identifier: Apache-2.0
// The real program on a pseudo-terminal: it opens, trains, answers keys, and gives the terminal back.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct WorkbenchTests {
    private func start(_ folder: TemporaryFolder, _ arguments: [String]) throws -> PtyProgram {
        try PtyProgram(
            builtProgram("elbo"), arguments + ["--runs", folder.path("runs")],
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"],
            columns: 80, rows: 24)
    }

    private let small = """
        engine = "sbp"
        title = "small"
        threads = 1
        [data]
        name = "glyphs"
        trainingLimit = 2000
        testLimit = 100
        [train]
        epochs = 200
        batch = 50
        """

    @Test func trainsLiveAndStopsOnRequest() throws {
        let folder = try TemporaryFolder()
        let program = try start(folder, ["open", folder.file("small.toml", small)])
        program.expectScreen("running")
        program.expectScreen("train/crossEntropy")
        program.send("P")
        program.expectScreen("paused")
        program.resize(columns: 120, rows: 40)
        program.send("2")
        program.expectScreen("ayers")
        program.send("Q")
        program.expectScreen("Leave?")
        program.send("y")
        let end = try #require(program.waitForEnd())
        #expect(end == .exited(0))
        #expect(program.hasInitialModes)
        #expect(!program.screen.isAlternate)
        let runs = try runElbo(["runs", "--json", "--runs", folder.path("runs")])
        #expect(runs.output.contains("\"stopped\""), "\(runs.output)")
    }

    /// The network of a run that goes on is written while the screen goes on; what is written opens by itself.
    @Test func compactWritesANetworkBesideTheRun() throws {
        let folder = try TemporaryFolder()
        let program = try start(folder, ["open", folder.file("small.toml", small)])
        program.expectScreen("train/crossEntropy")
        program.send(":compact \(folder.path("small.safetensors"))\r")
        program.expectScreen("wrote ")
        program.signal(SIGTERM)
        #expect(try #require(program.waitForEnd()) == .exited(143))
        let predicted = try runElbo(["predict", folder.path("small.safetensors"), "--limit", "100", "--json"])
        #expect(predicted.exitCode == 0, "\(predicted.errorText)")
    }

    /// Nobody works on the run any more, and yet its network can be asked.
    @Test func aRunThatHasEndedIsEvaluatedWhenTheThresholdMoves() throws {
        let folder = try TemporaryFolder()
        let session = folder.file("small.toml", small.replacingOccurrences(of: "epochs = 200", with: "epochs = 1"))
        let trained = try runElbo(["run", session, "--headless", "--runs", folder.path("runs")])
        try #require(trained.exitCode == 0, "\(trained.errorText)")
        let program = try start(folder, ["open", "small"])
        program.expectScreen("finished")
        program.send("2")
        program.expectScreen("exact, step 40")
        program.send(":threshold 5000\r")
        program.expectScreen("nothing left")
        // Nothing is left, so no class is found but by chance; the slider asks by itself once it has rested.
        let isAnswered = program.wait { program in
            program.screen.lines.contains { $0.contains("test") && $0.contains("exact, step 40") }
        }
        #expect(isAnswered, "\(program.screen.text)")
        program.send("Q")
        #expect(try #require(program.waitForEnd()) == .exited(0))
    }

    @Test func aLightBackgroundIsWhereTheThemeKeyGoesOnFrom() throws {
        let folder = try TemporaryFolder()
        let program = try start(folder, ["open"])
        program.expectScreen("Start")
        program.send("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\")
        program.send("t")
        program.expectScreen("Theme: safeDark.")
        program.send("q")
        #expect(try #require(program.waitForEnd()) == .exited(0))
    }

    @Test func theLogScreenReportsOnTheProgram() throws {
        let folder = try TemporaryFolder()
        let program = try start(folder, ["open"])
        program.expectScreen("Start")
        program.send("7")
        program.expectScreen("bytes per frame")
        program.expectScreen("events lost")
        program.send("Q")
        #expect(try #require(program.waitForEnd()) == .exited(0))
    }

    @Test func terminationSavesAndEndsWithItsCode() throws {
        let folder = try TemporaryFolder()
        let program = try start(folder, ["open", folder.file("small.toml", small)])
        program.expectScreen("train/crossEntropy")
        program.signal(SIGTERM)
        let end = try #require(program.waitForEnd())
        #expect(end == .exited(143))
        #expect(program.hasInitialModes)
        let shown = try runElbo(["show", "small", "--json", "--runs", folder.path("runs")])
        #expect(shown.output.contains("\"stopped\""), "\(shown.output)")
    }
}
