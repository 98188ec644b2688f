// SPDX-License-Identifier: Apache-2.0
// What the store is told of consecutive steps of chains, collected step by step.

import Chains
import EngineKit

/// A block of draws that grows.
struct BlockCollector {
    /// Chains whose proposals are told: more than a screen can show in slow motion at once.
    static let proposingChains = 4

    /// The sampler with the learned proposal.
    static let learned = "learned"

    private var block: DrawBlock
    private let tellsCounts: Bool
    /// Steps of the phase, those before the block included.
    private var index: Int
    private var acceptance = 0.0

    /// An empty block.
    ///
    /// - Parameters:
    ///   - step: steps of the run that will be done when it is emitted.
    ///   - sampler: who makes the states.
    ///   - phase: what the states are for.
    ///   - chains: how many chains are told of, the first ones.
    ///   - dimension: coordinates.
    ///   - thinning: which states are told: the last one of every so many, counted from the beginning of the phase, so
    ///     that they do not depend on where blocks and processes end.
    ///   - stepsBefore: steps of the phase before the block.
    ///   - tellsCounts: whether accepted proposals are counted per chain.
    init(
        step: Int, sampler: String = Self.learned, phase: DrawBlock.Phase, chains: Int, dimension: Int, thinning: Int,
        stepsBefore: Int, tellsCounts: Bool = true
    ) {
        block = DrawBlock(
            step: step, sampler: sampler, phase: phase, chains: chains, dimension: dimension, thinning: thinning,
            proposingChains: min(Self.proposingChains, chains))
        if tellsCounts { block.acceptedCounts = [Float](repeating: 0, count: chains) }
        self.tellsCounts = tellsCounts
        index = stepsBefore
    }

    /// Takes over a step.
    mutating func take(_ states: ChainStates, _ info: StepInfo) {
        index += 1
        block.stepCount += 1
        acceptance += info.meanAcceptanceProbability
        block.evaluations += info.densityEvaluations + info.gradientEvaluations
        if tellsCounts {
            for chain in 0..<block.chains where info.accepted[chain] { block.acceptedCounts[chain] += 1 }
        }
        guard index.isMultiple(of: block.thinning) else { return }
        block.points += states.points.prefix(block.chains * block.dimension).lazy.map { Float($0) }
        block.logDensities += states.logDensity.prefix(block.chains).lazy.map { Float($0) }
        block.proposals += info.proposals.prefix(block.proposingChains * block.dimension).lazy.map { Float($0) }
        block.isAccepted += info.accepted.prefix(block.proposingChains).lazy.map { $0 ? 1 : 0 }
    }

    /// The block.
    ///
    /// - Parameter seconds: what its steps took.
    func finished(seconds: Double) -> DrawBlock {
        var block = block
        block.seconds = seconds
        if block.stepCount > 0 { block.acceptanceRate = acceptance / Double(block.stepCount) }
        return block
    }
}

/// Steps between two states that are told, so that the blocks of a sampler hold about so many numbers at most.
private func statesBetween(chains: Int, dimension: Int, steps: Int, numbers: Double) -> Int {
    let proposing = min(BlockCollector.proposingChains, chains)
    let numbersPerStep = Double((chains + proposing) * dimension + chains + proposing)
    return max(1, Int((numbersPerStep * Double(steps) / numbers).rounded(.up)))
}

extension BaselineSettings {
    /// Steps between two states of a baseline that are told: 16 MB each in the store and on a screen.
    func thinning(chains: Int, dimension: Int) -> Int {
        statesBetween(chains: chains, dimension: dimension, steps: warmUp + draws, numbers: 4e6)
    }
}

extension SamplingSettings {
    /// Counts of accepted proposals that the blocks of a run hold at most.
    private static let recordedCounts = 1_000_000

    /// Steps between two states that are told: 32 MB in the store and on a screen.
    func thinning(dimension: Int) -> Int {
        statesBetween(chains: chains, dimension: dimension, steps: burnIn + draws, numbers: 8e6)
    }

    /// Whether there is room for a count per chain and slice.
    var tellsCounts: Bool { chains * slices <= Self.recordedCounts }
}

extension ProposalRecipe {
    /// Training steps between two states that are told; a long training tells some two thousand.
    var stepsPerTrainingBlock: Int { max(25, steps / 2000) }
    /// Chains of the training whose states are told, at most.
    static let toldTrainingChains = 64
}
