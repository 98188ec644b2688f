// SPDX-License-Identifier: Apache-2.0
// A run killed in the middle and resumed ends with the bits of an undisturbed one.

import EngineKit
import Foundation
import TestSupport
import Testing

/// A pruning run of a few seconds on built-in data; a single thread, because two tests may share the machine.
private let session = """
    engine = "sbp"
    title = "kill and resume"
    threads = 1
    [data]
    name = "glyphs"
    trainingLimit = 1000
    testLimit = 200
    [pretrain]
    epochs = 2
    batch = 25
    [train]
    epochs = 3
    batch = 25
    [finetune]
    epochs = 1
    batch = 25
    [sbp]
    variationalLearningRate = 2e-2
    """

@Suite(.serialized) struct KillAndResumeTests {
    @Test func aKilledRunEndsWithTheSameBits() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("small.toml", session)
        let runs = folder.path("runs")
        let whole = try runElbo(["run", path, "--json", "--runs", runs, "--name", "whole"])
        #expect(whole.exitCode == 0, "\(whole.errorText)")

        try killInTheMiddle(path, runs: runs, name: "killed")
        let resumed = try runElbo(["resume", "killed", "--json", "--runs", runs])
        #expect(resumed.exitCode == 0, "\(resumed.errorText)")

        #expect(try series("killed", runs) == series("whole", runs))
        try expectSameBits("killed", "whole", runs)
    }

    /// Ended by hand just before, at and behind the cut: what is saved there goes on to the same bits.
    @Test func aRunStoppedAtTheCutEndsWithTheSameBits() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("small.toml", session)
        let runs = folder.path("runs")
        let whole = try runElbo(["run", path, "--json", "--runs", runs, "--name", "whole"])
        #expect(whole.exitCode == 0, "\(whole.errorText)")
        // 80 steps of pretraining, 120 of pruning, 40 of fine-tuning; the cut lies at 200.
        let first = try runElbo(
            ["run", path, "--json", "--runs", runs, "--name", "parts", "--max-steps", "199"])
        #expect(first.exitCode == 0, "\(first.errorText)")
        for limit in ["200", "215"] {
            let part = try runElbo(["resume", "parts", "--json", "--runs", runs, "--max-steps", limit])
            #expect(part.exitCode == 0, "\(part.errorText)")
        }
        let last = try runElbo(["resume", "parts", "--json", "--runs", runs])
        #expect(last.exitCode == 0, "\(last.errorText)")
        #expect(try series("parts", runs) == series("whole", runs))
        try expectSameBits("parts", "whole", runs)
    }

    /// Compares the last checkpoints, tensor by tensor.
    private func expectSameBits(_ left: String, _ right: String, _ runs: String) throws {
        let (left, right) = (try weights(left, runs), try weights(right, runs))
        #expect(left.tensors.map(\.name) == right.tensors.map(\.name))
        let differing = zip(left.tensors, right.tensors).filter { $0.0 != $0.1 }.map { $0.0.name }
        #expect(differing == [])
        #expect(left.tensors.contains { $0.name == "compact.conv1.weight" })
    }

    /// Starts a run with frequent checkpoints and kills it as soon as one is on disk.
    private func killInTheMiddle(_ path: String, runs: String, name: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: builtProgram("elbo"))
        process.arguments = [
            "run", path, "--headless", "--runs", runs, "--name", name, "--checkpoint-seconds", "0.1",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let checkpoints = "\(runs)/\(name)/checkpoints"
        let deadline = Date().addingTimeInterval(60)
        while process.isRunning, Date() < deadline, files(checkpoints).isEmpty {
            // The only sign of a checkpoint from outside is its file; looked for every 5 ms.
            _ = poll(nil, 0, 5)
        }
        #expect(process.isRunning, "the run ended before it could be killed")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(!files(checkpoints).isEmpty)
    }

    private func files(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".safetensors") }
    }

    /// All stored points except for measured speeds.
    private func series(_ name: String, _ runs: String) throws -> [Substring] {
        let result = try runElbo(["export", name, "--format", "csv", "--runs", runs])
        #expect(result.exitCode == 0)
        let lines = result.output.split(separator: "\n").filter { !$0.hasPrefix("speed/") }
        #expect(lines.count > 200)
        return lines
    }

    /// The last checkpoint.
    private func weights(_ name: String, _ runs: String) throws -> Checkpoint {
        let folder = "\(runs)/\(name)/checkpoints"
        let last = try #require(files(folder).sorted().last)
        return try Safetensors.decode([UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(last)"))))
    }
}
