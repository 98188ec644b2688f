// SPDX-License-Identifier: Apache-2.0
// Creating, opening, closing and naming runs.
import EngineKit
import Foundation
import Testing

@testable import Store

@Suite struct RunLifecycleTests {
    @Test func headerAndSessionComeBack() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path + "/new/runs", headlineMetric: "test/error")
        defer { writer.close() }
        let reader = try RunReader(parent: folder.path + "/new/runs", name: "run")
        #expect(reader.header == header(headlineMetric: "test/error"))
        #expect(reader.sessionText == "engine = \"sbp\"\n")
        let file = try String(contentsOfFile: folder.path + "/new/runs/run/session.toml", encoding: .utf8)
        #expect(file == reader.sessionText)
        #expect(try folder.names("new/runs") == ["run"])
    }

    @Test func closedRunIsOnePlainFile() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        writer.record(events(ofStep: 1)[0], at: 0)
        writer.setState(.finished, reason: nil, progress: nil)
        writer.close()
        writer.close()
        #expect(try folder.names("run") == ["checkpoints", "lock", "run.sqlite", "session.toml"])
        #expect(try storedEvents(in: folder.path) == events(ofStep: 1))
        #expect(try folder.names("run") == ["checkpoints", "lock", "run.sqlite", "session.toml"])
    }

    @Test func forgottenWriterClosesItself() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try create(in: folder.path)
            writer.record(events(ofStep: 1)[0], at: 0)
        }
        #expect(try storedEvents(in: folder.path) == events(ofStep: 1))
        let update = try RunReader(parent: folder.path, name: "run").update()
        #expect(update.state == .interrupted)
        #expect(update.reason == "the run was closed before its end")
    }

    @Test func recordingAfterTheEndIsAnError() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        writer.close()
        writer.record(events(ofStep: 1)[0], at: 0)
        expectFailure(.system, saying: "closed") { try writer.save(state(1), step: 1) }
        expectFailure(.system) { try writer.setSummary(["a": 1]) }
        expectFailure(.system) { _ = try writer.latestCheckpoint() }
        #expect(try storedEvents(in: folder.path) == [])
    }

    @Test(arguments: RunState.allCases) func stateComesBackWithItsReason(state: RunState) throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let position = Progress(step: 3, totalSteps: 10, epoch: 0.3, stage: "prune")
        writer.setState(state, reason: "loss is NaN", progress: position)
        try writer.flush()
        let update = try RunReader(parent: folder.path, name: "run").update()
        #expect(update.state == state)
        #expect(update.reason == "loss is NaN")
        #expect(update.progress == position)
    }

    @Test func resumedRunStartsWithoutItsOldReason() throws {
        let folder = try TemporaryFolder()
        let first = try create(in: folder.path)
        first.setState(.failed, reason: "disk full", progress: nil)
        first.close()
        let second = try RunWriter.open(parent: folder.path, name: "run")
        defer { second.close() }
        let update = try RunReader(parent: folder.path, name: "run").update()
        #expect(update.state == .starting && update.reason == nil)
    }

    @Test func summaryComesBackAndIsReplaced() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.summary() == nil)
        try writer.setSummary(["z": 1])
        try writer.setSummary(["b": [1, 2.5], "a": "x\u{0}y", "n": .null])
        #expect(try reader.summary() == ["b": [1, 2.5], "a": "x\u{0}y", "n": .null])
    }

    @Test func takenNameIsRefusedAndTheRunStays() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        writer.record(events(ofStep: 1)[0], at: 0)
        expectFailure(.exists, saying: "run", "another name") { _ = try create(in: folder.path) }
        writer.close()
        expectFailure(.exists) { _ = try create(in: folder.path) }
        #expect(try storedEvents(in: folder.path) == events(ofStep: 1))
        #expect(try folder.names() == ["run"])
    }

    @Test func secondWriterIsRefusedAndTheFirstGoesOn() throws {
        let folder = try TemporaryFolder()
        let first = try create(in: folder.path)
        expectFailure(.inUse, saying: "attach") { _ = try RunWriter.open(parent: folder.path, name: "run") }
        // A look from outside must not give the lock away either.
        #expect(try RunReader(parent: folder.path, name: "run").update().state == .starting)
        expectFailure(.inUse) { _ = try RunWriter.open(parent: folder.path, name: "run") }
        first.record(events(ofStep: 1)[0], at: 0)
        first.close()
        let second = try RunWriter.open(parent: folder.path, name: "run")
        for event in events(ofStep: 2) { second.record(event, at: 0) }
        second.close()
        #expect(try storedEvents(in: folder.path) == events(ofStep: 1) + events(ofStep: 2))
    }

    @Test func writerOnAnotherMachineCountsUntilItsHeartbeatIsOld() throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path).close()
        let path = folder.path + "/run/run.sqlite"
        func pretend(heartbeat: Double) throws {
            try execute("UPDATE runStatus SET state = 'running', machine = 'another', heartbeat = \(heartbeat)", path)
        }
        try pretend(heartbeat: unixSeconds() - 5)
        #expect(try RunReader(parent: folder.path, name: "run").update().state == .running)
        expectFailure(.inUse, saying: "another machine", "seconds") {
            _ = try RunWriter.open(parent: folder.path, name: "run")
        }
        try pretend(heartbeat: unixSeconds() - 2 * RunWriter.heartbeatLimit)
        #expect(try RunReader(parent: folder.path, name: "run").update().state == .interrupted)
        try RunWriter.open(parent: folder.path, name: "run").close()
    }

    @Test(arguments: [
        "", ".", "..", ".hidden", "-rf", "a/b", "../x", "/etc", "a b", "a\u{0}", "a\nb", "\u{1B}[2J", "é", "🦉", "a:b",
        String(repeating: "x", count: 65),
    ])
    func hostileNameIsRefusedEverywhere(name: String) throws {
        let folder = try TemporaryFolder()
        expectFailure(.invalidName) { try RunName.validate(name) }
        expectFailure(.invalidName) { _ = try create(in: folder.path, name) }
        expectFailure(.invalidName) { _ = try RunWriter.open(parent: folder.path, name: name) }
        expectFailure(.invalidName) { _ = try RunReader(parent: folder.path, name: name) }
        expectFailure(.invalidName) { try RunCatalog.delete(name, in: folder.path) }
        #expect(try folder.names().isEmpty)
    }

    @Test(arguments: ["a", "7", "lenet5-mnist_2.1", String(repeating: "x", count: 64)])
    func goodNameIsAccepted(name: String) throws {
        try RunName.validate(name)
        #expect(RunName.unused(basedOn: name, in: "/nowhere") == name)
    }

    @Test(arguments: [
        ("LeNet-5 on MNIST, structured", "LeNet-5-on-MNIST-structured"), ("", "run"),
        ("../../etc/passwd", "etc-passwd"),
        ("é", "run"), ("--x--", "x"), (String(repeating: "ab ", count: 99), String(repeating: "ab-", count: 21) + "a"),
    ])
    func unusedNameIsMadeFromAnyText(text: String, name: String) throws {
        #expect(RunName.unused(basedOn: text, in: "/nowhere") == name)
        try RunName.validate(name)
    }

    @Test func unusedNameCountsOn() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "x", count: 64)
        for name in ["run", "run-2", long] { try FileSystem.makeDirectory(folder.path + "/" + name) }
        #expect(RunName.unused(basedOn: "run", in: folder.path) == "run-3")
        #expect(RunName.unused(basedOn: long, in: folder.path) == String(repeating: "x", count: 62) + "-2")
    }

    @Test func missingRunIsNotFound() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeDirectory(folder.path + "/empty")
        for name in ["none", "empty"] {
            expectFailure(.notFound, saying: name) { _ = try RunReader(parent: folder.path, name: name) }
            expectFailure(.notFound, saying: name) { _ = try RunWriter.open(parent: folder.path, name: name) }
        }
        #expect(try folder.names("empty").isEmpty)
    }
}
