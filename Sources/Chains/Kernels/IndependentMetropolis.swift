// SPDX-License-Identifier: Apache-2.0
// Metropolis-Hastings with proposals that do not depend on where the chain is.

import Probability

/// The independent Metropolis-Hastings kernel: `x' ~ q`, ratio `p(x') q(x) / (p(x) q(x'))` [Tie94].
///
/// The states hold `log q(x)`. Whoever changes the proposal must call `refreshLogProposal`: a ratio with the density of an
/// older q leaves nothing invariant.
public struct IndependentMetropolis: MarkovKernel {
    /// The density that the chains sample.
    public let target: any LogDensity
    /// The distribution of the proposals; after a change call `refreshLogProposal`.
    public var proposal: any ProposalDistribution
    /// The random streams.
    public var streams: KernelStreams
    private var scratch = ProposalScratch()

    /// A kernel.
    ///
    /// - Precondition: target and proposal have the same dimension.
    public init(target: any LogDensity, proposal: any ProposalDistribution, streams: KernelStreams) {
        requireEqual(proposal.dimension, target.dimension, "dimension of a proposal")
        self.target = target
        self.proposal = proposal
        self.streams = streams
    }

    /// Chains at the given points, `[M, D]`.
    public func initialState(_ points: [Double]) -> ChainStates {
        var states = ChainStates(points: points, of: target, withGradients: false)
        refreshLogProposal(&states)
        return states
    }

    /// Evaluates `log q` at the states again, which is due after every change of the proposal.
    public func refreshLogProposal(_ states: inout ChainStates) {
        if states.logProposal.count != states.count {
            states.logProposal = [Double](repeating: 0, count: states.count)
        }
        states.logProposal.withUnsafeMutableBufferPointer { values in
            states.points.withUnsafeBufferPointer { proposal.logDensity($0, into: values) }
        }
    }

    /// Advances every chain by one proposal.
    public mutating func step(_ states: inout ChainStates, into info: inout StepInfo) {
        let count = states.count
        requireEqual(states.logProposal.count, count, "log proposals of the states")
        info.prepare(count: count, dimension: states.dimension)
        if scratch.logProposal.count != count { scratch.logProposal = [Double](repeating: 0, count: count) }
        info.proposals.withUnsafeMutableBufferPointer { points in
            scratch.logProposal.withUnsafeMutableBufferPointer {
                proposal.sample(into: points, logDensity: $0, using: &streams.proposal)
            }
            info.proposedLogDensity.withUnsafeMutableBufferPointer {
                target.logDensity(UnsafeBufferPointer(points), into: $0)
            }
        }
        info.densityEvaluations = count
        decide(&states, &info)
    }

    /// Advances every chain by a proposal that was drawn and evaluated elsewhere; no density is evaluated.
    ///
    /// - Precondition: the draws do not depend on the states, and `log q` of the states is of the same q as that of the draws.
    public mutating func step(_ states: inout ChainStates, to drawn: DrawnProposals, into info: inout StepInfo) {
        requireEqual(states.logProposal.count, states.count, "log proposals of the states")
        requireEqual(drawn.logProposal.count, states.count, "proposals of the chains")
        requireEqual(drawn.points.count, states.points.count, "coordinates of the proposals")
        info.prepare(count: states.count, dimension: states.dimension)
        info.proposals = drawn.points
        info.proposedLogDensity = drawn.logDensity
        scratch.logProposal = drawn.logProposal
        decide(&states, &info)
    }

    /// Accepts or rejects the proposals in `info` and moves the chains.
    private mutating func decide(_ states: inout ChainStates, _ info: inout StepInfo) {
        info.logRatio.withUnsafeMutableBufferPointer { ratios in
            for chain in ratios.indices { ratios[chain] = states.logProposal[chain] - scratch.logProposal[chain] }
        }
        streams.decide(states, &info, &scratch.logUniform)
        states.move(to: info, scratch)
    }
}
