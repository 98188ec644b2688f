// SPDX-License-Identifier: Apache-2.0
// What the network does with its surviving units: masks, exact errors, the compact network's report.

import Datasets
import EngineKit
import Nets
import TensorCore
import Training

/// What the compact network is, measured against the dense one.
struct CompactReport {
    /// Test error of the compact network before any fine-tuning, percent.
    let testError: Double
    /// Largest difference of a masked and a compact logit over the first test batch.
    let maxAbsoluteDifference: Double
    /// The same, relative to the largest masked logit.
    let maxRelativeDifference: Double
    /// Dense over compact time of a forward pass.
    let speedup: SpeedMeasurement.Ratio
}

extension StructuredPruningEngine {
    /// Which units remain; without thresholds the recipe's one applies to every layer.
    func currentMasks(thresholds: [Double]?) -> [[Bool]] {
        guard !posteriors.isEmpty else {
            return network.gates.map { Array(repeating: true, count: $0.units) }
        }
        let keep = posteriors.enumerated().map { index, posterior in
            posterior.signalToNoise.map { !($0 <= thresholds?[index] ?? recipe.threshold) }
        }
        return costGraph.effectiveMasks(keep)
    }

    /// The factor of every unit when the network predicts: E[theta], or 1 without noise.
    var unitScales: [[Double]] {
        posteriors.isEmpty
            ? network.gates.map { Array(repeating: 1, count: $0.units) } : posteriors.map(\.means)
    }

    /// Gates that mask the network and put its scales to their means.
    func gates(masks: [[Bool]]) -> [Tensor?] {
        guard !posteriors.isEmpty else { return [] }
        return zip(unitScales, masks).map { scales, mask in
            Tensor(shape: [scales.count], scalars: zip(scales, mask).map { $1 ? Float($0) : 0 })
        }
    }

    /// Exact error of the network at hand over the whole test set.
    func evaluate(masks: [[Bool]]) -> Evaluation.Result {
        // Before the noise starts and after the cut, the network is evaluated as it is trained: without gates.
        test(trainedNetwork, gates: current.hasNoise ? gates(masks: masks) : [])
    }

    /// Exact error of a network over the whole test set.
    func test(_ network: FeedForwardNetwork, gates: [Tensor?]) -> Evaluation.Result {
        var evaluation = Evaluation(data.testBatches)
        return evaluation.finish { network($0, .prediction(gates: gates)) }
    }

    /// Builds the compact network as it was right after the cut, compares it with the masked one and times it.
    ///
    /// - Returns: `nil` when a layer lost all its units; the network is then a constant and there is nothing to time.
    func measureCompactNetwork() -> CompactReport? {
        guard let compact = makeCompactNetwork() else { return nil }
        let maskedGates = gates(masks: currentMasks(thresholds: nil))
        let (difference, scale) = withoutGradients {
            var batches = data.testBatches
            guard let batch = batches.next() else { return (Float(0), Float(0)) }
            let images = Tensor(batch)
            let masked = network(images, .prediction(gates: maskedGates)).scalars()
            let small = compact(images, .prediction()).scalars()
            let worst = zip(masked, small).map { abs($0 - $1) }.max() ?? 0
            return (worst, masked.map(abs).max() ?? 0)
        }
        return CompactReport(
            testError: test(compact, gates: []).error, maxAbsoluteDifference: Double(difference),
            maxRelativeDifference: Double(difference) / max(Double(scale), 1e-30),
            speedup: SpeedMeasurement.compare(network, compact, imageShape: data.imageShape, batch: 100))
    }
}
