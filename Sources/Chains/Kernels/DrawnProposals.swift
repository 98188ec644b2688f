// SPDX-License-Identifier: Apache-2.0
// Proposals that were drawn and evaluated by somebody else, who had to do it anyway.

/// One draw of a proposal distribution for each of M chains, with all that a step asks of it.
public struct DrawnProposals: Sendable, Equatable {
    /// Independent draws, `[M, D]`.
    public let points: [Double]
    /// The log density of the proposal distribution at the draws, `[M]`.
    public let logProposal: [Double]
    /// The target's log density at the draws, `[M]`.
    public let logDensity: [Double]

    /// Draws with their densities.
    ///
    /// - Shapes: `points` is `[M, D]`, the others are `[M]`.
    public init(points: [Double], logProposal: [Double], logDensity: [Double]) {
        requireEqual(logDensity.count, logProposal.count, "log densities of proposals")
        self.points = points
        self.logProposal = logProposal
        self.logDensity = logDensity
    }
}
