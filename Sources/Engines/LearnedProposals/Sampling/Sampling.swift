// SPDX-License-Identifier: Apache-2.0
// Fresh chains with the learned proposal: what they have drawn, and what is known of the draws.

import Chains

extension SamplingSettings {
    /// Steps of all chains between two looks at commands; a slice takes milliseconds.
    static let stepsPerSlice = 50

    /// Slices of burn-in and kept draws.
    var slices: Int { burnInSlices + (draws + Self.stepsPerSlice - 1) / Self.stepsPerSlice }
    /// Slices whose draws are thrown away.
    var burnInSlices: Int { (burnIn + Self.stepsPerSlice - 1) / Self.stepsPerSlice }
}

/// Chains under way with the draws that they have given.
struct Sampling {
    var kernel: IndependentMetropolis
    var states: ChainStates
    /// Slices done.
    var slices = 0
    /// Whether there are all draws that were asked for, or enough of them.
    var isComplete = false
    /// The draws of the steps behind the burn-in.
    var kept: KeptDraws
    /// Sums for the divergences: of `log p - log q` over kept proposals and over the states before them.
    var ratioOfProposals = 0.0
    var ratioOfStates = 0.0

    /// Chains of a target with an independent proposal.
    ///
    /// - Parameter start: where they begin, `[M, D]`; `nil` for draws of the proposal.
    init(
        target: any LogDensity, proposal: any ProposalDistribution, chains: Int, seed: UInt64, start: [Double]? = nil
    ) {
        kernel = IndependentMetropolis(
            target: target, proposal: proposal, streams: KernelStreams(seed: seed, index: 1))
        states = kernel.initialState(
            start ?? proposal.sample(count: chains, using: &kernel.streams.proposal).points)
        kept = KeptDraws(chains: chains, dimension: target.dimension)
    }

    /// Steps of all chains, each kept or thrown away, and told to a block.
    mutating func advance(steps: Int, isKept: Bool, into block: inout BlockCollector) {
        var info = StepInfo()
        for _ in 0..<steps {
            let before = zip(states.logDensity, states.logProposal).map { $0 - $1 }
            kernel.step(&states, into: &info)
            block.take(states, info)
            guard isKept else { continue }
            kept.take(states, info)
            for chain in before.indices {
                ratioOfStates += before[chain]
                ratioOfProposals += info.logRatio[chain] + before[chain]
            }
        }
    }

    /// `E_q log(p / q)` with the unnormalised p, nats.
    var meanRatioOfProposals: Double { ratioOfProposals / Double(kept.proposals) }

    /// `E_p log(p / q)` with the unnormalised p, nats.
    var meanRatioOfStates: Double { ratioOfStates / Double(kept.proposals) }

    /// What the acceptance rate is at least, by the symmetric divergence between proposal and target.
    var acceptanceLowerBound: Double { 1 - (max(meanRatioOfStates - meanRatioOfProposals, 0) / 2).squareRoot() }
}
