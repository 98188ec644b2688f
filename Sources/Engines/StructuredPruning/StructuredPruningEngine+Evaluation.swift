// SPDX-License-Identifier: Apache-2.0
// What the network does with its surviving units: masks, scales and exact errors.

import Datasets
import EngineKit
import Nets
import TensorCore
import Training

extension StructuredPruningEngine {
    /// Which units remain above thresholds on the signal-to-noise ratio; without thresholds, by the recipe's rule.
    func currentMasks(thresholds: [Double]?) -> [[Bool]] {
        guard recipe.method.hasNoise else {
            return network.gates.map { Array(repeating: true, count: $0.units) }
        }
        if thresholds == nil, weightPosterior == nil { return ownMasks(cutSubject) }
        let layers = snapshot.layers
        let cuts = thresholds ?? Array(repeating: recipe.threshold, count: layers.count)
        return costGraph.effectiveMasks(zip(layers, cuts).map { $0.kept(at: $1) })
    }

    /// What the rules of cuts look at.
    var cutSubject: CutSubject {
        CutSubject(
            network: network, costGraph: costGraph, layers: snapshot.layers, scales: unitScales,
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
}
