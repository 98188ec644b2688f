// SPDX-License-Identifier: Apache-2.0
// Plans of walks in a folder that vanishes, and what a walk left in its store.

import EngineKit
import Foundation
import Store

@testable import Runner

/// A folder that is removed when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("elbo-runner-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The plan of a walk; checkpoints come at the change of stage, at the end and on request, so that nothing depends on
/// the clock.
func plan(
    _ folder: String, _ name: String = "run", _ recipe: WalkRecipe = WalkRecipe(steps: 40), seed: UInt64 = 3,
    limits: RunLimits = RunLimits(checkpointSeconds: 1e9)
) -> RunPlan {
    var limits = limits
    limits.checkpointSeconds = 1e9
    return RunPlan(
        engine: Walk.self, recipe: recipe, name: name, title: "A walk", sessionPath: "walk.toml",
        sessionText: "engine = \"walk\"\n", seed: seed, threads: 2, runsDirectory: folder, dataDirectories: [],
        limits: limits)
}

/// Everything a run stored that must not depend on how often it was interrupted.
struct Traces: Equatable {
    var positions: [UInt64]
    var steps: [Int]
    var events: [RunEvent]
    var checkpoint: Checkpoint
    var checkpointStep: Int

    init(_ folder: String, _ name: String = "run") throws {
        let reader = try RunReader(parent: folder, name: name)
        let series = try reader.series("walk/position")
        positions = series.map(\.value.bitPattern)
        steps = series.map(\.step)
        events = try reader.update().events
        (checkpoint, checkpointStep) = try lastCheckpoint(folder, name)
        // The only thing that the clock decides.
        checkpoint.metadata["runner.seconds"] = nil
    }
}

/// The newest checkpoint of a run on which nobody works.
func lastCheckpoint(_ folder: String, _ name: String = "run") throws -> (checkpoint: Checkpoint, step: Int) {
    let writer = try RunWriter.open(parent: folder, name: name)
    defer { writer.close() }
    guard let latest = try writer.latestCheckpoint() else { throw EngineError("\(name) has no checkpoint") }
    return latest
}
