// SPDX-License-Identifier: Apache-2.0
// Fresh chains with the learned proposal: what they have drawn, and what is known of the draws.

import Chains
import Diagnostics

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
    /// Kept draws, `[T, M, D]`, in the order of time.
    var draws: [Double] = []
    /// Sum over kept proposals of min(1, ratio), and their number.
    var acceptance = 0.0
    var proposals = 0
    /// Sums for the divergences: of `log p - log q` over proposals and over states, and proposals of no density.
    var ratioOfProposals = 0.0
    var ratioOfStates = 0.0
    var invalid = 0
    /// Seconds in which draws were kept.
    var seconds = 0.0

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
    }

    /// Steps of all chains, each kept or thrown away, and told to a block.
    mutating func advance(steps: Int, isKept: Bool, into block: inout BlockCollector) {
        var info = StepInfo()
        for _ in 0..<steps {
            let before = zip(states.logDensity, states.logProposal).map { $0 - $1 }
            kernel.step(&states, into: &info)
            block.take(states, info)
            guard isKept else { continue }
            draws.append(contentsOf: states.points)
            acceptance += info.meanAcceptanceProbability * Double(info.count)
            proposals += info.count
            invalid += info.invalidCount
            for chain in before.indices {
                ratioOfStates += before[chain]
                ratioOfProposals += info.logRatio[chain] + before[chain]
            }
        }
    }

    /// Draws per chain that are kept, T.
    func drawCount(dimension: Int) -> Int { draws.count / (states.count * dimension) }

    /// Mean of min(1, ratio) over the kept steps; NaN before the first.
    var acceptanceRate: Double { acceptance / Double(proposals) }

    /// `E_q log(p / q)` with the unnormalised p, nats.
    var meanRatioOfProposals: Double { ratioOfProposals / Double(proposals) }

    /// `E_p log(p / q)` with the unnormalised p, nats.
    var meanRatioOfStates: Double { ratioOfStates / Double(proposals) }

    /// What the acceptance rate is at least, by the symmetric divergence between proposal and target.
    var acceptanceLowerBound: Double { 1 - (max(meanRatioOfStates - meanRatioOfProposals, 0) / 2).squareRoot() }

    /// The kept draws as the diagnostics take them.
    func chainDraws(_ names: [String]) -> Draws {
        let (chains, dimension) = (states.count, names.count)
        let length = drawCount(dimension: dimension)
        var values = [Double](repeating: 0, count: draws.count)
        for time in 0..<length {
            for chain in 0..<chains {
                let row = (time * chains + chain) * dimension
                for axis in 0..<dimension { values[(axis * chains + chain) * length + time] = draws[row + axis] }
            }
        }
        return Draws(names: names, chainCount: chains, drawCount: length, values: values)
    }
}
