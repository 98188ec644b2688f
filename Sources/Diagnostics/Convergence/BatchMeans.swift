// SPDX-License-Identifier: Apache-2.0
// The effective sample size by batch means that A-NICE-MC's current code reports. A rate, not a count.

/// Effective sample size per draw by batch means: `var(chain) / (b^2 var(batch means))` over the first `b =
/// floor(cbrt(T))` batches of `b^2` draws, variances with denominators T and b; the smallest over the chains.
///
/// Multiply by T for a count. The published code ([SZE17], since 2018) computes `T ** (1 / 3)`: under Python 2 the
/// exponent is the whole number 0, which makes one batch of one draw and a division by 0; and in floating point the
/// cube root of 1000 is 9.99…, which makes 9 batches. Neither is reproduced: the root here is that of whole numbers.
/// Few batches make a noisy estimate, which can be above 1.
///
/// - Undefined cases: no draws, a draw that is not finite, all draws equal, fewer than eight draws per chain, a chain
///   that is constant or whose batches have equal means.
public func batchMeansEfficiency(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 8) {
        let matrix = draws.matrix.fromFirst
        var smallest = Double.infinity
        for chain in 0..<matrix.count {
            switch batchMeansEfficiency(ofChain: matrix[chain]) {
            case .value(let efficiency): smallest = min(smallest, efficiency)
            case .undefined(let reason): return .undefined(reason)
            }
        }
        return Diagnosis(finite: smallest)
    }
}

/// The same for one chain.
private func batchMeansEfficiency(ofChain draws: ArraySlice<Double>) -> Diagnosis {
    var batches = 1
    while (batches + 1) * (batches + 1) * (batches + 1) <= draws.count { batches += 1 }
    let size = batches * batches
    let means = (0..<batches).map { batch in
        Moments(draws.dropFirst(batch * size).prefix(size)).mean
    }
    let chain = Moments(draws).squaredDeviations / Double(draws.count)
    let between = Moments(means).squaredDeviations / Double(batches)
    return between > 0 ? Diagnosis(finite: chain / (Double(size) * between)) : .undefined(.constant)
}
