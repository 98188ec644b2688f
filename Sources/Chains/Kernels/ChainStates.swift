// SPDX-License-Identifier: Apache-2.0
// Where M chains stand: what the next step needs, and nothing else.

import CKernels

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

    /// States as they were read from other ones, such as those of a checkpoint; nothing is evaluated.
    ///
    /// Numbers that an evaluation at the points would give may differ in their last bits.
    ///
    /// - Shapes: `points` is `[M, D]`, `logDensity` is `[M]`; `gradients` is `[M, D]` or empty, `logProposal` is `[M]` or
    ///   empty.
    public init(
        dimension: Int, points: [Double], logDensity: [Double], gradients: [Double] = [], logProposal: [Double] = []
    ) {
        requireEqual(points.count, logDensity.count * dimension, "coordinates of the states")
        if !gradients.isEmpty { requireEqual(gradients.count, points.count, "gradients of the states") }
        if !logProposal.isEmpty { requireEqual(logProposal.count, logDensity.count, "log proposals of the states") }
        self.dimension = dimension
        self.points = points
        self.logDensity = logDensity
        self.gradients = gradients
        self.logProposal = logProposal
    }

    /// Takes over the log density of a changed proposal distribution at the states, `[M]`, which was evaluated elsewhere.
    public mutating func setLogProposal(_ values: [Double]) {
        requireEqual(values.count, count, "log proposals of the states")
        logProposal = values
    }

    /// Moves the chains whose proposal was accepted.
    mutating func move(to info: borrowing StepInfo, _ scratch: borrowing ProposalScratch) {
        moveRows(&points, to: info.proposals, where: info.accepted)
        moveRows(&logDensity, to: info.proposedLogDensity, where: info.accepted)
        if !gradients.isEmpty { moveRows(&gradients, to: scratch.gradients, where: info.accepted) }
        if !logProposal.isEmpty { moveRows(&logProposal, to: scratch.logProposal, where: info.accepted) }
    }
}

/// Copies the accepted rows.
private func moveRows(_ current: inout [Double], to proposed: [Double], where accepted: [Bool]) {
    let width = current.count / max(1, accepted.count)
    elbo_move_rows(&current, proposed, accepted, accepted.count, width)
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
