// SPDX-License-Identifier: Apache-2.0
// Log probabilities of objects under one draw after the other, by every method of the table.

import Nets
import Probability
import RealModule
import TensorCore

/// A network with the distribution of its batch statistics.
struct Predictor {
    let network: FeedForwardNetwork
    /// Of the stochastic layers only; all others use running statistics.
    let distribution: StatisticsDistribution

    /// Log probabilities by object, draw and class.
    ///
    /// - Parameters:
    ///   - images: `[N, C, H, W]`.
    ///   - draws: K, at least 1; a method without randomness ignores it.
    ///   - randomness: the streams of these objects.
    ///   - companions: with `companions` the next random training objects, `[B - 1, C, H, W]`, asked for once per object
    ///     and draw.
    /// - Returns: `[N, K, classes]`, K = 1 for a method without randomness.
    func logProbabilities(
        _ method: PredictionMethod, images: Tensor, draws: Int, randomness: DrawStreams, companions: () -> Tensor
    ) -> [Double] {
        withoutGradients {
            let objects = images.shape[0]
            let draws = method.isRandom ? draws : 1
            let dropout = method.hasDropout ? DropoutStream(randomness.dropout) : nil
            switch method.statistics {
            case .drawPerCopy:
                // Copies of an object lie side by side, so the rows are in order already.
                let copies = copiesInFirstLayer ? images : images.repeatingObjects(draws)
                var stream = randomness.statistics
                let statistics = distribution.draw(objects: objects * draws, from: &stream)
                return logSoftmax(network(copies, .prediction(statistics: statistics, dropout: dropout)))
            case .companions:
                let own = LayerStatistics.batch(distribution.layers.map(\.name))
                return (0..<objects).flatMap { object in
                    (0..<draws).flatMap { _ in
                        let batch = concatenate([images.slice(object..<object + 1), companions()])
                        let logits = network(batch, .prediction(statistics: own, dropout: dropout))
                        return logSoftmax(logits.slice(0..<1))
                    }
                }
            case .running, .centre, .drawPerPass:
                let passes = (0..<draws).map { draw in
                    logSoftmax(
                        network(
                            images,
                            .prediction(statistics: statistics(method, draw, randomness), dropout: dropout)))
                }
                let classes = passes[0].count / max(objects, 1)
                return (0..<objects).flatMap { object in
                    passes.flatMap { $0[object * classes..<(object + 1) * classes] }
                }
            }
        }
    }

    /// Whether the first layer is a convolution with random statistics: behind it copies differ, in front they do not.
    private var copiesInFirstLayer: Bool {
        guard case .convolution(let first)? = network.architecture.layers.first else { return false }
        return distribution.layers.contains { $0.name == "\(first.name).bn" }
    }

    /// Statistics that all objects of a pass share.
    private func statistics(_ method: PredictionMethod, _ draw: Int, _ randomness: DrawStreams) -> LayerStatistics? {
        switch method.statistics {
        case .running, .drawPerCopy, .companions: return nil
        case .centre: return distribution.centre
        case .drawPerPass:
            // The same draw for every slice of the test set: an ensemble of networks, as in the released code.
            var stream = randomness.shared(draw)
            return distribution.draw(objects: nil, from: &stream)
        }
    }
}

/// The random streams of some objects of one evaluation; none has a position to keep.
struct DrawStreams {
    let seed: UInt64
    /// Which network, method and domain; texts that differ give independent draws.
    let label: String
    /// Index of the first object.
    let object: Int

    /// For statistics, one draw per copy.
    var statistics: RandomStream {
        RandomStream(
            seed: seed, purpose: StreamPurpose("sbn/statistics/\(label)"), index: UInt32(truncatingIfNeeded: object))
    }

    /// For dropout masks.
    var dropout: RandomStream {
        RandomStream(
            seed: seed, purpose: StreamPurpose("sbn/dropout/\(label)"), index: UInt32(truncatingIfNeeded: object))
    }

    /// For statistics that all objects share.
    func shared(_ draw: Int) -> RandomStream {
        RandomStream(
            seed: seed, purpose: StreamPurpose("sbn/shared/\(label)"), index: UInt32(truncatingIfNeeded: draw))
    }
}

/// `logits - log sum exp logits` of every row in double precision; NaN for a row with NaN.
///
/// Shapes: `[N, K]`, row by row.
func logSoftmax(_ logits: Tensor) -> [Double] {
    let classes = logits.shape[1]
    var result = logits.scalars().map(Double.init)
    for start in stride(from: 0, to: result.count, by: classes) {
        let row = start..<start + classes
        let normalizer = logSumExp(result[row])
        for index in row { result[index] -= normalizer }
    }
    return result
}
