// SPDX-License-Identifier: Apache-2.0
// How much the scores of a method would change with other objects: bootstrap intervals for the result.

import Diagnostics
import Probability
import RealModule

/// 95 % bootstrap intervals of the averaged predictions of one method, 400 resamples.
///
/// Every method is resampled in the same way, from a stream of its own that depends on nothing but the seed: two methods
/// see the same objects drawn.
enum ResampledScores {
    /// Names of the scores in the result, in this order.
    static let names = ["error", "nll", "ece", "auroc"]

    /// Lower and upper end per name, NaN where a score is undefined.
    ///
    /// - Parameters:
    ///   - inDomain: log of the averaged probabilities, `[N, K]`.
    ///   - labels: true classes, `[N]`.
    ///   - entropies: of the predictions in and out of the domain, nats.
    static func values(
        inDomain: [Double], labels: [Int], entropies: (inDomain: [Double], outOfDomain: [Double]), classes: Int,
        seed: UInt64
    ) -> [Double] {
        var objects = JudgedObjects()
        objects.entropies = entropies.inDomain
        objects.outsideEntropies = entropies.outOfDomain
        for (object, label) in labels.enumerated() {
            let row = inDomain[object * classes..<(object + 1) * classes]
            objects.losses.append(-row[row.startIndex + label])
            objects.confidences.append(.exp(row.max() ?? .nan))
            objects.isCorrect.append(UncertaintyScores.mistakes(Array(row), [label]) == 0)
        }
        var stream = RandomStream(seed: seed, purpose: "sbn/bootstrap")
        let intervals = ScoreIntervals(objects) { stream.nextUInt64() }
        return [
            intervals.error.map { ScoreIntervals.Interval(lower: 100 * $0.lower, upper: 100 * $0.upper) },
            intervals.negativeLogLikelihood, intervals.calibrationError, intervals.areaUnderROC,
        ].flatMap { [$0?.lower ?? .nan, $0?.upper ?? .nan] }
    }
}
