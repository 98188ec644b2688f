// SPDX-License-Identifier: Apache-2.0
// Prediction by Monte Carlo: what the noise says when it is not replaced by its mean.

import Datasets
import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import Training

extension StructuredPruningEngine {
    /// The error and the cross-entropy of probabilities that are averaged over networks drawn from the posterior.
    ///
    /// `p(y | x) = 1/K Σ_k softmax(network_k(x))`: each network has its own scales or weights, the same for the whole test
    /// set; removed units are off in all of them. The draws begin anew at each call.
    ///
    /// - Returns: `nil` when the recipe does not ask for draws.
    func predictByMonteCarlo() -> Evaluation.Result? {
        guard let draws = recipe.predictionDraws else { return nil }
        var stream = RandomStream(seed: context.seed, purpose: "sbp/prediction")
        let masks = currentMasks(thresholds: nil)
        let classes = data.classes
        var sums = [Double](repeating: 0, count: data.test.count * classes)
        withoutGradients {
            for _ in 0..<draws {
                let drawn = drawnNetwork(masks: masks, &stream)
                let gates = drawnGates(masks: masks, &stream)
                for batch in data.testBatches {
                    let probabilities = drawn(Tensor(batch), .prediction(gates: gates)).softmax(axis: 1).scalars()
                    let first = batch.indices[0] * classes
                    for (index, value) in probabilities.enumerated() { sums[first + index] += Double(value) }
                }
            }
        }
        var (mistakes, crossEntropy) = (0, 0.0)
        for batch in data.testBatches {
            let first = batch.indices[0] * classes
            let mean = sums[first..<(first + batch.count * classes)].map { $0 / Double(draws) }
            mistakes += Evaluation.mistakes(
                Tensor(shape: [batch.count, classes], scalars: mean.map { Float($0) }), batch.labels)
            for (row, label) in batch.labels.enumerated() { crossEntropy -= log(mean[row * classes + Int(label)]) }
        }
        let objects = Double(data.test.count)
        return Evaluation.Result(error: 100 * Double(mistakes) / objects, crossEntropy: crossEntropy / objects)
    }

    /// One draw of the scales of all remaining units; 1 for them where units have no noise.
    private func drawnGates(masks: [[Bool]], _ stream: inout RandomStream) -> [Tensor?] {
        guard !posteriors.isEmpty else { return gates(masks: masks) }
        return zip(posteriors, masks).map { posterior, mask in
            let scales = posterior.draw(objects: nil, &stream).scales.scalars()
            return Tensor(shape: [mask.count], scalars: zip(scales, mask).map { $1 ? $0 : 0 })
        }
    }
}
