// SPDX-License-Identifier: Apache-2.0
// The sections that all training engines share: data, model, stages and optimizers.

import Datasets
import EngineKit
import Nets
import Testing
import Training

@Suite struct SelectionTests {
    @Test func anEmptyStageHasTheUsualValues() {
        let settings = section([:])
        let stage = StageSettings(settings, epochs: 12)
        #expect(settings.finish() == [])
        #expect(stage.epochs == 12)
        #expect(stage.batch == 100)
        #expect(stage.optimizer.kind == .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(stage.optimizer.learningRate == 1e-3)
        #expect(stage.optimizer.schedule == .constant)
        #expect(stage.optimizer.weightDecay == 0)
    }

    @Test(
        arguments: [
            (
                ["name": .string("adam"), "beta1": .real(0.5), "beta2": .real(0.99)],
                .adam(beta1: 0.5, beta2: 0.99, epsilon: 1e-8), 1e-3
            ),
            (["name": .string("sgd")], .stochasticGradientDescent(momentum: 0.9, nesterov: false), 0.05),
            (
                ["name": .string("sgd"), "momentum": .integer(0), "learningRate": .integer(1)],
                .stochasticGradientDescent(momentum: 0, nesterov: false), 1
            ),
            (
                ["name": .string("rmsprop"), "decay": .real(0.9)],
                .rootMeanSquarePropagation(decay: 0.9, epsilon: 1e-8), 1e-3
            ),
        ] as [(KeyValuePairs<String, Setting.Value>, OptimizerKind, Double)])
    func optimizersAreReadWithTheirOwnKeys(
        keys: KeyValuePairs<String, Setting.Value>, kind: OptimizerKind, learningRate: Double
    ) {
        let settings = section(keys)
        let optimizer = OptimizerSettings(settings)
        #expect(settings.finish() == [])
        #expect(optimizer.kind == kind)
        #expect(optimizer.learningRate == learningRate)
    }

