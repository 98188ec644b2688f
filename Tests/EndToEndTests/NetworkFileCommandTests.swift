// SPDX-License-Identifier: Apache-2.0
// The built program: a run becomes a file, the file makes predictions and begins another run.

import EngineKit
import Foundation
import TestSupport
import Testing

private let session = """
    engine = "sbp"
    title = "files"
    threads = 1
    [data]
    name = "glyphs"
    trainingLimit = 600
    testLimit = 200
    [model]
    name = "lenet500-300"
    [train]
    epochs = 3
    batch = 50
    [sbp]
    variationalLearningRate = 5e-2
    """

@Suite(.serialized) struct NetworkFileCommandTests {
    private let folder: TemporaryFolder
    private var runs: String { folder.path("runs") }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func run(_ arguments: [String]) throws -> JSONObject {
        let result = try runElbo(arguments)
        #expect(result.exitCode == 0, "\(result.errorText)")
        return try #require(try JSONValue(parsing: result.output).object)
    }

    @Test func theErrorInTheFileIsTheOneOfTheRunAndOfItsPredictions() throws {
        let path = folder.file("files.toml", session)
        let result = try run(["run", path, "--json", "--runs", runs, "--name", "a"])
        let small = folder.path("small.safetensors")
        let report = try run(["compact", "a", "-o", small, "--json", "--runs", runs])
        #expect(report["testError"] == result["testError"])
        #expect(report["macsCompact"] == result["macsCompact"])
        #expect(report["step"] == result["steps"])
        #expect(
            try #require(report["bytes"]?.wholeNumber) == [UInt8](Data(contentsOf: URL(fileURLWithPath: small))).count)
        let csv = folder.path("predictions.csv")
        let predicted = try run(["predict", small, "--limit", "200", "--json", "--output", csv])
        #expect(predicted["error"] == result["testError"])
        #expect(predicted["images"] == 200)
        let lines = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 201)
        #expect(lines[0] == "index,label,prediction,probability")
        let mistakes = lines.dropFirst().count { line in
            let fields = line.split(separator: ",")
            return fields[1] != fields[2]
        }
        #expect(Double(mistakes) / 2 == predicted["error"]?.number)
    }

    @Test func ownImagesAreClassifiedWithAndWithoutLabels() throws {
        let path = folder.file("files.toml", session)
        _ = try run(["run", path, "--json", "--runs", runs, "--name", "a", "--max-steps", "12"])
        let small = folder.path("small.safetensors")
        _ = try run(["compact", "a", "-o", small, "--threshold", "0", "--json", "--runs", runs])
        func idx(_ name: String, _ header: [UInt8], _ bytes: [UInt8]) -> String {
            _ = FileManager.default.createFile(atPath: folder.path(name), contents: Data(header + bytes))
            return folder.path(name)
        }
        let images = idx(
            "images", [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28], (0..<(3 * 784)).map { UInt8($0 % 251) })
        let labels = idx("labels", [0, 0, 8, 1, 0, 0, 0, 3], [1, 2, 3])
        let without = try run(["predict", small, "--images", images, "--json"])
        #expect(without["error"] == .null && without["images"] == 3)
        let with = try run(["predict", small, "--images", images, "--labels", labels, "--json"])
        #expect(with["error"]?.number != nil)

        let narrow = idx(
            "narrow", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 14, 0, 0, 0, 56], [UInt8](repeating: 0, count: 784))
        for (arguments, words) in [
            (["--images", narrow], ["1 x 28 x 28", "1 x 14 x 56"]),
            (["--images", images, "--labels", images], ["magic number"]),
            (
                ["--images", images, "--labels", idx("two", [0, 0, 8, 1, 0, 0, 0, 2], [1, 2])],
                ["2 labels", "3 images"]
            ),
            (["--set", "shapes"], ["1 x 28 x 28", "3 x 32 x 32"]),
            // Nothing is read of what cannot fit.
            (["--set", "cifar100"], ["1 x 28 x 28", "3 x 32 x 32"]),
            (["--set", "nothing"], ["nothing", "glyphs"]),
        ] {
            let result = try runElbo(["predict", small] + arguments)
            #expect(result.exitCode == 1)
            for word in words { #expect(result.errorText.contains(word), "no \(word) in \(result.errorText)") }
        }
        let letters = try runElbo(["predict", small, "--set", "letters", "--limit", "50"])
        #expect(letters.exitCode == 0 && letters.errorText.contains("A and not 0 is the first"))
        let foreign = try runElbo(["predict", images])
        #expect(foreign.exitCode == 1 && foreign.errorText.contains("not a safetensors file"))
    }

    @Test func badUsageOfTheTwoCommandsEndsWithTwo() throws {
        for arguments in [
            ["compact", "a"], ["compact", "a", "-o", "x", "--threshold", "1", "--thresholds", "1,2"],
            ["compact", "a", "-o", "x", "--threshold", "nan"], ["compact", "a", "-o", "x", "--thresholds", "1,,2"],
            ["predict", "x", "--limit", "0"], ["predict", "x", "--labels", "y"],
            ["predict", "x", "--set", "mnist", "--images", "y"],
        ] {
            #expect(try runElbo(arguments + []).exitCode == 2, "\(arguments)")
        }
        let missing = try runElbo(["compact", "none", "-o", folder.path("x"), "--runs", runs])
        #expect(missing.exitCode == 1 && missing.errorText.contains("none"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
    }

    /// Another process writes a run's network while the run goes on: it is asked for a state first.
    @Test func theNetworkOfARunThatGoesOnIsOneOfNow() throws {
        let path = folder.file("files.toml", session.replacingOccurrences(of: "epochs = 3", with: "epochs = 100000"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: builtProgram("elbo"))
        process.arguments = [
            "run", path, "--headless", "--runs", runs, "--name", "long", "--checkpoint-seconds", "100000",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let deadline = Date().addingTimeInterval(60)
        while process.isRunning, Date() < deadline, try steps("long") == 0 {
            // What the run has done shows in its database only; looked at every 5 ms.
            _ = poll(nil, 0, 5)
        }
        let before = try steps("long")
        #expect(before > 0)
        let result = try runElbo(["compact", "long", "-o", folder.path("x.safetensors"), "--json", "--runs", runs])
        #expect(result.exitCode == 0, "\(result.errorText)")
        let report = try #require(try JSONValue(parsing: result.output).object)
        #expect(try #require(report["step"]?.wholeNumber) >= before)
        #expect(result.errorText.contains("being worked on"))
        #expect(process.isRunning)
    }

    private func steps(_ name: String) throws -> Int {
        let result = try runElbo(["runs", "--json", "--runs", runs])
        let entries = try JSONValue(parsing: result.output).array ?? []
        return entries.first { $0.object?["name"] == .string(name) }?.object?["step"]?.wholeNumber ?? 0
    }

    @Test func aRunBeginsWithAFileAndGoesOnWithoutIt() throws {
        let path = folder.file("files.toml", session)
        _ = try run(["run", path, "--json", "--runs", runs, "--name", "a", "--max-steps", "12"])
        let start = folder.path("start.safetensors")
        _ = try run(["compact", "a", "-o", start, "--threshold", "0", "--json", "--runs", runs])
        let weights = "model.weights=\(start)"
        let whole = try run(["run", path, "--json", "--runs", runs, "--name", "b", "--set", weights])
        _ = try run(["run", path, "--json", "--runs", runs, "--name", "c", "--set", weights, "--max-steps", "7"])
        try FileManager.default.removeItem(atPath: start)
        let resumed = try run(["resume", "c", "--json", "--runs", runs])
        #expect(resumed["testError"] == whole["testError"])
        #expect(resumed["metrics"]?.object?["train/loss"] == whole["metrics"]?.object?["train/loss"])

        let late = try runElbo(["run", path, "--headless", "--runs", runs, "--name", "d", "--set", weights])
        #expect(late.exitCode == 2)
        #expect(late.errorText.contains("model.weights") && late.errorText.contains("no such file"))
    }

    @Test func weightsThatDoNotFitAreAllListed() throws {
        let path = folder.file("files.toml", session)
        _ = try run(["run", path, "--json", "--runs", runs, "--name", "a", "--max-steps", "2"])
        let start = folder.path("start.safetensors")
        _ = try run(["compact", "a", "-o", start, "--json", "--runs", runs])
        let result = try runElbo([
            "run", path, "--headless", "--runs", runs, "--name", "b", "--set", "model.weights=\(start)", "--set",
            "model.name=lenet5",
        ])
        #expect(result.exitCode == 1)
        for words in ["model.weights", start, "lenet500-300", "500-300-10", "20-50-500-10"] {
            #expect(result.errorText.contains(words), "no \(words) in \(result.errorText)")
        }
    }
}
