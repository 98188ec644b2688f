// SPDX-License-Identifier: Apache-2.0
// Rank normalisation: draws replaced by the normal quantiles of their ranks, so that heavy tails cannot hide anything.

import Probability

/// Normal quantiles of average ranks.
///
/// `Phi^-1((r - 3/8) / (S + 1/4))`, [VGSCB21] sec. 4.1 with the offset of [Blo58].
///
/// - Parameters:
///   - order: the S numbers in ascending order.
///   - count: largest position plus one; the result has so many elements.
/// - Returns: the scores at the positions of the numbers. Equal numbers share the mean of their ranks, so a quantity
///   with few distinct values keeps them.
func normalScores(_ order: SortedOrder, count: Int) -> [Double] {
    var scores = [Double](repeating: 0, count: count)
    let total = order.values.count
    var first = 0
    while first < total {
        var last = first
        while last + 1 < total, order.values[last + 1] == order.values[first] { last += 1 }
        // Ranks first + 1 … last + 1.
        let rank = 0.5 * Double(first + last) + 1
        let score = inverseNormalCDF((rank - 0.375) / (Double(total) + 0.25))
        for place in first...last { scores[Int(order.positions[place])] = score }
        first = last + 1
    }
    return scores
}
