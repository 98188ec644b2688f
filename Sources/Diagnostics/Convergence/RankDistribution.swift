// SPDX-License-Identifier: Apache-2.0
// Where the draws of each chain rank among all draws, as distribution functions: chains that agree have uniform ranks.

import RealModule

/// Distribution functions of the ranks of each chain among the draws of all chains, minus that of a uniform variable.
///
/// `#{t : u_ct <= z} / T - z`, [SPB22], with `u = (r - 1/2) / S` and the average rank `r` of equal draws.
///
/// - Parameters:
///   - draws: the draws.
///   - points: K.
/// - Returns: for each chain K + 1 differences at `z = 0, 1/K, …, 1`; empty in the undefined cases.
/// - Undefined cases: no draws, a draw that is not finite, all draws equal.
/// - Complexity: O(S + M K).
public func rankDistributionDifferences(_ draws: ChainDraws, points: Int) -> [[Double]] {
    precondition(points > 0, "at least one point")
    guard draws.problem == nil else { return [] }
    let (order, length, total) = (draws.sorted, draws.drawCount, draws.totalCount)
    var counts = [Int](repeating: 0, count: draws.chainCount * (points + 1))
    var first = 0
    while first < total {
        var last = first
        while last + 1 < total, order.values[last + 1] == order.values[first] { last += 1 }
        // u = (first + last + 1) / (2 S) counts from the first z on that is not below it.
        let place = ((first + last + 1) * points + 2 * total - 1) / (2 * total)
        for index in first...last { counts[Int(order.positions[index]) / length * (points + 1) + place] += 1 }
        first = last + 1
    }
    return (0..<draws.chainCount).map { chain in
        var sum = 0
        return (0...points).map { place in
            sum += counts[chain * (points + 1) + place]
            return Double(sum) / Double(length) - Double(place) / Double(points)
        }
    }
}

/// How far `rankDistributionDifferences` of chains with the same distribution stray.
///
/// `c sqrt(z (1 - z) (1/T - 1/S) S/(S - 1))`, the standard deviation of the hypergeometric count of a chain below `z`
/// times a factor: with the probability `level` no chain is farther away at any of the points. As in [SPB22] the
/// intervals of the points have a common coverage, adjusted to the simultaneous one; in place of the hypergeometric
/// distribution stands its normal limit, and chains count as independent of each other. The limit needs about ten draws of
/// a chain between two points, `T / K >= 10`: with 32 chains of 50 draws and K = 40 the band holds 83 % instead of 95 %.
///
/// - Parameters:
///   - chains: M.
///   - draws: T, independent draws of each chain; of correlated draws what they are worth.
///   - points: K.
///   - level: in (0, 1).
/// - Returns: half widths at `z = 0, 1/K, …, 1`; of a single chain, whose ranks are uniform anyway, only zeros.
public func rankDistributionBand(chains: Int, draws: Double, points: Int, level: Double) -> [Double] {
    let total = draws * Double(chains)
    guard chains > 1, draws > 0, total > 1 else { return [Double](repeating: 0, count: points + 1) }
    let factor = BridgeBand(points: points).factor(level: .pow(level, 1 / Double(chains)))
    let variance = (1 / draws - 1 / total) * total / (total - 1)
    return (0...points).map { place in
        let z = Double(place) / Double(points)
        return factor * (z * (1 - z) * variance).squareRoot()
    }
}
