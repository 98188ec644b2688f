// SPDX-License-Identifier: Apache-2.0
// Small runs of stochastic batch normalization for tests: recipes from settings, engines on built-in images, events.

import EngineKit
import TestSupport
import Testing

@testable import StochasticBatchNorm

/// One epoch of 5 steps per member, fits of 4 batches each, and an evaluation on 20 glyphs and 12 letters.
func recipe(
    methods: [String] = ["running", "virtual", "direct"], members: Int = 1, dropout: Bool = false, epochs: Int = 1,
    outside: Bool = true, fit: String = "exact", learningRate: Double = 1e-3, check: Int = 0
) throws -> BatchNormRecipe {
    let rest: KeyValuePairs<String, KeyValuePairs<String, Setting.Value>> = [
        "data": ["trainingLimit": .integer(50), "testLimit": .integer(20)],
        "model": ["name": .string("lenet5-bn"), "dropout": .boolean(dropout)],
        "train": [
            "epochs": .integer(epochs), "batch": .integer(11),
            "optimizer": inline(["learningRate": .real(learningRate)]),
        ],
        "sbn": [
            "methods": .array(methods.map { Setting(.string($0), line: 0) }), "members": .integer(members),
            "draws": .integer(5), "batch": .integer(8), "fitBatches": .integer(4), "fit": .string(fit),
            "checkBatches": .integer(check),
            "directObjects": .integer(3),
        ],
    ]
    let other: KeyValuePairs<String, KeyValuePairs<String, Setting.Value>> = [
        "outOfDomain": ["name": .string("letters"), "testLimit": .integer(12)]
    ]
    var sections = Array(rest)
    if outside { sections += Array(other) }
    let settings = reader(sections)
    let recipe = BatchNormRecipe(settings)
    try #require(settings.finish() == [])
    return recipe
}

/// An engine with everything that it emitted.
final class BatchNormRun {
    let engine: StochasticBatchNormEngine
    private let recorder = EventRecorder()

    init(_ recipe: BatchNormRecipe, continuing checkpoint: Checkpoint? = nil) throws {
        engine = try StochasticBatchNormEngine(recipe, recorder.context(seed: 11, isResuming: checkpoint != nil))
        if let checkpoint {
            try engine.restore(checkpoint)
            recorder.forget()
        }
    }

    var events: [RunEvent] { recorder.events }

    func advance(to step: Int) throws {
        while engine.step < step, try engine.advance() == .running {}
    }

    func finish() throws {
        while try engine.advance() == .running {}
    }

    /// The values that were emitted, in order, with their steps.
    var metrics: [(step: Int, value: MetricValue)] {
        events.flatMap { event -> [(step: Int, value: MetricValue)] in
            if case .metrics(let step, _, let values) = event { values.map { (step, $0) } } else { [] }
        }
    }

    /// Metrics after a step as text, in which NaN equals itself.
    func trace(after step: Int) -> [String] {
        metrics.filter { $0.step > step }.map { "\($0.step) \($0.value.name) \($0.value.value)" }
    }
}
