// SPDX-License-Identifier: Apache-2.0
// What the network does with its surviving units: masks, and exact errors on request.

import Datasets
import EngineKit
import Nets
import TensorCore
import Training

/// A request for the exact test error under given thresholds, worked off a slice per step.
struct EvaluationRequest {
    let identifier: Int
    let thresholds: [Double]
    let gates: [Tensor?]
    let network: FeedForwardNetwork
    var evaluation: Evaluation
}

extension StructuredPruningEngine {
    /// Which units remain above thresholds on the signal-to-noise ratio; without thresholds, by the recipe's rule.
    func currentMasks(thresholds: [Double]?) -> [[Bool]] {
        guard recipe.method.hasNoise else {
            return network.gates.map { Array(repeating: true, count: $0.units) }
        }
        if thresholds == nil, weightPosterior == nil { return ownMasks(cutSubject) }
        let scores = weightPosterior.map { unitScores($0) } ?? posteriors.map(\.signalToNoise)
        let keep = scores.enumerated().map { index, scores in
            scores.map { !($0 <= thresholds?[index] ?? recipe.threshold) }
        }
        return costGraph.effectiveMasks(keep)
    }

    /// What the rules of cuts look at.
    var cutSubject: CutSubject {
        CutSubject(
            network: network, costGraph: costGraph, layers: posteriors.map(\.snapshot), scales: unitScales,
            threshold: recipe.threshold)
    }

    private func ownMasks(_ subject: CutSubject) -> [[Bool]] {
        guard let masks = CutRule.named(recipe.cutRule)?.masks(subject) else {
            fatalError("no rule \(recipe.cutRule) that a run can be cut with")
        }
        return masks
    }

    /// The factor of every unit when the network predicts: E[theta], or 1 without noise.
    var unitScales: [[Double]] {
        posteriors.isEmpty
            ? network.gates.map { Array(repeating: 1, count: $0.units) } : posteriors.map(\.means)
    }

    /// Gates that mask the network and put its scales to their means.
    func gates(masks: [[Bool]]) -> [Tensor?] {
        guard recipe.method.hasNoise else { return [] }
        return zip(unitScales, masks).map { scales, mask in
            Tensor(shape: [scales.count], scalars: zip(scales, mask).map { $1 ? Float($0) : 0 })
        }
    }

    /// Exact error of the network at hand over the whole test set.
    func evaluate(masks: [[Bool]]) -> Evaluation.Result {
        // Before the noise starts and after the cut, the network is evaluated as it is trained: without gates.
        guard current.hasNoise else { return test(trainedNetwork, gates: []) }
        return test(predictingNetwork(masks: masks), gates: gates(masks: masks))
    }

    /// Exact error of a network over the whole test set.
    func test(_ network: FeedForwardNetwork, gates: [Tensor?]) -> Evaluation.Result {
        var evaluation = Evaluation(data.testBatches)
        return evaluation.finish { network($0, .prediction(gates: gates)) }
    }

    /// Takes up a request, giving up an unfinished older one.
    func startEvaluation(_ identifier: Int, thresholds: [Double]) -> String? {
        guard recipe.method.hasNoise else { return "a dense run has no thresholds to evaluate" }
        guard !current.trainsCompact else {
            return "the network has been cut; thresholds decide only before the fine-tuning"
        }
        guard thresholds.count == network.gates.count else {
            return "\(thresholds.count) thresholds for \(network.gates.count) layers"
        }
        let masks = currentMasks(thresholds: thresholds)
        evaluationRequest = EvaluationRequest(
            identifier: identifier, thresholds: thresholds, gates: gates(masks: masks),
            network: predictingNetwork(masks: masks, thresholds: thresholds), evaluation: Evaluation(data.testBatches))
        return nil
    }

    /// Works off a slice of the pending request; its weights are the ones at each slice's step, which differ by less
    /// than the error's own noise.
    func continueEvaluationRequest() {
        guard var request = evaluationRequest else { return }
        evaluationRequest = nil
        let result = request.evaluation.advance(batches: 4) {
            request.network($0, .prediction(gates: request.gates))
        }
        if let result {
            context.emit(
                .evaluation(
                    ThresholdEvaluation(
                        requestIdentifier: request.identifier, step: step, thresholds: request.thresholds,
                        testError: result.error)))
        } else {
            evaluationRequest = request
        }
    }
}
