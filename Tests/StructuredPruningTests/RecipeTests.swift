// SPDX-License-Identifier: Apache-2.0
// What a session file may say about a pruning run, and that all its problems are found at once.

import EngineKit
import Nets
import Testing

@testable import StructuredPruning
@testable import Training

@Suite struct RecipeTests {
    @Test func anEmptyFileIsACompleteRun() {
        let settings = reader([:])
        let recipe = PruningRecipe(settings)
        #expect(settings.finish() == [])
        #expect(recipe.method == .structuredBayesianPruning)
        #expect(recipe.threshold == 1)
        #expect(recipe.cutRule == "snr")
        #expect(recipe.model.name == "lenet5")
        #expect(recipe.data.name == "glyphs")
        #expect(recipe.pretrain.epochs == 0)
        #expect(recipe.variationalLearningRate == 1e-3)
        #expect(recipe.noise == .perBatch)
        #expect(recipe.divergenceWeights == [])
    }

    @Test func whatIsWrittenIsTaken() {
        let settings = reader([
            "data": ["name": .string("glyphs"), "labels": .string("random")],
            "model": ["name": .string("vgg-like"), "k": .real(1.5)],
            "pretrain": ["epochs": .integer(3)],
            "train": [
                "epochs": .integer(7), "batch": .integer(32),
                "optimizer": inline([
                    "name": .string("sgd"), "learningRate": .real(0.2), "nesterov": .boolean(true),
                    "schedule": .string("cosine"), "weightDecay": .real(1e-4),
                ]),
            ],
            "sbp": [
                "method": .string("structured-bp-a"), "noise": .string("per-object"), "threshold": .integer(2),
                "cutRule": .string("evidence-gain"),
            ],
        ])
        let recipe = PruningRecipe(settings)
        #expect(settings.finish() == [])
        #expect(recipe.data.labels == .random(seed: nil))
        #expect(recipe.model.k == 1.5)
        #expect(recipe.pretrain.epochs == 3)
        #expect(recipe.train.epochs == 7)
        #expect(recipe.train.batch == 32)
        #expect(recipe.train.optimizer.kind == .stochasticGradientDescent(momentum: 0.9, nesterov: true))
        #expect(recipe.train.optimizer.schedule == .cosine)
        #expect(recipe.train.optimizer.weightDecay == 1e-4)
        // Unless said otherwise, mu and sigma move at the rate of the weights.
        #expect(recipe.variationalLearningRate == 0.2)
        #expect(recipe.divergenceWeights == [10, 10, 5, 5])
        #expect(recipe.threshold == 2)
        #expect(recipe.cutRule == "evidence-gain")
        #expect(recipe.noise == .perObject)
    }

    @Test func allProblemsAreFoundAtOnceWithTheirKeys() {
        let settings = reader([
            "model": ["name": .string("lenet6")],
            "train": [
                "epochs": .integer(-1), "batch": .integer(0),
                "optimizer": inline([
                    "name": .string("adm"), "learningRate": .real(20), "schedule": .string("steep"),
                    "momentum": .real(0.5),
                ]),
            ],
            "sbp": [
                "method": .string("sparse"), "threshold": .real(-1), "noise": .string("none"), "cutRule": .string("l1"),
                "thresold": .real(1), "divergenceWarmUp": .string("long"), "divergenceWeights": .real(3),
            ],
        ])
        _ = PruningRecipe(settings)
        let keys = settings.finish().map(\.key).sorted()
        #expect(
            keys == [
                "model.name", "sbp.cutRule", "sbp.divergenceWarmUp", "sbp.divergenceWeights", "sbp.method", "sbp.noise",
                "sbp.threshold", "sbp.thresold", "train.batch", "train.epochs", "train.optimizer.learningRate",
                "train.optimizer.momentum", "train.optimizer.name", "train.optimizer.schedule",
            ])
    }

    @Test func aWidthMultiplierBelongsToTheNetworkThatHasOne() {
        let settings = reader(["model": ["name": .string("lenet5"), "k": .real(2)]])
        _ = PruningRecipe(settings)
        #expect(settings.finish().map(\.key) == ["model.k"])
    }
}