    @Test func problemsOfAStageComeTogether() {
        let settings = section([
            "epochs": .real(1.5), "batch": .integer(0),
            "optimizer": inline([
                "name": .string("rmsprop"), "momentum": .real(0.9), "learningRate": .real(-1),
                "schedule": .string("linear-from"), "weightDecay": .integer(2),
            ]),
        ])
        _ = StageSettings(settings, epochs: 1)
        let problems = settings.finish()
        #expect(
            problems.map(\.key).sorted() == [
                "batch", "epochs", "optimizer.learningRate", "optimizer.momentum", "optimizer.schedule",
                "optimizer.weightDecay",
            ])
        #expect(problems.first { $0.key == "optimizer.schedule" }?.allowed == Schedule.forms)
    }

    @Test func dataIsSelectedByNameAndCounts() {
        let settings = section([
            "name": .string("glyphs"), "trainingLimit": .integer(50), "testLimit": .integer(20),
            "labels": .string("random"), "labelSeed": .integer(74_632), "augmentation": .string("cifar"),
        ])
        let selection = DataSelection(settings)
        #expect(settings.finish() == [])
        #expect(selection.name == "glyphs")
        #expect(selection.trainingLimit == 50)
        #expect(selection.testLimit == 20)
        #expect(selection.labels == .random(seed: 74_632))
        #expect(selection.augmentation == .cifar && selection.scale == .perImage)
        let bare = section([:])
        let usual = DataSelection(bare)
        #expect(bare.finish() == [])
        #expect(usual.name == "glyphs" && usual.trainingLimit == nil && usual.testLimit == nil)
        #expect(usual.labels == .given && usual.augmentation == .none && usual.scale == .meanImage)
        let own = section(["augmentation": .string("cifar"), "normalization": .string("mean-image")])
        #expect(DataSelection(own).scale == .meanImage)
        #expect(own.finish() == [])
        let wrong = section([
            "name": .string("mnits"), "trainingLimit": .integer(0), "labelSeed": .integer(1),
            "augmentation": .string("cifr"), "normalization": .string("none"),
        ])
        _ = DataSelection(wrong)
        let problems = wrong.finish()
        #expect(
            problems.map(\.key) == ["name", "trainingLimit", "labelSeed", "augmentation", "normalization"])
        #expect(problems.first?.allowed.contains("mnist (did you mean this?)") == true)
    }

    @Test func modelsFitTheImagesOrSayWhyNot() throws {
        func model(_ name: String) -> ModelSelection { ModelSelection(section(["name": .string(name)])) }
        #expect(try model("lenet5").architecture(imageShape: [1, 28, 28], classes: 10) == .leNet5())
        #expect(
            try model("lenet500-300").architecture(imageShape: [3, 8, 8], classes: 4)
                == .leNet500300(inputs: 192, classes: 4))
        #expect(
            try ModelSelection(section(["name": .string("vgg-like"), "k": .real(0.5)]))
                .architecture(imageShape: [3, 32, 32], classes: 100) == .vggLike(k: 0.5, classes: 100))
        #expect(
            try ModelSelection(section(["name": .string("resnet18"), "k": .real(0.5)]))
                .architecture(imageShape: [1, 28, 28], classes: 7)
                == .resNet18(k: 0.5, inputShape: [1, 28, 28], classes: 7))
        #expect(try model("lenet5-bn").architecture(imageShape: [1, 28, 28], classes: 10) == .leNet5Normalized())
        #expect(
            try ModelSelection(section(["name": .string("vgg11"), "k": .real(0.5), "dropout": .boolean(true)]))
                .architecture(imageShape: [3, 32, 32], classes: 5) == .vgg11(k: 0.5, classes: 5, dropout: 0.5))
        #expect(
            try ModelSelection(section(["name": .string("vgg-like"), "dropout": .boolean(true)]))
                .architecture(imageShape: [3, 32, 32], classes: 10) == .vggLike(dropout: true))
        for (name, side) in [("lenet5", 15), ("lenet5-bn", 15), ("vgg-like", 28), ("vgg11", 31), ("resnet18", 7)] {
            let error = #expect(throws: EngineError.self) {
                try model(name).architecture(imageShape: [1, side, side], classes: 10)
            }
            #expect(error?.description.contains("these are \(side) x \(side)") == true)
        }
        // The smallest images that are let through really run.
        for (name, side) in [("lenet5", 16), ("lenet5-bn", 16), ("vgg-like", 32), ("vgg11", 32), ("resnet18", 8)] {
            let shapes = try model(name).architecture(imageShape: [1, side, side], classes: 10).shapes()
            #expect(shapes.allSatisfy { $0.allSatisfy { $0 > 0 } })
        }
    }

    @Test(arguments: ["lenet5", "lenet500-300"])
    func aKeyOfAnotherModelIsRefused(name: String) {
        let settings = section(["name": .string(name), "k": .real(0.5), "dropout": .boolean(true)])
        _ = ModelSelection(settings)
        let problems = settings.finish()
        #expect(problems.map(\.key) == ["k", "dropout"])
        #expect(problems.first?.allowed.contains("only with vgg-like, vgg11, resnet18") == true)
    }

    @Test func aDropoutRateNeedsDropout() {
        let settings = section([
            "name": .string("lenet5-bn"), "dropout": .boolean(true), "dropoutRate": .real(0.25),
        ])
        #expect(ModelSelection(settings).dropoutRate == 0.25)
        #expect(settings.finish() == [])
        for name in ["lenet5-bn", "vgg-like"] {
            let wrong = section([
                "name": .string(name), "dropout": .boolean(name == "vgg-like"), "dropoutRate": .real(0.25),
            ])
            _ = ModelSelection(wrong)
            #expect(wrong.finish().map(\.key) == ["dropoutRate"])
        }
    }

    @Test func missingDataIsASentence() throws {
        let context = EngineContext(seed: 3, threads: 1, dataDirectories: ["/nowhere"], emit: { _ in })
        let error = #expect(throws: EngineError.self) {
            try ClassifierData(DataSelection(section(["name": .string("mnist")])), context)
        }
        #expect(error?.description.contains("/nowhere") == true, "\(error?.description ?? "")")
    }
}
