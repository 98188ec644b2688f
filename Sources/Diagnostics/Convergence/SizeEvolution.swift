// SPDX-License-Identifier: Apache-2.0
// How the effective sample size grows with the draws: along a straight line if the chains mix.

/// Effective sample sizes of the first draws of every chain.
public struct SizeSoFar: Sendable, Equatable {
    /// Draws of each chain that were looked at.
    public let drawCount: Int
    /// Bulk effective sample size of them.
    public let bulk: Diagnosis
    /// Tail effective sample size of them.
    public let tail: Diagnosis
}

/// Effective sample sizes of the first draws of every chain, as drawn in the examples of [VGSCB21].
///
/// Of the first `T/K`, of the first `2T/K` and so on up to all T. Where chains have not yet met some part of the
/// distribution the sizes stop growing, or jump, when they meet it.
///
/// - Parameters:
///   - draws: the draws.
///   - parts: K; of fewer draws than parts each draw is one.
/// - Undefined cases: each size for itself, as for `bulkEffectiveSampleSize` and `tailEffectiveSampleSize`.
/// - Complexity: O(K S log T).
public func effectiveSampleSizeEvolution(_ draws: ChainDraws, parts: Int) -> [SizeSoFar] {
    precondition(parts > 0, "at least one part")
    let (matrix, length) = (draws.matrix, draws.drawCount)
    return (1...parts).compactMap { part in
        let count = part * length / parts
        guard count > (part - 1) * length / parts else { return nil }
        let some = count == length ? draws : ChainDraws((0..<matrix.count).map { Array(matrix[$0].prefix(count)) })
        return SizeSoFar(
            drawCount: count, bulk: bulkEffectiveSampleSize(some), tail: tailEffectiveSampleSize(some))
    }
}
