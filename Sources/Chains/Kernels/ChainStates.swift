// SPDX-License-Identifier: Apache-2.0
// Where M chains stand: what the next step needs, and nothing else.

/// The states of M chains that are advanced as one batch.
///
/// A value: a copy is a checkpoint. `gradients` is empty unless the kernel follows them, `logProposal` unless it proposes
/// independently.
public struct ChainStates: Sendable, Equatable {
    /// D.
    public let dimension: Int
    /// Where the chains are, `[M, D]`.
    public internal(set) var points: [Double]
    /// The target's log density there, `[M]`; `-infinity` for a start outside the support.
    public internal(set) var logDensity: [Double]
    /// The derivatives of the log density, `[M, D]`, or empty.
    public internal(set) var gradients: [Double] = []
    /// The log density of the proposal distribution there, `[M]`, or empty.
    public internal(set) var logProposal: [Double] = []

    /// M.
    public var count: Int { logDensity.count }

    /// Chains at the given points of a target, `[M, D]`.
    ///
    /// A point whose log density is NaN or `+infinity` counts as outside of the support: its chain leaves it with the
    /// first proposal that is inside.
    init(points: [Double], of target: any LogDensity, withGradients: Bool) {
        dimension = target.dimension
        self.points = points
        if withGradients {
            (logDensity, gradients) = target.logDensityAndGradient(points)
            dropUselessGradients(&gradients)
        } else {
            logDensity = target.logDensity(points)
        }
        for chain in logDensity.indices where !(logDensity[chain] < .infinity) { logDensity[chain] = -.infinity }
    }

    /// Chains of an independent kernel as they were when their states were put aside.
    ///
    /// The densities are taken as they are: evaluated anew they would differ in the last bits.
    ///
    /// - Shapes: `points` is `[M, D]`, the others `[M]`.
    public init(dimension: Int, points: [Double], logDensity: [Double], logProposal: [Double]) {
        requireEqual(points.count, dimension * logDensity.count, "coordinates of stored states")
        requireEqual(logProposal.count, logDensity.count, "log proposals of stored states")
        (self.dimension, self.points, self.logDensity, self.logProposal) = (dimension, points, logDensity, logProposal)
    }

    /// Moves the chains whose proposal was accepted.
    mutating func move(to info: borrowing StepInfo, _ scratch: borrowing ProposalScratch) {
        let hasGradients = !gradients.isEmpty
        let hasLogProposal = !logProposal.isEmpty
        for chain in 0..<count where info.accepted[chain] {
            logDensity[chain] = info.proposedLogDensity[chain]
            if hasLogProposal { logProposal[chain] = scratch.logProposal[chain] }
            let first = chain * dimension
            for index in first..<first + dimension {
                points[index] = info.proposals[index]
                if hasGradients { gradients[index] = scratch.gradients[index] }
            }
        }
    }
}

/// Replaces derivatives that are not finite, as outside the support, by 0: a drift of zero is still a valid proposal.
func dropUselessGradients(_ gradients: inout [Double]) {
    for index in gradients.indices where !gradients[index].isFinite { gradients[index] = 0 }
}

/// What a kernel computes of its proposals and nobody else needs; kept between steps to spare allocations.
struct ProposalScratch {
    /// The derivatives at the proposals, `[M, D]`.
    var gradients: [Double] = []
    /// The proposal distribution's log density at the proposals, `[M]`.
    var logProposal: [Double] = []
    /// Standard normal numbers or momenta, `[M, D]`.
    var noise: [Double] = []
    /// The logarithms of uniform numbers, `[M]`.
    var logUniform: [Double] = []
}
