// SPDX-License-Identifier: Apache-2.0
// Stages with their borders: frozen statistics, the cut with forced noise, fine-tuning, and what the result says.

import EngineKit
import Nets
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct StageTests {
    /// Statistics and scales of all batch normalizations.
    private func normalization(_ run: PruningRun) -> (statistics: [[Float]], trained: [[Float]]) {
        let network = run.engine.network
        return (
            network.statistics.map { $0.value.scalars() },
            network.parameters.filter { $0.name.contains(".bn.") }.map { $0.value.scalars() }
        )
    }

    @Test(arguments: ["vgg-like", "resnet18"], [nil, false, true])
    func statisticsStandStillWhileThereIsNoiseUnlessToldOtherwise(model: String, frozen: Bool?) throws {
        var recipe = try recipe(model: model, data: "shapes")
        #expect(recipe.freezesStatistics)
        if let frozen { recipe.freezesStatistics = frozen }
        let run = try PruningRun(recipe)
        let first = normalization(run)
        try run.advance(to: 5)
        let pretrained = normalization(run)
        #expect(zip(pretrained.statistics, first.statistics).allSatisfy { $0 != $1 })
        try run.advance(to: 8)
        let pruned = normalization(run)
        if frozen ?? true {
            #expect(pruned.statistics == pretrained.statistics)
        } else {
            #expect(zip(pruned.statistics, pretrained.statistics).allSatisfy { $0 != $1 })
        }
        #expect(zip(pruned.trained, pretrained.trained).allSatisfy { $0 != $1 })
    }

    @Test func withoutPretrainingThereAreNoStatisticsToKeep() throws {
        #expect(try !recipe(pretrain: 0).freezesStatistics)
        let settings = reader(["sbp": ["frozenStatistics": .boolean(true)]])
        #expect(PruningRecipe(settings).freezesStatistics)
        #expect(settings.finish() == [])
    }

    /// Fifteen gates and fourteen widths: a unit of the last convolution is gone if either of its two scales is.
    @Test func theVGGLikeNetworkIsTrainedPrunedAndCutFromEndToEnd() throws {
        var recipe = try recipe(model: "vgg-like", data: "shapes", test: 60, finetune: 1, augmentation: "cifar")
        recipe.model.k = 0.1
        recipe.model.dropout = true
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let gates = start.engine.network.gates
        #expect(gates.count == 15)
        var keep = gates.map { gate in (0..<gate.units).map { $0 % 4 != 3 } }
        // Of 51 units: 13 gone by the convolution's scale, 17 by that of the features, 4 of them by both.
        keep[13] = (0..<51).map { $0 % 3 != 1 }
        let both = zip(keep[12], keep[13]).map { $0 && $1 }
        let run = try PruningRun(recipe, continuing: start.engine.checkpoint().forcing(keep, gates.map(\.name)))
        try run.finish()
        #expect(run.engine.step == 19)
        let widths = keep.map { mask in mask.count { $0 } }
        let left = both.count { $0 }
        #expect(left < widths[12] && left < widths[13])

        let summary = run.engine.summary()
        let expected = Array(widths[..<12]) + [left, widths[14]]
        #expect(summary["widths"]?.array?.compactMap(\.wholeNumber) == expected)
        let survivors = summary["layers"]?.array?.compactMap { $0.object?["survivors"]?.wholeNumber } ?? []
        #expect(survivors == Array(widths[..<12]) + [left, left, widths[14]])
        #expect(run.engine.compactNetwork?.parameter("conv13.weight")?.value.shape == [left, widths[11], 3, 3])
        #expect(run.engine.compactNetwork?.parameter("fc1.weight")?.value.shape == [widths[14], left])
        #expect(summary["compactMaxRelativeDifference"]?.number.map { $0 < 1e-4 } == true)
        for key in ["compactTestError", "fineTunedTestError", "testError", "cpuSpeedup"] {
            #expect(summary[key]?.number.map { $0.isFinite } == true, "\(key)")
        }
        #expect(summary["fineTunedTestError"] == summary["testError"])
    }

    @Test func theCutIsReportedAndTheFineTuningMovesTheCompactNetworkOnly() throws {
        let run = try PruningRun(recipe(finetune: 2))
        try run.advance(to: 12)
        #expect(run.engine.compactNetwork == nil)
        #expect(run.engine.summary()["compactTestError"] == .null)
        try run.advance(to: 13)
        let error = try #require(run.engine.errorAfterCut)
        #expect(run.engine.summary()["compactTestError"]?.number == error)
        #expect(run.engine.summary()["fineTunedTestError"] == .null)
        // Cut and masked network agree, up to rounding that could tip an image between two classes.
        expectClose(error, run.engine.lastTest?.error ?? .nan, absolute: 1)
        let messages = run.events.compactMap { if case .message(13, .notice, let text) = $0 { text } else { nil } }
        #expect(messages.contains { $0.hasPrefix("cut to ") && $0.contains("before fine-tuning") }, "\(messages)")
        let stages = run.events.compactMap {
            if case .stage(_, let name, _, let count) = $0 { "\(name)/\(count)" } else { nil }
        }
        #expect(stages == ["pretrain/3", "prune/3", "finetune/3"])

        let dense = run.engine.network.parameters.map { $0.value.scalars() }
        let compact = run.engine.compactNetwork?.parameters.map { $0.value.scalars() }
        try run.advance(to: 25)
        #expect(run.engine.network.parameters.map { $0.value.scalars() } == dense)
        #expect(run.engine.compactNetwork?.parameters.map { $0.value.scalars() } != compact)
        #expect(run.engine.progress.epoch == 5)
        #expect(run.engine.summary()["compactTestError"]?.number == error)
        #expect(run.engine.summary()["fineTunedTestError"]?.number == run.engine.lastTest?.error)
        // Three evaluations of noise, none afterwards.
        #expect(run.events.count { if case .layers = $0 { true } else { false } } == 3)
    }

    @Test func aNetworkWithoutUnitsCannotBeFineTuned() throws {
        let recipe = try recipe(finetune: 1)
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let gates = start.engine.network.gates
        let keep = gates.enumerated().map { index, gate in Array(repeating: index != 1, count: gate.units) }
        let run = try PruningRun(recipe, continuing: start.engine.checkpoint().forcing(keep, gates.map(\.name)))
        try run.finish()
        #expect(run.engine.step == 13)
        let warnings = run.events.compactMap { if case .message(_, .warning, let text) = $0 { text } else { nil } }
        #expect(warnings.count == 1 && warnings[0].contains("lost all its units"))
        #expect(run.engine.summary()["fineTunedTestError"] == .null)
        #expect(run.engine.summary()["compactTestError"] == .null)
        let restored = try PruningRun(recipe, continuing: run.engine.checkpoint())
        #expect(restored.engine.progress == run.engine.progress)
        #expect(try restored.engine.advance() == .finished)
        #expect(restored.events == [])
    }

    @Test func aFineTuningNeedsSomethingToCut() {
        for sections: KeyValuePairs<String, KeyValuePairs<String, Setting.Value>> in [
            ["finetune": ["epochs": .integer(1)], "sbp": ["method": .string("dense")]],
            ["finetune": ["epochs": .integer(1)], "train": ["epochs": .integer(0)]],
        ] {
            let settings = reader(sections)
            _ = PruningRecipe(settings)
            #expect(settings.finish().map(\.key) == ["finetune.epochs"])
        }
    }
}
