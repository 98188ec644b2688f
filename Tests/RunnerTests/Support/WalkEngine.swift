// SPDX-License-Identifier: Apache-2.0
// A small engine for the runner's tests: a random walk whose randomness is a counter, so that resuming is exact.

import EngineKit
import Glibc

/// A walk in two stages.
enum Walk: EngineKind {
    static let name = "walk"
    static let purpose = "a random walk"
    static let metrics = [
        MetricDefinition(name: "walk/position", unit: "", direction: .neutral, definition: "Where the walk is."),
        MetricDefinition(name: "walk/distance", unit: "", direction: .lowerIsBetter, definition: "Distance from zero."),
    ]
    static let headlineMetric = "walk/distance"

    static func recipe(from settings: SettingsReader) -> any EngineRecipe {
        WalkRecipe(steps: settings.integer("steps", in: 1...))
    }
}

struct WalkRecipe: EngineRecipe {
    var steps: Int
    /// Slices of work behind the last step, each with an evaluation that nobody asked for.
    var slicesAtEnd = 0
    /// The step that throws.
    var failAt: Int?
    /// Whether the engine cannot be built.
    var isUnbuildable = false
    /// Called on the worker thread before anything is built.
    var onBuild: @Sendable () -> Void = {}
    /// Called on the worker thread with the number of the step that is about to be done.
    var onStep: @Sendable (Int) -> Void = { _ in }

    func makeEngine(context: EngineContext) throws(EngineError) -> any Engine {
        onBuild()
        if isUnbuildable { throw EngineError("The map of the walk is missing.") }
        return WalkEngine(self, context)
    }
}

final class WalkEngine: Engine {
    private let recipe: WalkRecipe
    private let context: EngineContext
    private var step = 0
    private var position = 0.0
    private var scale = 1.0
    private var slices = 0

    init(_ recipe: WalkRecipe, _ context: EngineContext) {
        self.recipe = recipe
        self.context = context
        context.emit(.message(step: 0, level: .notice, text: "a walk of \(recipe.steps) steps"))
        context.emit(.costGraph(CostGraph(groups: [UnitGroup(name: "leg", units: 2)], edges: [])))
        context.emit(.stage(step: 0, name: "first", index: 0, count: 2))
    }

    var progress: Progress {
        let stage = step * 2 < recipe.steps ? "first" : "second"
        return Progress(step: step, totalSteps: recipe.steps, epoch: Double(step) / 4, stage: stage)
    }

    func advance() throws(EngineError) -> StepOutcome {
        guard step < recipe.steps else { return measure() }
        recipe.onStep(step + 1)
        if step + 1 == recipe.failAt { throw EngineError("The walk fell off the edge at step \(step + 1).") }
        step += 1
        position += scale * (uniform(step) - 0.5)
        context.emit(
            .metrics(
                step: step, epoch: Double(step) / 4,
                values: [MetricValue("walk/position", position), MetricValue("walk/distance", abs(position))]))
        if step * 2 == recipe.steps { context.emit(.stage(step: step, name: "second", index: 1, count: 2)) }
        if step % 10 == 0 {
            let layer = LayerState(
                name: "leg", signalToNoise: [position, 1], mu: [0, 0], logSigma: [0, 0], kullbackLeibler: 0)
            context.emit(.layers(LayerSnapshot(step: step, epoch: Double(step) / 4, layers: [layer])))
        }
        context.emit(.progress(progress))
        return step == recipe.steps && recipe.slicesAtEnd == 0 ? .finished : .running
    }

    private func measure() -> StepOutcome {
        guard slices < recipe.slicesAtEnd else { return .finished }
        slices += 1
        context.emit(
            .evaluation(
                ThresholdEvaluation(
                    requestIdentifier: ThresholdEvaluation.unasked, step: step, thresholds: [Double(slices)],
                    testError: position)))
        return .running
    }

    func apply(_ command: EngineCommand) -> String? {
        switch command {
        case .setParameter("scale", let value):
            scale = value
            return nil
        case .setParameter(let name, _): return "There is no parameter '\(name)'; allowed is scale."
        case .evaluateThresholds(let request, let thresholds):
            context.emit(
                .evaluation(
                    ThresholdEvaluation(
                        requestIdentifier: request, step: step, thresholds: thresholds, testError: abs(position))))
            return nil
        }
    }

    func checkpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.put("step", step)
        checkpoint.put("position", position)
        checkpoint.put("scale", scale)
        checkpoint.put("slices", slices)
        return checkpoint
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        step = try checkpoint.integer("step")
        position = try checkpoint.number("position")
        scale = try checkpoint.number("scale")
        slices = try checkpoint.integer("slices")
    }

    func summary() -> JSONObject {
        ["finalPosition": .real(position), "threadsSeen": .integer(context.threads)]
    }

    /// A number in [0, 1) from seed and counter (the finalizer of splitmix64).
    private func uniform(_ counter: Int) -> Double {
        var z = context.seed &+ UInt64(counter) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
}
