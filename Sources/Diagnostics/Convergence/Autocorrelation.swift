// SPDX-License-Identifier: Apache-2.0
// Autocorrelations for the eye, and the one number that sums them up.

/// Autocorrelation function of several chains about their common mean.
///
/// `sum_c sum_t y_ct y_c(t+s)` over its value at lag 0, with
/// `y = x - mean of all draws`. Chains that stand apart stay correlated at all lags.
///
/// - Parameters:
///   - draws: the draws.
///   - lags: how many lags are wanted, from 0; no more than there are draws come back.
/// - Returns: values in [-1, 1], the first is 1; empty in the undefined cases.
/// - Undefined cases: no draws, a draw that is not finite, all draws equal.
/// - Complexity: O(S log T).
public func autocorrelations(_ draws: ChainDraws, lags: Int) -> [Double] {
    guard draws.problem == nil, lags > 0 else { return [] }
    let matrix = draws.matrix.fromFirst
    let mean = Moments(matrix.values).mean
    let products = matrix.laggedProducts(
        centres: [Double](repeating: mean, count: draws.chainCount), atLeast: min(lags, draws.drawCount))
    guard products[0].isFinite, products[0] > 0 else { return [] }
    return products.prefix(lags).map { $0 / products[0] }
}

/// Autocorrelation of neighbouring draws, lag 1 of `autocorrelations`.
///
/// - Undefined cases: no draws, a draw that is not finite, all draws equal, fewer than two draws per chain.
public func neighbourAutocorrelation(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 2) {
        let correlations = autocorrelations(draws, lags: 2)
        return correlations.count == 2 ? Diagnosis(finite: correlations[1]) : .undefined(.outOfRange)
    }
}

/// Integrated autocorrelation time: so many draws are worth one independent draw.
///
/// `S / ess` for the mean, in draws.
///
/// - Undefined cases: as for `meanEffectiveSampleSize`.
public func integratedAutocorrelationTime(_ draws: ChainDraws) -> Diagnosis {
    meanEffectiveSampleSize(draws).map { Double(draws.totalCount) / $0 }
}
