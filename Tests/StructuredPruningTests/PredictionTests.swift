// SPDX-License-Identifier: Apache-2.0
// Predictions averaged over draws, against the same by hand, and when they are made.

import Datasets
import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct PredictionTests {
    @Test(arguments: ["structured-bp", "sigma-only", "sparse-vd"])
    func theAverageIsThatOfTheDraws(method: String) throws {
        let recipe = try recipe(method: method, prediction: "monte-carlo")
        #expect(recipe.predictionDraws == 3)
        let run = try PruningRun(recipe)
        try run.advance(to: 12)
        let engine = run.engine
        let result = try #require(engine.predictByMonteCarlo())
        #expect(engine.predictByMonteCarlo() == result, "the draws begin anew")

        // By hand: three networks, softmax in Double, the mean of the probabilities.
        var stream = RandomStream(seed: 11, purpose: "sbp/prediction")
        let masks = engine.currentMasks(thresholds: nil)
        var (images, labels): ([Float], [Int32]) = ([], [])
        for batch in engine.data.testBatches {
            images += batch.images
            labels += batch.labels
        }
        let count = labels.count
        let all = Tensor(shape: [count, 1, 28, 28], scalars: images)
        var mean = [Double](repeating: 0, count: 10 * count)
        for _ in 0..<3 {
            let drawn = engine.drawnNetwork(masks: masks, &stream)
            let gates = zip(engine.network.gates.indices, masks).map { gate, mask -> Tensor in
                let scales =
                    engine.posteriors.isEmpty
                    ? mask.map { _ in Float(1) }
                    : engine.posteriors[gate].draw(objects: nil, &stream).scales.scalars()
                return Tensor(shape: [mask.count], scalars: zip(scales, mask).map { $1 ? $0 : 0 })
            }
            let logits = withoutGradients { drawn(all, .prediction(gates: gates)).doubles() }
            for row in 0..<count {
                let own = logits[(10 * row)..<(10 * row + 10)]
                let largest = own.max() ?? 0
                let total = own.reduce(0) { $0 + exp($1 - largest) }
                for (place, value) in own.enumerated() { mean[10 * row + place] += exp(value - largest) / total / 3 }
            }
        }
        var (mistakes, crossEntropy) = (0, 0.0)
        for (row, label) in labels.enumerated() {
            let own = mean[(10 * row)..<(10 * row + 10)]
            let best = own.indices.max { own[$0] < own[$1] } ?? 0
            mistakes += best - 10 * row == Int(label) ? 0 : 1
            crossEntropy -= log(own[10 * row + Int(label)]) / Double(count)
        }
        expectClose(result.error, 100 * Double(mistakes) / Double(count), absolute: 1e-9)
        expectClose(result.crossEntropy, crossEntropy, relative: 1e-4)
    }

    /// Almost no noise: every draw is the mean.
    @Test func withoutNoiseItIsThePredictionAtTheMean() throws {
        let recipe = try recipe(method: "sparse-vd", prediction: "monte-carlo")
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let run = try PruningRun(recipe, continuing: start.engine.checkpoint().forcingWeights(share: 1))
        let sampled = try #require(run.engine.predictByMonteCarlo())
        let mean = run.engine.evaluate(masks: run.engine.currentMasks(thresholds: nil))
        expectClose(sampled.crossEntropy, mean.crossEntropy, relative: 1e-3)
        expectClose(sampled.error, mean.error, absolute: 1)
    }

    /// Removed units are off in every draw, kept ones vary.
    @Test func removedUnitsAreNeverDrawn() throws {
        let recipe = try recipe(method: "sparse-vd", prediction: "monte-carlo")
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let run = try PruningRun(recipe, continuing: start.engine.checkpoint().forcingWeights(share: 0.01))
        let masks = run.engine.currentMasks(thresholds: nil)
        var stream = RandomStream(seed: 1, purpose: "test")
        let drawn = run.engine.drawnNetwork(masks: masks, &stream)
        let other = run.engine.drawnNetwork(masks: masks, &stream)
        let predicting = run.engine.predictingNetwork(masks: masks)
        for (index, parameter) in drawn.parameters.enumerated() where parameter.value.rank > 1 {
            let (values, means) = (parameter.value.scalars(), predicting.parameters[index].value.scalars())
            #expect(values.indices.allSatisfy { (values[$0] == 0) == (means[$0] == 0) })
            #expect(values != other.parameters[index].value.scalars() && values != means)
        }
    }

    @Test func theResultHasItOnceAndSoDoesARestoredRun() throws {
        let recipe = try recipe(prediction: "monte-carlo")
        let run = try PruningRun(recipe)
        try run.advance(to: 12)
        #expect(run.engine.summary()["testErrorMonteCarlo"] == .null)
        try run.finish()
        let summary = run.engine.summary()
        #expect(summary["testErrorMonteCarlo"]?.number?.isFinite == true)
        #expect(summary["testCrossEntropyMonteCarlo"]?.number?.isFinite == true)
        let emitted = run.events.count { event in
            if case .metrics(13, _, let values) = event {
                values.contains { $0.name == "test/errorMonteCarlo" }
            } else {
                false
            }
        }
        #expect(emitted == 1)
        let restored = try PruningRun(recipe, continuing: run.engine.checkpoint())
        #expect(try restored.engine.advance() == .finished)
        #expect(restored.events == [])
        #expect(restored.engine.summary()["testErrorMonteCarlo"] == summary["testErrorMonteCarlo"])
    }

    @Test func withoutAskingThereIsNone() throws {
        let run = try PruningRun(recipe())
        try run.advance(to: 13)
        #expect(run.engine.summary()["testErrorMonteCarlo"] == .null)
        #expect(run.engine.predictByMonteCarlo() == nil)
    }
}
