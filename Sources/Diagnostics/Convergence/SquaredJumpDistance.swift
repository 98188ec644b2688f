// SPDX-License-Identifier: Apache-2.0
// Expected squared jump distance: how far a chain moves in one step.

/// Mean of `(x_t+1 - x_t)^2` over all steps of all chains, [PG10], in squared units of the quantity.
///
/// The jump distance of a vector is the sum over its quantities. Rejections count as jumps of length 0.
///
/// - Undefined cases: no draws, a draw that is not finite, fewer than two draws per chain. A stuck chain has the honest
///   value 0.
public func expectedSquaredJumpDistance(_ draws: ChainDraws) -> Diagnosis {
    if let problem = draws.problem, problem != .constant { return .undefined(problem) }
    guard draws.drawCount > 1 else { return .undefined(.tooFew(needed: 2)) }
    var sum = 0.0
    for chain in 0..<draws.chainCount {
        let values = draws.matrix[chain]
        for (before, after) in zip(values, values.dropFirst()) { sum += (after - before) * (after - before) }
    }
    return Diagnosis(finite: sum / Double(draws.chainCount * (draws.drawCount - 1)))
}
