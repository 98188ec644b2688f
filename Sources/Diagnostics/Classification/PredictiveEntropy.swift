// SPDX-License-Identifier: Apache-2.0
// Entropy of predictions, and how much of it the members of an ensemble agree on.

import RealModule

/// Entropy of the predicted distribution of each object, `-sum_c p_c log p_c`, in nats, from 0 to `log K`.
///
/// - Undefined cases: NaN for an object with a NaN or negative probability.
public func predictiveEntropies(_ predictions: Predictions) -> [Double] {
    (0..<predictions.objectCount).map { object in
        // 0 log 0 is 0: what never happens surprises nobody.
        predictions[object].reduce(0) { $1 == 0 ? $0 : $0 - $1 * .log($1) }
    }
}

/// The uncertainty of an ensemble about each object, in nats.
public struct UncertaintyDecomposition: Sendable, Equatable {
    /// Entropy of the mean prediction, `H(mean_s p_s)`.
    public let total: [Double]
    /// Mean entropy of the members, `mean_s H(p_s)`: noise in the data that no further member removes.
    public let expected: [Double]
    /// `total - expected`, at least 0: the mutual information of prediction and member, large where members disagree.
    ///
    /// [HHGL11].
    public let mutualInformation: [Double]

    /// Decomposes the predictions of an ensemble.
    ///
    /// - Precondition: there is a member, and all have the same shape.
    /// - Undefined cases: NaN for an object with a NaN or negative probability in any member.
    public init(_ members: [Predictions]) {
        total = predictiveEntropies(Predictions(meanOf: members))
        var sum = [Double](repeating: 0, count: total.count)
        for member in members {
            for (object, entropy) in predictiveEntropies(member).enumerated() { sum[object] += entropy }
        }
        let expected = sum.map { $0 / Double(members.count) }
        self.expected = expected
        // Rounding may put the difference of equal numbers below 0; max would hide a NaN behind 0.
        mutualInformation = zip(total, expected).map { $0 - $1 < 0 ? 0 : $0 - $1 }
    }
}
