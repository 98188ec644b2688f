// SPDX-License-Identifier: Apache-2.0
// Steering a run of another process through the command table.
import Dispatch
import EngineKit
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Store

@Suite struct CommandTests {
    static let all: [RunCommand] = [
        .pause, .resume, .stepOnce, .checkpoint, .engine(.setParameter(name: "learningRate\u{0}\"", value: 1e-300)),
        .engine(.setParameter(name: "x", value: -.infinity)),
        .engine(.evaluateThresholds(requestIdentifier: 3, thresholds: [1, .infinity, 0.1])), .stop,
    ]

    @Test func everyCommandArrivesOnceAndInOrder() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(writer.takeCommands() == [])
        for command in Self.all { try reader.send(command) }
        try wake(writer)
        #expect(writer.takeCommands() == Self.all)
        try wake(writer)
        #expect(writer.takeCommands() == [])
        try RunReader(parent: folder.path, name: "run").send(.pause)
        try wake(writer)
        #expect(writer.takeCommands() == [.pause])
    }

    @Test func sleepingRunIsWokenByItsHandler() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        let arrived = DispatchSemaphore(value: 0)
        let commands = Mutex<[RunCommand]>([])
        try reader.send(.pause)
        try wake(writer)
        writer.deliverCommands { command in
            commands.withLock { $0.append(command) }
            arrived.signal()
        }
        arrived.wait()
        // Nothing is recorded here: the store thread looks by itself.
        try reader.send(.resume)
        arrived.wait()
        #expect(commands.withLock { $0 } == [.pause, .resume])
        #expect(writer.takeCommands() == [])
    }

    @Test func commandsAreRefusedWhenNobodyWouldObey() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let writer = try create(in: path, "finished")
        writer.setState(.finished, reason: nil, progress: nil)
        writer.close()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let writer = try create(in: path, "killed")
            try writer.flush()
            withExtendedLifetime(writer) { _ = kill(getpid(), SIGKILL) }
        }
        for (name, state) in [("finished", "finished"), ("killed", "interrupted")] {
            let reader = try RunReader(parent: path, name: name)
            expectFailure(.notRunning, saying: name, state, "resume") { try reader.send(.stop) }
        }
    }

    @Test func commandsToTheProcessBeforeAreDropped() throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path).close()
        try execute(
            "INSERT INTO command (body, sentAt) VALUES ('{\"stop\":{}}', 0)", folder.path + "/run/run.sqlite")
        let writer = try RunWriter.open(parent: folder.path, name: "run")
        try wake(writer)
        #expect(writer.takeCommands() == [])
    }

    @Test func whatIsNoCommandIsIgnored() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        for body in ["", "null", "{}", "{\"launch\":{}}", "{\"stop\"", String(repeating: "[", count: 100_000)] {
            try execute("INSERT INTO command (body, sentAt) VALUES ('\(body)', 0)", folder.path + "/run/run.sqlite")
        }
        try reader.send(.checkpoint)
        try wake(writer)
        #expect(writer.takeCommands() == [.checkpoint])
        #expect(writer.failure == nil)
    }

    @Test func tooManyCommandsAreRefused() throws {
        let folder = try TemporaryFolder()
        let writer = try RunWriter.create(
            parent: folder.path, header: header(), sessionText: "", pace: CrashTests.patient)
        defer { writer.close() }
        let queue = try RunDatabase.openForCommands(folder.path + "/run/run.sqlite")
        expectFailure(.inUse, saying: "1000") {
            try queue.inDatabase { database in
                for _ in 0...StoredCommands.maximumWaiting { try StoredCommands.send(.pause, database) }
            }
        }
    }

    /// Lets the store thread look at the command table now.
    private func wake(_ writer: RunWriter) throws {
        writer.record(.message(step: 0, level: .notice, text: ""), at: 0)
        try writer.flush()
    }
}
