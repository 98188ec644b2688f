// SPDX-License-Identifier: Apache-2.0
// From autocorrelations to the integrated autocorrelation time, by Geyer's two rules for cutting off the noise.

/// The sum of autocorrelations over lags, cut off where noise begins.
enum GeyerSequence {
    /// `tau = -1 + 2 sum_t rho_t` over the pairs `rho_2k + rho_2k+1` that are positive (initial positive sequence) and
    /// made not to increase (initial monotone sequence), [Gey92], plus the even lag behind them where it is positive,
    /// which reduces the variance for antithetic chains ([VGSCB21], and the reference implementation in posterior).
    ///
    /// - Parameters:
    ///   - known: how many lags can be asked for.
    ///   - length: numbers per sequence; pairs end at lag `length - 4`.
    ///   - correlation: `rho_t` for `0 < t < known`.
    /// - Returns: `tau`, or `nil` when the sequence did not end within the known lags.
    static func integratedTime(known: Int, length: Int, correlation: (Int) -> Double) -> Double? {
        // The pairs that count, from (rho_0 = 1, rho_1).
        var pairs: [(even: Double, odd: Double)] = []
        var pair = (even: 1.0, odd: correlation(1))
        var lag = 0
        while pair.even + pair.odd > 0, lag < length - 5 {
            pairs.append(pair)
            lag += 2
            guard lag + 1 < known else { return nil }
            pair = (correlation(lag), correlation(lag + 1))
        }
        // Pair means may not grow; a pair that does takes over the mean of the pair before it.
        for k in pairs.indices.dropFirst() where pairs[k].even + pairs[k].odd > pairs[k - 1].even + pairs[k - 1].odd {
            let mean = (pairs[k - 1].even + pairs[k - 1].odd) / 2
            pairs[k] = (mean, mean)
        }
        // A pair at which the lags ended, not the positive sequence, gives its even half whatever its sign.
        let rest = pair.even + pair.odd >= 0 ? pair.even : max(pair.even, 0)
        return -1 + 2 * pairs.reduce(0) { $0 + $1.even + $1.odd } + rest
    }
}
