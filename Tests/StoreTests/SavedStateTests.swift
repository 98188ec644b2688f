// SPDX-License-Identifier: Apache-2.0
// Taking states out of a run that others write: any of them, and a fresh one on request.
import Dispatch
import EngineKit
import Foundation
import Testing

@testable import Store

@Suite struct SavedStateTests {
    @Test func everyKeptStateCanBeTaken() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        expectFailure(.notFound, saying: "no checkpoint yet") { _ = try reader.savedState() }
        for step in [10, 20, 30, 40] { try writer.save(state(step), step: step) }
        #expect(try reader.checkpointSteps() == [40, 30, 20])
        #expect(try reader.savedState().checkpoint == state(40))
        #expect(try reader.savedState(step: 20).checkpoint == state(20))
        expectFailure(.notFound, saying: "step 10", "40, 30, 20") { _ = try reader.savedState(step: 10) }
        writer.close()
        #expect(try reader.savedState().step == 40)
    }

    @Test func aDamagedStateIsPassedOverUnlessItWasAskedFor() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for step in [1, 2] { try writer.save(state(step), step: step) }
        let path = folder.path + "/run/checkpoints/step-000000002.safetensors"
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.savedState().step == 1)
        expectFailure(.damaged, saying: "step-000000002") { _ = try reader.savedState(step: 2) }
        try FileManager.default.removeItem(atPath: path)
        #expect(try reader.savedState().step == 1)
        expectFailure(.notFound, saying: "step-000000002") { _ = try reader.savedState(step: 2) }
    }

    @Test func nobodyIsAskedWhenNobodyWorks() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try writer.save(state(5), step: 5)
        writer.setState(.stopped, reason: nil, progress: Progress(step: 5, totalSteps: 9, epoch: 1, stage: "train"))
        writer.close()
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.state() == .stopped)
        #expect(try reader.requestCheckpoint(waiting: 0))
    }

    @Test func aRunningRunIsAskedAndWaitedFor() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try writer.save(state(5), step: 5)
        let progress = Progress(step: 7, totalSteps: 9, epoch: 1, stage: "train")
        writer.setState(.running, reason: nil, progress: progress)
        try writer.flush()
        // What the worker of a run does when the command arrives, on a thread of its own.
        let arrived = DispatchSemaphore(value: 0)
        writer.deliverCommands { command in if command == .checkpoint { arrived.signal() } }
        let worker = Thread {
            arrived.wait()
            try? writer.save(state(7), step: 7)
        }
        worker.start()
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.requestCheckpoint(waiting: 60))
        #expect(try reader.savedState().step == 7)
        // Paused where it was saved, it has nothing newer to give.
        writer.setState(.paused, reason: nil, progress: progress)
        try writer.flush()
        #expect(try reader.requestCheckpoint(waiting: 0))
        // A run that does not answer is given up after the time.
        writer.setState(.running, reason: nil, progress: Progress(step: 8, totalSteps: 9, epoch: 1, stage: "train"))
        try writer.flush()
        #expect(try !reader.requestCheckpoint(waiting: 0))
        writer.close()
    }
}
