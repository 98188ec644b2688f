// SPDX-License-Identifier: Apache-2.0
// Monte Carlo standard errors: how far estimates from these draws lie from what endless sampling would give.

import Probability

/// Standard error of the mean, `sd / sqrt(ess)`, in the units of the quantity.
///
/// - Undefined cases: as for `meanEffectiveSampleSize`.
public func meanStandardError(_ draws: ChainDraws) -> Diagnosis {
    .combine(meanEffectiveSampleSize(draws), .value(Moments(draws.matrix.values).variance.squareRoot())) {
        $1 / $0.squareRoot()
    }
}

/// Standard error of the standard deviation, without assuming normal draws.
///
/// `sqrt((m4 - m2^2) / ess / (4 m2))` with the central
/// moments `m2`, `m4` over S, [KK51] p. 141, and the effective sample size of the squared deviations.
///
/// As in posterior. Current ArviZ releases that use the effective sample size of the draws themselves give other
/// numbers.
///
/// - Undefined cases: as for `standardDeviationEffectiveSampleSize`.
public func standardDeviationStandardError(_ draws: ChainDraws) -> Diagnosis {
    guard case .value(let size) = standardDeviationEffectiveSampleSize(draws) else {
        return standardDeviationEffectiveSampleSize(draws)
    }
    let values = draws.matrix.fromFirst.values
    let mean = Moments(values).mean
    let squares = Moments(values.map { ($0 - mean) * ($0 - mean) })
    // m4 - m2^2 is the variance of the squared deviations over S.
    return Diagnosis(finite: (squares.squaredDeviations / Double(squares.count) / size / squares.mean / 4).squareRoot())
}

/// Standard error of the median; undefined as for `quantileStandardError`.
public func medianStandardError(_ draws: ChainDraws) -> Diagnosis {
    quantileStandardError(draws, 0.5)
}

/// Standard error of a quantile.
///
/// Half the distance between the order statistics at the 15.87 % and 84.13 % points of
/// Beta(ess p + 1, ess (1 - p) + 1), [VGSCB21] sec. 4.4.
///
/// - Parameters:
///   - draws: the draws.
///   - probability: of the quantile, p in [0, 1].
/// - Undefined cases: as for `quantileEffectiveSampleSize`.
public func quantileStandardError(_ draws: ChainDraws, _ probability: Double) -> Diagnosis {
    let size = quantileEffectiveSampleSize(draws, probability)
    guard case .value(let ess) = size else { return size }
    let (a, b) = (ess * probability + 1, ess * (1 - probability) + 1)
    // One standard deviation to either side of a normal, with the digits that posterior has.
    let lower = inverseRegularizedIncompleteBeta(0.1586553, a, b)
    let upper = inverseRegularizedIncompleteBeta(0.8413447, a, b)
    let count = Double(draws.totalCount)
    let first = draws.sorted.values[Int(max((lower * count).rounded(.down), 1)) - 1]
    let last = draws.sorted.values[Int(min((upper * count).rounded(.up), count)) - 1]
    return Diagnosis(finite: (last - first) / 2)
}
