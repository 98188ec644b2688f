// SPDX-License-Identifier: Apache-2.0
// A band that a Brownian bridge leaves at no point of a grid, with a given probability.

import RealModule

/// The band `±c sqrt(z (1 - z))` around a Brownian bridge B, looked at for `z = 1/K, …, (K-1)/K`.
///
/// Divided by its standard deviation the bridge is a Markov chain of standard normal variables; neighbours correlate by
/// `sqrt(z (1 - z') / (z' (1 - z)))`. So the probability to stay within `±c` is a product of transitions cut at `±c`,
/// the recursion of [SPB22] for the normal limit.
struct BridgeBand {
    /// Intervals of Simpson's rule over [0, c].
    private static let intervals = 48

    /// K.
    let points: Int

    /// The probability that the bridge stays within the band of a factor c at all points.
    ///
    /// - Complexity: O(K), some 200 000 exponentials for K = 40.
    func coverage(_ factor: Double) -> Double {
        guard points > 1 else { return 1 }
        let step = factor / Double(Self.intervals)
        let places = (0...Self.intervals).map { Double($0) * step }
        let weights = (0...Self.intervals).map { index in
            (index == 0 || index == Self.intervals ? 1 : index.isMultiple(of: 2) ? 2 : 4) * step / 3
        }
        let scale = 1 / (2 * Double.pi).squareRoot()
        // The part of the density that has stayed inside so far is even: half of it says everything.
        var density = places.map { scale * .exp(-$0 * $0 / 2) }
        for point in 1..<max(1, points - 1) {
            let (z, next) = (Double(point) / Double(points), Double(point + 1) / Double(points))
            let correlation = (z * (1 - next) / (next * (1 - z))).squareRoot()
            let precision = 1 / (1 - correlation * correlation)
            let height = scale * precision.squareRoot()
            let weighted = zip(density, weights).map { $0 * $1 * height }
            density = places.map { place in
                var sum = 0.0
                for (index, mass) in weighted.enumerated() {
                    let (near, far) = (place - correlation * places[index], place + correlation * places[index])
                    sum += mass * (.exp(-near * near * precision / 2) + .exp(-far * far * precision / 2))
                }
                return sum
            }
        }
        return 2 * zip(density, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The factor c whose band the bridge stays within with the probability `level`; 0 without a point inside.
    ///
    /// - Precondition: `level` lies in (0, 1).
    /// - Complexity: that of some ten calls of `coverage`.
    func factor(level: Double) -> Double {
        precondition(level > 0 && level < 1, "a probability lies in (0, 1)")
        guard points > 1 else { return 0 }
        // The logarithm of the probability to leave falls nearly like a parabola, so secants arrive soon.
        let wanted = Double.log(1 - level)
        func excess(_ factor: Double) -> Double { .log(max(1e-300, 1 - coverage(factor))) - wanted }
        var (low, high) = (0.0, 8.0)
        var (atLow, atHigh) = (excess(low), excess(high))
        for _ in 0..<60 where high - low > 1e-6 {
            // A secant, kept away from the ends so that both of them move.
            let share = min(0.9, max(0.1, atLow / (atLow - atHigh)))
            let middle = low + share * (high - low)
            let value = excess(middle)
            if value > 0 { (low, atLow) = (middle, value) } else { (high, atHigh) = (middle, value) }
            if abs(value) < 1e-6 { return middle }
        }
        return (low + high) / 2
    }
}
