// SPDX-License-Identifier: Apache-2.0
// Effective sample size: how many independent draws would estimate as well as these do.

import RealModule

/// Sequences shorter than this have no pair of lags to look at: an estimate would be a constant in disguise.
private let shortestSequence = 6

/// Effective sample size of the mean of sequences as they are.
///
/// `S / tau` with Geyer's integrated autocorrelation time over all of
/// them, [VGSCB21] sec. 3.2; at most `S log10 S`, which antithetic chains reach.
///
/// - Parameter sequences: `[C, n]`, S = C n; halves of chains, so that a trend counts.
/// - Undefined cases: no values, a value that is not finite, all values equal, fewer than six values per sequence.
///   There posterior answers S/2 and ArviZ S log10 S, without having looked at any autocorrelation; for constant values
///   ArviZ says S.
/// - Complexity: O(S log n). Short lags are enough for chains that mix, so the transforms are first padded by a quarter
///   only.
public func effectiveSampleSize(_ sequences: ChainMatrix) -> Diagnosis {
    if let problem = sequences.problem { return .undefined(problem) }
    let length = sequences.length
    guard length >= shortestSequence else { return .undefined(.tooFew(needed: shortestSequence)) }
    let sequences = sequences.fromFirst
    let means = (0..<sequences.count).map { Moments(sequences[$0]).mean }
    let total = Double(sequences.values.count)
    for lags in [length / 4 + 2, length] {
        let products = sequences.laggedProducts(centres: means, atLeast: lags)
        // Biased autocovariances, as [Gey92] recommends, averaged over the sequences.
        let within = products[0] / total
        let spread = within + (sequences.count > 1 ? Moments(means).variance : 0)
        let unbiased = within * Double(length) / Double(length - 1)
        guard spread.isFinite, spread > 0 else { return .undefined(.outOfRange) }
        let time = GeyerSequence.integratedTime(known: products.count, length: length) { lag in
            1 - (unbiased - products[lag] / total) / spread
        }
        if let time { return Diagnosis(finite: total / max(time, 1 / .log10(total))) }
    }
    // With all lags known the sequence always ends.
    return .undefined(.outOfRange)
}

/// Effective sample size for the mean: that of the halves of the chains.
///
/// - Undefined cases: those of `effectiveSampleSize`; fewer than twelve draws per chain.
public func meanEffectiveSampleSize(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 2 * shortestSequence) { effectiveSampleSize(draws.halves) }
}

/// Bulk effective sample size, of the rank-normalised halves: also meaningful with infinite variance.
///
/// [VGSCB21] sec. 4.1.
///
/// - Undefined cases: as for `meanEffectiveSampleSize`.
public func bulkEffectiveSampleSize(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 2 * shortestSequence) { effectiveSampleSize(draws.scores) }
}

/// Tail effective sample size, the smaller of those of the 5 % and the 95 % quantile.
///
/// [VGSCB21] sec. 4.3.
///
/// - Undefined cases: as for `quantileEffectiveSampleSize`.
public func tailEffectiveSampleSize(_ draws: ChainDraws) -> Diagnosis {
    .combine(quantileEffectiveSampleSize(draws, 0.05), quantileEffectiveSampleSize(draws, 0.95), min)
}

/// Effective sample size for the standard deviation: that of the squared deviations from the mean of all draws.
///
/// As in posterior since 1.6.1; older releases used absolute deviations.
///
/// - Undefined cases: as for `meanEffectiveSampleSize`; all draws equally far from the mean.
public func standardDeviationEffectiveSampleSize(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 2 * shortestSequence) {
        let mean = Moments(draws.matrix.fromFirst.values).mean
        let size = effectiveSampleSize(draws.halves.fromFirst.mapValues { ($0 - mean) * ($0 - mean) })
        return switch size.reason {
        case .constant: .undefined(.constantDeviations)
        case .notFinite: .undefined(.outOfRange)
        default: size
        }
    }
}

/// Effective sample size for the median.
///
/// - Undefined cases: as for `quantileEffectiveSampleSize`.
public func medianEffectiveSampleSize(_ draws: ChainDraws) -> Diagnosis {
    quantileEffectiveSampleSize(draws, 0.5)
}

/// Effective sample size for a quantile: that of the indicator `x <= q` of the halves.
///
/// [VGSCB21] sec. 4.3.
///
/// - Parameters:
///   - draws: the draws.
///   - probability: of the quantile, in [0, 1]; 1 stands for `1 - 1/(2S)`.
/// - Undefined cases: as for `meanEffectiveSampleSize`; no draw beyond the quantile.
public func quantileEffectiveSampleSize(_ draws: ChainDraws, _ probability: Double) -> Diagnosis {
    precondition(probability >= 0 && probability <= 1, "a probability lies in [0, 1]")
    return guarded(draws, needed: 2 * shortestSequence) {
        let total = Double(draws.totalCount)
        let quantile = draws.sorted.quantile(probability == 1 ? (total - 0.5) / total : probability)
        let size = effectiveSampleSize(draws.halves.mapValues { $0 <= quantile ? 1 : 0 })
        return size.reason == .constant ? .undefined(.oneSided) : size
    }
}
