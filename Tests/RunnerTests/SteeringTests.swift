// SPDX-License-Identifier: Apache-2.0
// Steering a run while it goes: from its own process and from another one.

import EngineKit
import Foundation
import Store
import Testing

@testable import Runner

@Suite struct SteeringTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aPausedRunDoesExactlyTheStepsAskedForAndThenGoesOn() throws {
        let watcher = try Watcher(plan(folder.path))
        try watcher.wait("paused") { $0.update.state == .paused }
        #expect(watcher.step == 0)
        for _ in 0..<3 { watcher.run.control.stepOnce() }
        try watcher.wait("three steps and a pause") { $0.step == 3 && $0.update.state == .paused }
        watcher.run.control.resume()
        #expect(watcher.run.wait().state == .finished)
        #expect(try RunReader(parent: folder.path, name: "run").series("walk/position").map(\.step) == Array(1...40))
    }

    @Test func stopSavesWhereTheRunIsAndKeepsTheReason() throws {
        let watcher = try Watcher(plan(folder.path))
        watcher.run.control.stepOnce()
        try watcher.wait("one step and a pause") { $0.step == 1 && $0.update.state == .paused }
        watcher.run.control.stop(reason: "enough")
        let outcome = watcher.run.wait()
        #expect(outcome.state == .stopped)
        #expect(outcome.reason == "enough")
        #expect(outcome.summary["steps"] == 1)
        let status = try RunReader(parent: folder.path, name: "run").update()
        #expect(status.state == .stopped)
        #expect(status.reason == "enough")
        #expect(try lastCheckpoint(folder.path).step == 1)
    }

    @Test func aCheckpointCanBeAskedForWhileTheRunIsPaused() throws {
        let watcher = try Watcher(plan(folder.path))
        watcher.run.control.stepOnce()
        try watcher.wait("one step and a pause") { $0.step == 1 && $0.update.state == .paused }
        let file = folder.path + "/run/checkpoints/step-000000001.safetensors"
        #expect(!FileManager.default.fileExists(atPath: file))
        watcher.run.control.requestCheckpoint()
        try watcher.wait("the checkpoint") { _ in FileManager.default.fileExists(atPath: file) }
        watcher.run.control.stop()
        #expect(watcher.run.wait().state == .stopped)
    }

    @Test func commandsReachTheEngineAndRefusalsTheLog() throws {
        let watcher = try Watcher(plan(folder.path, "run", WalkRecipe(steps: 3)))
        watcher.run.control.send(.setParameter(name: "speed", value: 1))
        watcher.run.control.send(.setParameter(name: "scale", value: 0))
        watcher.run.control.send(.evaluateThresholds(requestIdentifier: 8, thresholds: [1]))
        watcher.run.control.resume()
        #expect(watcher.run.wait().state == .finished)
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.series("walk/position").map(\.value) == [0, 0, 0])
        let events = try reader.update().events
        let refusal = "There is no parameter 'speed'; allowed is scale."
        #expect(events.contains(.message(step: 0, level: .warning, text: refusal)))
        let answer = ThresholdEvaluation(requestIdentifier: 8, step: 0, thresholds: [1], testError: 0)
        #expect(events.contains(.evaluation(answer)))
    }

    @Test func commandsOfAnotherReaderSteerAPausedRun() throws {
        let watcher = try Watcher(plan(folder.path))
        try watcher.wait("paused") { $0.update.state == .paused }
        let other = try RunReader(parent: folder.path, name: "run")
        try other.send(.engine(.evaluateThresholds(requestIdentifier: 5, thresholds: [2])))
        try watcher.wait("the answer") { watcher in
            watcher.events.contains {
                if case .evaluation(let answer) = $0 { answer.requestIdentifier == 5 } else { false }
            }
        }
        try other.send(.stepOnce)
        try watcher.wait("one step and a pause") { $0.step == 1 && $0.update.state == .paused }
        try other.send(.stop)
        #expect(watcher.run.wait().state == .stopped)
        #expect(try other.update().progress?.step == 1)
        #expect(throws: StoreError.self) { try other.send(.resume) }
    }

    @Test func commandsOfAnotherReaderSteerARunThatGoes() throws {
        let watcher = try Watcher(plan(folder.path, "run", WalkRecipe(steps: 1_000_000_000)), paused: false)
        let other = try RunReader(parent: folder.path, name: "run")
        try other.send(.pause)
        try watcher.wait("paused") { $0.update.state == .paused }
        let step = watcher.step
        try other.send(.stop)
        #expect(watcher.run.wait().state == .stopped)
        #expect(try lastCheckpoint(folder.path).step == step)
    }

    /// A parameter that was set after the last checkpoint of the same step is part of the state that stop saves.
    @Test func whatWasSetAfterACheckpointOfTheSameStepIsSavedByStop() throws {
        let watcher = try Watcher(plan(folder.path))
        watcher.run.control.stepOnce()
        try watcher.wait("one step and a pause") { $0.step == 1 && $0.update.state == .paused }
        let file = folder.path + "/run/checkpoints/step-000000001.safetensors"
        watcher.run.control.requestCheckpoint()
        try watcher.wait("the checkpoint") { _ in FileManager.default.fileExists(atPath: file) }
        watcher.run.control.send(.setParameter(name: "scale", value: 0.25))
        watcher.run.control.stop()
        _ = watcher.run.wait()
        #expect(try lastCheckpoint(folder.path).checkpoint.number("scale") == 0.25)
    }
}
