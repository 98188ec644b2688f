// SPDX-License-Identifier: Apache-2.0
// The best units by a score, so many per gate, with the coupling between gates.

import EngineKit

extension CostGraph {
    /// The units with the highest scores of their gate, `counts[g]` of them, such that coupling takes none away.
    ///
    /// A unit inside a parent is eligible only if its parent is chosen, and every chosen parent gets its best unit first:
    /// a parent without units would be dead. Equal scores are taken in the order of units; NaN counts as the highest score,
    /// since an unknown unit is never removed silently.
    ///
    /// - Parameters:
    ///   - scores: one list per group, an entry per unit.
    ///   - counts: survivors of masks that obey the coupling (`effectiveMasks`), so that there is a choice with these counts.
    /// - Returns: masks that are their own effective masks.
    func best(of scores: [[Double]], counts: [Int]) -> [[Bool]] {
        var masks: [[Bool]] = []
        for (index, group) in groups.enumerated() {
            let ranked = ranking(scores[index])
            var chosen: [Int] = []
            if let parent = group.parent {
                let eligible = ranked.filter { masks[parent.group][$0 / parent.block] }
                var served = Set<Int>()
                chosen = eligible.filter { served.insert($0 / parent.block).inserted }
                let first = Set(chosen)
                chosen += eligible.lazy.filter { !first.contains($0) }.prefix(max(0, counts[index] - chosen.count))
            } else {
                chosen = Array(ranked.prefix(counts[index]))
            }
            var mask = Array(repeating: false, count: group.units)
            for unit in chosen { mask[unit] = true }
            masks.append(mask)
        }
        return masks
    }

    /// Units from the highest score to the lowest.
    private func ranking(_ scores: [Double]) -> [Int] {
        let comparable = scores.map { $0.isNaN ? .infinity : $0 }
        return scores.indices.sorted { (comparable[$1], $0) < (comparable[$0], $1) }
    }
}
