// SPDX-License-Identifier: Apache-2.0
// What a session file may say about a pruning run, and that all its problems are found at once.

import EngineKit
import Nets
import TestSupport
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
        #expect(recipe.priorBounds == -20...0)
        #expect(recipe.divergenceWarmUp == DivergenceWarmUp(start: 0, end: 0))
        #expect(recipe.predictionDraws == nil)
    }

    @Test func sparseVariationalDropoutHasItsPublishedDefaults() {
        let settings = reader(["sbp": ["method": .string("sparse-vd")]])
        let recipe = PruningRecipe(settings)
        #expect(settings.finish() == [])
        #expect(recipe.method == .sparseVariationalDropout)
        #expect(recipe.threshold == 1)
        #expect(
            recipe.weightNoise
                == WeightNoiseSettings(logAlphaThreshold: 3, initialLogVariance: -10, masksTraining: true))
        #expect(recipe.divergenceWarmUp == DivergenceWarmUp(start: 5, end: 20))
    }

    @Test func theKeysOfAMethodAreTaken() {
        let settings = reader([
            "sbp": [
                "method": .string("sparse-vd"), "logAlphaThreshold": .integer(2), "initialLogVariance": .real(-8),
                "maskedTraining": .boolean(false),
                "divergenceWarmUp": .array([10, 30].map { Setting(.integer($0), line: 0) }),
                "prediction": .string("monte-carlo"), "draws": .integer(50),
            ]
        ])
        let recipe = PruningRecipe(settings)
        #expect(settings.finish() == [])
        #expect(
            recipe.weightNoise
                == WeightNoiseSettings(logAlphaThreshold: 2, initialLogVariance: -8, masksTraining: false))
        #expect(recipe.divergenceWarmUp == DivergenceWarmUp(start: 10, end: 30))
        #expect(recipe.predictionDraws == 50)

        let other = reader([
            "sbp": [
                "method": .string("sigma-only"), "divergenceWarmUp": .integer(3),
                "priorBounds": .array([Setting(.integer(-8), line: 0), Setting(.real(0.5), line: 0)]),
            ]
        ])
        let sigmaOnly = PruningRecipe(other)
        #expect(other.finish() == [])
        #expect(sigmaOnly.method == .sigmaOnly)
        #expect(sigmaOnly.divergenceWarmUp == DivergenceWarmUp(start: 0, end: 3))
        #expect(sigmaOnly.priorBounds == -8...0.5)
    }

    /// By the names of the gates, with sparse-vd by those of the layers with weights.
    @Test func divergenceWeightsMayHaveNames() {
        func weights(_ method: String, _ table: KeyValuePairs<String, Setting.Value>) -> ([Double], [String]) {
            let settings = reader(["sbp": ["method": .string(method), "divergenceWeights": inline(table)]])
            let recipe = PruningRecipe(settings)
            return (recipe.divergenceWeights, settings.finish().map(\.key))
        }
        #expect(weights("structured-bp", ["conv2": .integer(20), "fc1": .real(0.5)]) == ([1, 20, 1, 0.5], []))
        #expect(weights("structured-bp-a", ["conv2": .integer(20)]) == ([10, 20, 5, 5], []))
        #expect(weights("sparse-vd", ["fc2": .integer(3)]) == ([1, 1, 1, 3], []))
        #expect(
            weights("structured-bp", ["conv3": .integer(2), "conv1": .integer(-1)]).1.sorted() == [
                "sbp.divergenceWeights.conv1", "sbp.divergenceWeights.conv3",
            ])
    }

    @Test(arguments: [
        ("dense", "prediction", Setting.Value.string("monte-carlo")),
        ("structured-bp", "logAlphaThreshold", .real(3)),
        ("structured-bp", "maskedTraining", .boolean(true)),
        ("sparse-vd", "threshold", .real(1)),
        ("sparse-vd", "noise", .string("per-object")),
        ("sparse-vd", "priorBounds", .array([])),
        ("sparse-vd", "logAlphaThreshold", .real(9)),
        ("structured-bp", "priorBounds", .array([Setting(.real(-5), line: 0)])),
        ("structured-bp", "priorBounds", .array([Setting(.real(0), line: 0), Setting(.real(-5), line: 0)])),
        ("structured-bp", "divergenceWarmUp", .array([Setting(.real(9), line: 0), Setting(.real(5), line: 0)])),
        ("structured-bp", "divergenceWarmUp", .array([])),
        ("structured-bp", "divergenceWarmUp", .real(-1)),
        ("structured-bp", "draws", .integer(0)),
    ])
    func whatDoesNotFitTheMethodIsAProblem(method: String, key: String, value: Setting.Value) {
        let settings = SettingsReader(
            SettingTable(entries: [
                SettingTable.Entry(
                    key: "sbp",
                    setting: Setting(
                        .table(
                            SettingTable(entries: [
                                SettingTable.Entry(key: "method", setting: Setting(.string(method), line: 2)),
                                SettingTable.Entry(key: key, setting: Setting(value, line: 3)),
                            ])), line: 1))
            ]))
        _ = PruningRecipe(settings)
        #expect(settings.finish().map(\.key) == ["sbp.\(key)"])
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
