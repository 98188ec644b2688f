// SPDX-License-Identifier: Apache-2.0
// How runs end: done, at a limit, or by a failure, and what they leave.

import EngineKit
import Foundation
import Store
import Testing

@testable import Runner

@Suite struct EndingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aFinishedRunLeavesItsSeriesSummaryAndCheckpoint() throws {
        let outcome = try RunHandle.start(plan(folder.path)).wait()
        #expect(outcome.state == .finished)
        #expect(outcome.reason == nil)
        let reader = try RunReader(parent: folder.path, name: "run")
        let update = try reader.update()
        #expect(update.state == .finished)
        #expect(update.progress == Progress(step: 40, totalSteps: 40, epoch: 10, stage: "second"))
        #expect(try reader.series("walk/position").map(\.step) == Array(1...40))
        #expect(try lastCheckpoint(folder.path).step == 40)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run/checkpoints").count == 2)

        let summary = try #require(try reader.summary())
        #expect(summary == outcome.summary)
        for key in [
            "engine", "session", "name", "state", "seed", "steps", "seconds", "threads", "metrics", "versions",
        ] {
            #expect(summary[key] != nil, "\(key)")
        }
        #expect(summary["state"] == "finished")
        #expect(summary["seed"] == 3)
        #expect(summary["threadsSeen"] == 2)
        let distance = summary["metrics"]?.object?["walk/distance"]?.object
        #expect(distance?["last"]?.number == summary["finalPosition"]?.number.map { abs($0) })
        #expect(distance?["best"]?.number == (try reader.series("walk/distance").map(\.value).min()))
        #expect(summary["metrics"]?.object?["walk/position"]?.object?["best"] == nil)
    }

    @Test func theSameSeedGivesTheSameBitsAndAnotherOneDoesNot() throws {
        for (name, seed) in [("a", UInt64(3)), ("b", 3), ("c", 4)] {
            _ = try RunHandle.start(plan(folder.path, name, seed: seed)).wait()
        }
        #expect(try Traces(folder.path, "a") == Traces(folder.path, "b"))
        #expect(try Traces(folder.path, "a").positions != Traces(folder.path, "c").positions)
    }

    @Test func theLimitOfStepsCountsAllProcesses() throws {
        let first = try RunHandle.start(plan(folder.path, limits: RunLimits(maximumSteps: 7))).wait()
        #expect(first.state == .stopped)
        #expect(first.reason == "reached 7 steps")
        #expect(first.summary["steps"] == 7)
        let second = try RunHandle.resume(plan(folder.path, limits: RunLimits(maximumSteps: 9))).wait()
        #expect(second.summary["steps"] == 9)
        #expect(try RunReader(parent: folder.path, name: "run").series("walk/position").map(\.step) == Array(1...9))
    }

    @Test func theLimitOfSecondsStopsTheRunWithACheckpoint() throws {
        let outcome = try RunHandle.start(plan(folder.path, limits: RunLimits(maximumSeconds: 0))).wait()
        #expect(outcome.state == .stopped)
        #expect(outcome.reason == "reached 0.0 seconds")
        #expect(try lastCheckpoint(folder.path).step == 0)
    }

    @Test func aFailureKeepsItsSentenceAndTheLastGoodCheckpoint() throws {
        let handle = try RunHandle.start(plan(folder.path, "run", WalkRecipe(steps: 40, failAt: 31)))
        let outcome = handle.wait()
        #expect(outcome.state == .failed)
        #expect(outcome.reason == "The walk fell off the edge at step 31.")
        #expect(outcome.summary["reason"] == "The walk fell off the edge at step 31.")
        #expect(outcome.summary["finalPosition"] != nil)
        #expect(handle.feed.drain().state == .failed)
        let reader = try RunReader(parent: folder.path, name: "run")
        let update = try reader.update()
        #expect(update.state == .failed)
        #expect(update.reason == outcome.reason)
        #expect(try reader.series("walk/position").map(\.step) == Array(1...30))
        #expect(try lastCheckpoint(folder.path).step == 20)

        // The same bits fail at the same step, and nothing is there twice.
        let again = try RunHandle.resume(plan(folder.path, "run", WalkRecipe(steps: 40, failAt: 31))).wait()
        #expect(again.reason == outcome.reason)
        #expect(try reader.series("walk/position").map(\.step) == Array(1...30))
    }

    @Test func anEngineThatCannotBeBuiltFailsTheRun() throws {
        let outcome = try RunHandle.start(plan(folder.path, "run", WalkRecipe(steps: 4, isUnbuildable: true))).wait()
        #expect(outcome.state == .failed)
        #expect(outcome.reason == "The map of the walk is missing.")
        #expect(try RunReader(parent: folder.path, name: "run").update().state == .failed)
    }

    /// A resume that fails before the engine stands must not take away what the run had reached.
    @Test func aResumeThatCannotBuildItsEngineKeepsTheResultSoFar() throws {
        let first = try RunHandle.start(plan(folder.path, limits: RunLimits(maximumSteps: 7))).wait()
        let second = try RunHandle.resume(plan(folder.path, "run", WalkRecipe(steps: 40, isUnbuildable: true))).wait()
        #expect(second.state == .failed)
        #expect(second.summary["steps"] == 7)
        #expect(second.summary["metrics"] == first.summary["metrics"])
        let seconds = try #require(second.summary["seconds"]?.number)
        let atCheckpoint = try lastCheckpoint(folder.path).checkpoint.text("runner.seconds")
        #expect(seconds > (try #require(Double(atCheckpoint))))
    }

    @Test func aStoreThatFailsEndsTheRunWithItsSentence() throws {
        let watcher = try Watcher(plan(folder.path))
        try watcher.wait("paused") { $0.update.state == .paused }
        try FileManager.default.removeItem(atPath: folder.path + "/run/checkpoints")
        watcher.run.control.requestCheckpoint()
        let outcome = watcher.run.wait()
        #expect(outcome.state == .failed)
        #expect(outcome.reason?.contains("checkpoints") == true, "\(outcome.reason ?? "")")
        #expect(outcome.summary["state"] == "failed")
    }

    @Test func aTakenNameIsRefusedAndNothingStarts() throws {
        _ = try RunHandle.start(plan(folder.path, "run", WalkRecipe(steps: 2))).wait()
        let before = try Traces(folder.path)
        #expect(throws: StoreError.self) { try RunHandle.start(plan(folder.path)) }
        #expect(throws: StoreError.self) { try RunHandle.resume(plan(folder.path, "none")) }
        #expect(try Traces(folder.path) == before)
        #expect(RunCatalog.runs(in: folder.path).entries.map(\.name) == ["run"])
    }

    @Test func aListOfRunsShowsTheHeadlineMetric() throws {
        let outcome = try RunHandle.start(plan(folder.path)).wait()
        let entry = try #require(RunCatalog.runs(in: folder.path).entries.first)
        #expect(entry.headline?.name == "walk/distance")
        let last = outcome.summary["metrics"]?.object?["walk/distance"]?.object?["last"]?.number
        #expect(entry.headline?.value == last)
    }
}
