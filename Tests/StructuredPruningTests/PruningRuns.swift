// SPDX-License-Identifier: Apache-2.0
// Small pruning runs for tests: recipes from settings, engines on built-in images, and what they emit.

import EngineKit
import TestSupport
import Testing

@testable import StructuredPruning

/// One epoch of pretraining (5 steps), two of pruning (8 steps) and some of fine-tuning (6 steps each) on a few glyphs.
func recipe(
    method: String = "structured-bp", noise: String = "per-batch", model: String = "lenet500-300",
    data: String = "glyphs", test: Int = 100, pretrain: Int = 1, finetune: Int = 0, augmentation: String = "none",
    prediction: String = "mean"
) throws -> PruningRecipe {
    var model: (name: String, k: Double?) = (model, nil)
    if ["vgg-like", "resnet18"].contains(model.name) { model.k = 0.05 }
    let modelKeys: KeyValuePairs<String, Setting.Value> =
        model.k.map { ["name": .string(model.name), "k": .real($0)] } ?? ["name": .string(model.name)]
    let pruning: KeyValuePairs<String, Setting.Value> =
        method == "sparse-vd"
        ? [
            "method": .string(method), "divergenceWarmUp": .real(1), "variationalLearningRate": .real(0.3),
            "prediction": .string(prediction), "draws": .integer(3),
        ]
        : [
            "method": .string(method), "noise": .string(noise), "divergenceWarmUp": .real(1),
            "variationalLearningRate": .real(0.3), "prediction": .string(prediction), "draws": .integer(3),
        ]
    let settings = reader([
        "data": [
            "name": .string(data), "trainingLimit": .integer(300), "testLimit": .integer(test),
            "augmentation": .string(augmentation),
        ],
        "model": modelKeys,
        "pretrain": ["epochs": .integer(pretrain), "batch": .integer(60)],
        "train": [
            "epochs": .integer(2), "batch": .integer(75),
            "optimizer": inline(["name": .string("adam"), "schedule": .string("linear")]),
        ],
        "finetune": ["epochs": .integer(finetune), "batch": .integer(50)],
        "sbp": pruning,
    ])
    let recipe = PruningRecipe(settings)
    try #require(settings.finish() == [])
    return recipe
}

/// An engine with everything that it emitted.
final class PruningRun {
    let engine: StructuredPruningEngine
    private let recorder = EventRecorder()

    init(_ recipe: PruningRecipe, continuing checkpoint: Checkpoint? = nil) throws {
        engine = try StructuredPruningEngine(recipe, recorder.context(seed: 11))
        if let checkpoint {
            try engine.restore(checkpoint)
            recorder.forget()
        }
    }

    var events: [RunEvent] { recorder.events }

    /// Takes steps until `step` steps are done in all; what is measured behind the last one is not begun.
    func advance(to step: Int) throws {
        while engine.step < step { _ = try engine.advance() }
    }

    /// Goes on until the run is finished, with all that is measured at its end.
    func finish() throws {
        while try engine.advance() == .running {}
    }

    /// What was emitted after a step, without what the clock decides.
    func events(after step: Int) -> [RunEvent] {
        events.compactMap { event in
            switch event {
            case .metrics(let at, let epoch, let values):
                at <= step
                    ? nil
                    : .metrics(step: at, epoch: epoch, values: values.filter { $0.name != "speed/imagesPerSecond" })
            case .layers(let snapshot): snapshot.step <= step ? nil : event
            case .progress(let progress): progress.step <= step ? nil : event
            case .stage(let at, _, _, _): at <= step ? nil : event
            case .message(let at, _, _): at <= step ? nil : event
            case .evaluation(let evaluation): evaluation.step <= step ? nil : event
            case .record(let record): record.content.step <= step ? nil : event
            case .costGraph: nil
            }
        }
    }

    var evaluations: [ThresholdEvaluation] {
        events.compactMap { if case .evaluation(let evaluation) = $0 { evaluation } else { nil } }
    }
}

extension Checkpoint {
    /// The same state with noise that keeps or removes units as told: a scale of almost no noise, or of almost no signal.
    func forcing(_ keep: [[Bool]], _ gates: [String]) -> Checkpoint {
        var forced = self
        for (mask, gate) in zip(keep, gates) {
            forced.put("noise.\(gate).mu", mask.map { _ in 0.0 })
            forced.put("noise.\(gate).logSigma", mask.map { $0 ? -5.0 : 3 })
        }
        return forced
    }

    /// The same state with noise on weights that leaves a share of them, and the inner layers of `closed` blocks nothing.
    func forcingWeights(share: Double, closed: [String] = []) -> Checkpoint {
        var forced = self
        var numbers = TestNumbers(seed: 77)
        for tensor in tensors where tensor.name.hasPrefix("noise.") && tensor.name.hasSuffix(".logVariance") {
            // The moments of the optimizer bear the names of what they belong to.
            if tensor.name.hasPrefix("noise.optimizer.") { continue }
            let isClosed = closed.contains { tensor.name.hasPrefix("noise.\($0)") }
            let values = numbers.numbers(tensor.shape.reduce(1, *), in: 0...1).map {
                Float(!isClosed && $0 < share ? -20 : 20)
            }
            forced.put(tensor.name, values, shape: tensor.shape)
        }
        return forced
    }
}
