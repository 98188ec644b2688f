// SPDX-License-Identifier: Apache-2.0
// What one step of M chains tells: proposals, also the rejected ones, and what became of them.

import RealModule

/// The record of one step of M chains; hand the same value to every step, its arrays are used again.
public struct StepInfo: Sendable, Equatable {
    /// The proposed points, `[M, D]`, accepted or not.
    public internal(set) var proposals: [Double] = []
    /// The target's log density at the proposals as it was evaluated, `[M]`; NaN and infinities included.
    public internal(set) var proposedLogDensity: [Double] = []
    /// `log p(x') q(x | x') / (p(x) q(x' | x))`, `[M]`, not clipped; `-infinity` for proposals that have no density.
    public internal(set) var logRatio: [Double] = []
    /// Whether the chain moved to its proposal, `[M]`.
    public internal(set) var accepted: [Bool] = []
    /// Proposals whose density was NaN or `+infinity`, or whose ratio was NaN: rejected.
    public internal(set) var invalidCount = 0
    /// Log densities evaluated without gradient.
    public internal(set) var densityEvaluations = 0
    /// Log densities evaluated with gradient.
    public internal(set) var gradientEvaluations = 0

    /// An empty record.
    public init() {}

    /// M.
    public var count: Int { accepted.count }

    /// How many chains moved.
    public var acceptedCount: Int { accepted.reduce(0) { $0 + ($1 ? 1 : 0) } }

    /// The mean over the chains of `min(1, exp(logRatio))`, in [0, 1].
    ///
    /// Less noisy than the share of accepted moves; NaN for no chains.
    public var meanAcceptanceProbability: Double {
        logRatio.reduce(0) { $0 + ($1 < 0 ? .exp($1) : 1) } / Double(logRatio.count)
    }

    /// Makes room for M chains of D coordinates and sets the counts to 0.
    mutating func prepare(count: Int, dimension: Int) {
        if accepted.count != count || proposals.count != count * dimension {
            proposals = [Double](repeating: 0, count: count * dimension)
            proposedLogDensity = [Double](repeating: 0, count: count)
            logRatio = [Double](repeating: 0, count: count)
            accepted = [Bool](repeating: false, count: count)
        }
        invalidCount = 0
        densityEvaluations = 0
        gradientEvaluations = 0
    }
}
