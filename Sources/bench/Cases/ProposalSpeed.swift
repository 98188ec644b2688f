// SPDX-License-Identifier: Apache-2.0
// How many proposals an independent Metropolis-Hastings chain handles: draw, density, decision and move.

import Chains
import TensorCore

/// Proposals per second and core of 1024 chains on six hills.
struct ProposalSpeed: Codable {
    /// Family of the proposal.
    let family: String
    /// Proposals per second, of one thread.
    let proposalsPerSecond: Quartiles

    static let name = "independent mh mog6"
    /// Proposals per second and core that are to be reached at first.
    static let toReach = 10e6
    private static let chains = 1024

    /// Measures a normal proposal with the target's moments, and the target's own mixture.
    static func measureAll(rounds: Int, seconds: Double) -> [ProposalSpeed] {
        let deviation = 3.5707142
        let hills = IsotropicMixture.mog6
        guard let normal = try? DiagonalGaussian(mean: [0, 0], standardDeviation: [deviation, deviation]),
            let mixture = try? GaussianMixture(
                weights: Array(repeating: 1 / 6, count: 6), means: hills.centres,
                standardDeviations: Array(repeating: 0.5, count: 12))
        else { fatalError("proposals with positive deviations are valid") }
        return [
            measure("normal", normal, rounds: rounds, seconds: seconds),
            measure("mixture of six", mixture, rounds: rounds, seconds: seconds),
        ]
    }

    private static func measure(
        _ family: String, _ proposal: any ProposalDistribution, rounds: Int, seconds: Double
    ) -> ProposalSpeed {
        var kernel = IndependentMetropolis(
            target: IsotropicMixture.mog6, proposal: proposal, streams: KernelStreams(seed: 1))
        var states = kernel.initialState(
            kernel.proposal.sample(count: chains, using: &kernel.streams.proposal).points)
        var info = StepInfo()
        let step = { kernel.step(&states, into: &info) }
        var timer = StepTimer()
        for _ in 0..<rounds {
            StepTimer.warmUp(seconds: 0.25 * seconds, step)
            timer.round(seconds: seconds, step)
        }
        return ProposalSpeed(family: family, proposalsPerSecond: timer.seconds.rate(of: Double(chains)))
    }

    /// The line under the table.
    var line: String {
        func millions(_ rate: Double) -> String { Report.text(rate * 1e-6) }
        let rate = proposalsPerSecond
        return
            "Independent Metropolis-Hastings on mog6, \(family) proposal: \(millions(rate.median)) million proposals per"
            + " second and core (\(millions(rate.first)) to \(millions(rate.third))), to reach \(millions(Self.toReach))."
    }
}
