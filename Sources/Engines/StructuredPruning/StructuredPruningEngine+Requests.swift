// SPDX-License-Identifier: Apache-2.0
// Exact test errors on request: what is asked for, what is copied, when the answer goes out.

import EngineKit
import Nets
import Training

/// What the engine remembers of requests for the test error at given thresholds.
final class ThresholdRequests {
    /// A request without an answer.
    struct Pending {
        let identifier: Int
        /// Step of the weights that are evaluated.
        let step: Int
        let thresholds: [Double]
    }

    /// The newest request; a newer one takes its place.
    var pending: Pending?
    /// Made for the first request.
    fileprivate(set) var evaluator: BackgroundEvaluator?
    /// Step of the units that were last emitted for a request.
    fileprivate var emittedStep: Int?
    /// Called on the evaluator's thread in front of every batch, for tests that hold it there.
    var beforeBatch: @Sendable () -> Void = {}
}

extension PruningRecipe {
    /// The threshold of `[sbp]`, or the evidence where that is the rule.
    public var ownThreshold: Double? {
        cutRule == CutRule.evidenceGain.name ? ThresholdEvaluation.byEvidence : threshold
    }
}

extension StructuredPruningEngine {
    /// Takes up a request, giving up an unfinished older one.
    ///
    /// Weights, statistics, masks and scales are copied as they are now; a thread of its own evaluates the copy while the
    /// training goes on. After the cut the copy is the network as it was cut, without fine-tuning.
    ///
    /// - Returns: `nil`, or a sentence that says why not.
    func startEvaluation(_ identifier: Int, thresholds: [Double]) -> String? {
        guard recipe.method.hasNoise else { return "a dense run has no thresholds to evaluate" }
        guard thresholds.count == network.gates.count else {
            return "\(thresholds.count) thresholds for \(network.gates.count) layers"
        }
        let units = snapshot
        let wantsEvidence = thresholds.contains(ThresholdEvaluation.byEvidence)
        guard !wantsEvidence || units.layers.allSatisfy({ $0.evidenceGain != nil }) else {
            return "this run knows no evidence by which units could be chosen"
        }
        guard
            let evaluator = requests.evaluator
                ?? BackgroundEvaluator(network.architecture, data, beforeBatch: requests.beforeBatch)
        else { return "the system grants no thread for the evaluation" }
        requests.evaluator = evaluator
        emitUnlessKnown(units)
        let masks = costGraph.effectiveMasks(zip(units.layers, thresholds).map { $0.kept(at: $1) })
        evaluator.submit(
            predictingNetwork(masks: masks, thresholds: thresholds),
            gates: zip(unitScales, masks).map { scales, mask in zip(scales, mask).map { $1 ? Float($0) : 0 } })
        requests.pending = ThresholdRequests.Pending(
            identifier: identifier, step: current.trainsCompact ? step - stepInStage : step, thresholds: thresholds)
        return nil
    }

    /// Makes sure that readers know the units that an evaluation is about: those of an epoch's end they do.
    private func emitUnlessKnown(_ units: LayerSnapshot) {
        let isEndOfEpoch = step > 0 && stepInStage % stepsPerEpoch(current) == 0
        guard !isEndOfEpoch, !current.trainsCompact, requests.emittedStep != step else { return }
        requests.emittedStep = step
        context.emit(.layers(units))
    }

    /// Emits the answer to the pending request if it is there.
    ///
    /// Answers leave from here and not from the thread that found them, so that everything that a run emits comes in
    /// the order of one thread.
    func emitAnswer() {
        guard requests.pending != nil, let result = requests.evaluator?.takeResult() else { return }
        emitAnswer(result)
    }

    private func emitAnswer(_ result: Evaluation.Result) {
        guard let pending = requests.pending else { return }
        requests.pending = nil
        context.emit(
            .evaluation(
                ThresholdEvaluation(
                    requestIdentifier: pending.identifier, step: pending.step, thresholds: pending.thresholds,
                    testError: result.error)))
    }

    /// Waits for the pending answer, at most as long as a user would not notice, and emits it.
    func workWhilePaused() -> Bool {
        guard requests.pending != nil, let evaluator = requests.evaluator else { return false }
        if let result = evaluator.waitForResult(seconds: 0.02) { emitAnswer(result) }
        return requests.pending != nil
    }
}
