// SPDX-License-Identifier: Apache-2.0
// States of earlier chains that stand for the target in the loss, renewed now and then.

import Chains
import EngineKit
import Probability
import Training

/// The table `replay` of `[train]`: when states are drawn anew, and how many.
struct ReplaySettings: Sendable, Equatable {
    /// Training steps between two renewals; 0 for no buffer, so that the loss sees the chains of the training.
    var every: Int
    /// Chains of a renewal, their steps that are thrown away, and those that are kept.
    var chains: Int
    var burnIn: Int
    var draws: Int
    /// Share of the older states that stays at a renewal.
    var kept: Double

    /// Reads the table; the numbers of [SZE17] unless told otherwise, but for the draws, of which a batch sees few.
    init(_ settings: SettingsReader) {
        every = settings.integer("every", default: 0, in: 0...100_000_000)
        chains = settings.integer("chains", default: 32, in: 1...10_000)
        burnIn = settings.integer("burnIn", default: 1000, in: 0...1_000_000)
        draws = settings.integer("draws", default: 500, in: 1...100_000)
        kept = settings.real("kept", default: 0.3, in: 0...0.9)
        for key in ["chains", "burnIn", "draws", "kept"] where every == 0 && settings.contains(key) {
            settings.report(key, allowed: "no \(key) without every")
        }
    }
}

/// States with the log density of the target there.
struct ReplayBuffer {
    let dimension: Int
    /// `[N, D]`.
    private(set) var points: [Double] = []
    /// `[N]`, finite.
    private(set) var logDensity: [Double] = []
    private var choice: RandomStream
    private var streams: KernelStreams

    /// An empty buffer.
    init(dimension: Int, seed: UInt64) {
        self.dimension = dimension
        choice = RandomStream(seed: seed, purpose: StreamPurpose("proposal/replay"))
        // 0 is the training, 1 the sampling, and then there are the baselines.
        streams = KernelStreams(seed: seed, index: 1000)
    }

    /// N.
    var count: Int { logDensity.count }

    /// Throws some of the states away and adds those of fresh chains that begin at draws of the proposal.
    mutating func renew(
        _ settings: ReplaySettings, target: any LogDensity, proposal: any ProposalDistribution
    ) {
        var (olderPoints, olderDensity): ([Double], [Double]) = ([], [])
        for index in 0..<count where choice.uniform() < settings.kept {
            olderPoints += points[index * dimension..<(index + 1) * dimension]
            olderDensity.append(logDensity[index])
        }
        (points, logDensity) = (olderPoints, olderDensity)
        var kernel = IndependentMetropolis(target: target, proposal: proposal, streams: streams)
        let start = proposal.sample(count: settings.chains, using: &kernel.streams.proposal).points
        var states = kernel.initialState(start)
        var info = StepInfo()
        for step in 0..<(settings.burnIn + settings.draws) {
            kernel.step(&states, into: &info)
            guard step >= settings.burnIn else { continue }
            // A chain that has not found the support yet says nothing of the target.
            for chain in 0..<states.count where states.logDensity[chain] > -.infinity {
                points += states.points[chain * dimension..<(chain + 1) * dimension]
                logDensity.append(states.logDensity[chain])
            }
        }
        streams = kernel.streams
    }

    /// States drawn uniformly, with replacement; nothing from an empty buffer.
    mutating func draw(_ size: Int) -> (points: [Double], logDensity: [Double]) {
        guard count > 0 else { return ([], []) }
        let rows = (0..<size).map { _ in choice.integer(below: count) }
        return (
            rows.flatMap { points[$0 * dimension..<($0 + 1) * dimension] }, rows.map { logDensity[$0] }
        )
    }
}

extension ReplayBuffer {
    /// Stores the states and the streams.
    func save(_ checkpoint: inout Checkpoint) {
        checkpoint.put("replay.points", points)
        checkpoint.put("replay.logDensity", logDensity)
        checkpoint.put("replay.choice", choice)
        checkpoint.put("replay.streams", streams.states.flatMap(\.words))
    }

    /// Takes over what `save` stored.
    mutating func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        let saved = try checkpoint.doubles("replay.logDensity")
        points = try checkpoint.doubles("replay.points", shape: [saved.count * dimension])
        logDensity = saved
        choice = try checkpoint.stream("replay.choice")
        streams.states = try checkpoint.kernelStreams("replay.streams")
    }
}
