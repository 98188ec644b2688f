// SPDX-License-Identifier: Apache-2.0
// Potential scale reduction: how much of the spread of the draws lies between the chains.

/// R-hat of sequences as they are.
///
/// `sqrt((B/W + n - 1) / n)` with the between-sequence variance `B = n var(means)` and the mean
/// within-sequence variance `W`, [GCSDVR13] sec. 11.4, in the form of [VGSCB21] sec. 3.1.
///
/// - Parameter sequences: `[C, n]`; halves of chains, so that a trend within a chain counts as a difference.
/// - Undefined cases: no values, a value that is not finite, all values equal, every sequence constant, one sequence,
///   fewer than two values per sequence.
public func potentialScaleReduction(_ sequences: ChainMatrix) -> Diagnosis {
    if let problem = sequences.problem { return .undefined(problem) }
    guard sequences.count > 1, sequences.length > 1 else { return .undefined(.tooFew(needed: 2)) }
    let shifted = sequences.fromFirst
    let moments = (0..<shifted.count).map { Moments(shifted[$0]) }
    let within = moments.reduce(0) { $0 + $1.variance } / Double(sequences.count)
    guard within.isFinite else { return .undefined(.outOfRange) }
    guard within > 0 else { return .undefined(.constantChains) }
    let length = Double(sequences.length)
    let between = length * Moments(moments.map(\.mean)).variance
    return Diagnosis(finite: ((between / within + length - 1) / length).squareRoot())
}

/// R-hat of the halves of the chains, without ranks; blind where the variance is infinite or only the spread of chains
/// differs.
///
/// - Undefined cases: those of `potentialScaleReduction`; fewer than four draws per chain.
public func splitRHat(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 4) { potentialScaleReduction(draws.halves) }
}

/// R-hat of the rank-normalised halves: whether the chains are at the same place.
///
/// [VGSCB21] sec. 4.1.
///
/// - Undefined cases: as for `splitRHat`.
public func bulkRHat(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 4) { potentialScaleReduction(draws.scores) }
}

/// R-hat of the rank-normalised distances from the median: whether the chains are equally wide.
///
/// [VGSCB21] sec. 4.2.
///
/// - Undefined cases: as for `splitRHat`; all draws equally far from the median.
public func foldedRHat(_ draws: ChainDraws) -> Diagnosis {
    guarded(draws, needed: 4) {
        let scores = draws.foldedScores
        return scores.problem == .constant
            ? .undefined(.constantDeviations) : potentialScaleReduction(scores)
    }
}

/// Rank-normalised split R-hat, the larger of `bulkRHat` and `foldedRHat`, [VGSCB21]; above 1.01 the chains disagree.
///
/// One chain is enough, as in posterior: its halves are compared. ArviZ asks for two.
///
/// - Undefined cases: those of its two parts.
public func rHat(_ draws: ChainDraws) -> Diagnosis {
    .combine(bulkRHat(draws), foldedRHat(draws), max)
}

/// A diagnostic of draws that have no problem and are long enough.
func guarded(_ draws: ChainDraws, needed: Int, _ diagnostic: () -> Diagnosis) -> Diagnosis {
    if let problem = draws.problem { return .undefined(problem) }
    return draws.drawCount < needed ? .undefined(.tooFew(needed: needed)) : diagnostic()
}
