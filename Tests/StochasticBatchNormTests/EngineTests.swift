// SPDX-License-Identifier: Apache-2.0
// Whole runs: stages, what is emitted and summed up, resuming to the bit, and what goes wrong.

import EngineKit
import Nets
import TensorCore
import TestSupport
import Testing
import Training

@testable import StochasticBatchNorm

@Suite(.serialized) struct EngineTests {
    @Test func aRunTrainsFitsAndJudges() throws {
        let run = try BatchNormRun(
            recipe(methods: PredictionMethod.all.map(\.name), members: 2, dropout: true, check: 3))
        try run.finish()
        let stages = run.events.compactMap {
            if case .stage(_, let name, _, let count) = $0 { "\(name)/\(count)" } else { nil }
        }
        #expect(stages == ["train 1/5", "train 2/5", "fit/5", "check/5", "evaluate/5"])
        #expect(run.engine.progress.step == run.engine.progress.totalSteps)
        #expect(run.engine.progress.epoch == 2)
        let known = Set(StochasticBatchNorm.metrics.map(\.name))
        #expect(known.count == StochasticBatchNorm.metrics.count)
        #expect(known.contains(StochasticBatchNorm.headlineMetric))
        let emitted = Set(run.metrics.map(\.value.name))
        #expect(emitted == known)

        let summary = run.engine.summary()
        let methods = summary["methods"]?.array?.compactMap(\.object) ?? []
        // Each method with the first member alone and with both.
        #expect(methods.count == 14)
        for method in methods {
            let name = method["name"]?.string ?? ""
            for key in UncertaintyScores.names {
                #expect(method[key]?.number?.isFinite == true, "\(name) \(key)")
            }
            for key in ["error", "nll", "ece", "auroc"] {
                let ends = method["intervals"]?.object?[key]?.array?.compactMap(\.number) ?? []
                #expect(ends.count == 2 && ends[0] <= ends[1], "\(name) \(key)")
                // The calibration error of resampled objects is larger than that of the objects: the bins are fewer.
                if key != "ece", let score = method[key]?.number { #expect(ends[0] <= score && score <= ends[1]) }
            }
            let isRandom = PredictionMethod.named(name)?.isRandom == true
            let draws = method["byDraws"]?.object?["draws"]?.array?.compactMap(\.wholeNumber)
            #expect(draws == (isRandom ? [1, 2, 4, 5] : [1]))
            #expect(method["objectsIn"]?.wholeNumber == (name == "direct" ? 3 : 20))
            #expect(method["objectsOut"]?.wholeNumber == (name == "direct" ? 3 : 12))
        }
        // On the three objects of real batches every method is judged, that one by all it has.
        for method in methods {
            let same = method["onDirectObjects"]?.object
            #expect(same?["nll"]?.number?.isFinite == true)
            if method["name"] == .string("direct") { #expect(same?["nll"] == method["nll"]) }
        }
        let cdf = summary["entropyCdf"]?.object
        #expect(cdf?["curves"]?.array?.count == 28)
        #expect(cdf?["thresholds"]?.array?.count == 25)
        let layers = summary["layers"]?.array?.compactMap(\.object) ?? []
        #expect(layers.compactMap { $0["name"]?.string } == ["conv1.bn", "conv2.bn", "fc1.bn"])
        #expect(layers.compactMap { $0["channels"]?.wholeNumber } == [20, 50, 500])
        #expect(layers.map { $0["isStochastic"] } == [.boolean(true), .boolean(true), .boolean(false)])
        // What the curves ended with is what the result says.
        let last = run.metrics.last { $0.value.name == "nll/virtual" }?.value.value
        let both = methods.last { $0["name"]?.string == "virtual" }
        expectClose(last ?? .nan, both?["nll"]?.number ?? .nan, relative: 1e-12, "nll")
    }

    @Test func theFitMovesNoWeight() throws {
        let run = try BatchNormRun(recipe())
        try run.advance(to: 5)
        let network = run.engine.networks[0]
        let before = network.parameters.map { $0.value.scalars() } + network.statistics.map { $0.value.scalars() }
        try run.finish()
        let after = network.parameters.map { $0.value.scalars() } + network.statistics.map { $0.value.scalars() }
        #expect(before == after)
        #expect(run.engine.fits[0].batches == 4)
    }

    /// In training, in the fit of either member, at the border of stages, and inside of each part of the evaluation.
    @Test(arguments: [2, 5, 8, 10, 12, 17, 18, 19, 20, 22, 25, 29, 31])
    func aRunGoesOnToTheBit(step: Int) throws {
        let recipe = try recipe(methods: ["virtual", "direct", "dropout-virtual"], members: 2, dropout: true)
        let whole = try BatchNormRun(recipe)
        try whole.advance(to: step)
        let checkpoint = try Safetensors.decode(Safetensors.encode(whole.engine.checkpoint()))
        let resumed = try BatchNormRun(recipe, continuing: checkpoint)
        #expect(resumed.engine.progress == whole.engine.progress)
        try whole.finish()
        try resumed.finish()
        let expected = whole.trace(after: step)
        #expect(!expected.isEmpty)
        #expect(resumed.trace(after: step) == expected)
        #expect(resumed.engine.summary().text == whole.engine.summary().text)
        #expect(resumed.engine.checkpoint() == whole.engine.checkpoint())
    }

    /// Behind the first dropout the statistics are others, in front of it they are the same.
    @Test func predictionsWithDropoutHaveTheStatisticsOfBatchesWithDropout() throws {
        let run = try BatchNormRun(recipe(methods: ["dropout-virtual"], dropout: true))
        try run.advance(to: 9)
        let engine = run.engine
        let (plain, dropped) = (engine.stochasticDistribution(0), engine.stochasticDistribution(0, hasDropout: true))
        #expect(plain.layers[0] == dropped.layers[0])
        // A rectified map that loses half of its values, the others doubled, has a larger mean behind the maximum.
        #expect(plain.layers[1] != dropped.layers[1])
        let without = try BatchNormRun(recipe(methods: ["virtual", "dropout"], dropout: true))
        #expect(without.engine.dropoutFits.isEmpty)
    }

    @Test func aRunGoesOnBetweenTwoDrawsOfAnObject() throws {
        var recipe = try recipe(methods: ["direct"])
        (recipe.draws, recipe.directObjects) = (100, 2)
        let whole = try BatchNormRun(recipe)
        // Five steps of training, four of the fit, both of the first object and one of the second.
        try whole.advance(to: 12)
        #expect(whole.engine.evaluation.plan.slice(3).draws == 64..<100)
        let resumed = try BatchNormRun(recipe, continuing: whole.engine.checkpoint())
        try whole.finish()
        try resumed.finish()
        #expect(resumed.engine.checkpoint() == whole.engine.checkpoint())
        #expect(resumed.trace(after: 12) == whole.trace(after: 12))
    }

    @Test func aFinishedRunCanBeOpenedAgain() throws {
        let recipe = try recipe()
        let run = try BatchNormRun(recipe)
        try run.finish()
        let again = try BatchNormRun(recipe, continuing: run.engine.checkpoint())
        #expect(again.engine.summary().text == run.engine.summary().text)
        #expect(try again.engine.advance() == .finished)
        #expect(again.events == [])
    }

    @Test func theSameRecipeGivesTheSameBits() throws {
        let recipe = try recipe(methods: ["virtual", "one-draw"], fit: "exponential")
        let (one, other) = (try BatchNormRun(recipe), try BatchNormRun(recipe))
        try one.finish()
        // Looking at a run in between changes nothing.
        while try other.engine.advance() == .running { _ = other.engine.summary() }
        #expect(one.trace(after: 0) == other.trace(after: 0))
        #expect(one.engine.checkpoint() == other.engine.checkpoint())
    }

    @Test func aNewLearningRateIsKept() throws {
        let recipe = try recipe()
        let run = try BatchNormRun(recipe)
        try run.advance(to: 2)
        #expect(run.engine.apply(.setParameter(name: "learningRate", value: 1e-4)) == nil)
        #expect(run.engine.apply(.setParameter(name: "learningRate", value: -1))?.contains("allowed") == true)
        #expect(run.engine.apply(.setParameter(name: "rate", value: 1))?.contains("learningRate") == true)
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 1, thresholds: [])) != nil)
        let resumed = try BatchNormRun(recipe, continuing: run.engine.checkpoint())
        try run.advance(to: 5)
        try resumed.advance(to: 5)
        #expect(resumed.engine.checkpoint() == run.engine.checkpoint())
        #expect(run.engine.apply(.setParameter(name: "learningRate", value: 1e-4))?.contains("over") == true)
    }

    @Test func aLossThatIsNoNumberEndsTheRunWithASentence() throws {
        let run = try BatchNormRun(recipe(learningRate: 10))
        // In the last layer: a rectifier in front of it would hide a number that is none.
        let logits = try #require(run.engine.networks[0].parameter("fc2.bias"))
        logits.value.assign(.full(logits.value.shape, .nan))
        let error = #expect(throws: EngineError.self) { try run.finish() }
        #expect(error?.description.contains("smaller learning rate") == true)
        #expect(run.events.contains { if case .message(_, .failure, _) = $0 { true } else { false } })
        #expect(run.engine.summary()["methods"]?.array?.isEmpty == true)
    }

    @Test func aCheckpointOfAnotherSessionIsRefused() throws {
        let run = try BatchNormRun(recipe())
        try run.advance(to: 7)
        var other = try recipe()
        other.model.name = "vgg11"
        other.data.name = "shapes"
        other.outOfDomain = nil
        other.model.k = 0.1
        let error = #expect(throws: EngineError.self) {
            try BatchNormRun(other, continuing: run.engine.checkpoint())
        }
        #expect(error?.description.contains("conv1.weight") == true)
        #expect(throws: EngineError.self) { try BatchNormRun(recipe(), continuing: Checkpoint()) }
    }

    @Test func imagesOfAnotherShapeAreRefused() throws {
        var other = try recipe()
        other.outOfDomain?.name = "shapes"
        let error = #expect(throws: EngineError.self) { try BatchNormRun(other) }
        #expect(error?.description.contains("3 x 32 x 32") == true)
        var large = try recipe()
        large.batch = 51
        let tooLarge = #expect(throws: EngineError.self) { try BatchNormRun(large) }
        #expect(tooLarge?.description.contains("50 training images") == true)
    }
}
