// SPDX-License-Identifier: Apache-2.0
// Tells the store where chains were, in blocks.

import Chains
import EngineKit

extension LearnedProposalsEngine {
    /// Tells the states after a training step, now and then.
    func tellTraining(_ info: StepInfo, seconds: Double) {
        let interval = recipe.stepsPerTrainingBlock
        guard step.isMultiple(of: interval) else { return }
        var block = BlockCollector(
            step: step, phase: .training, chains: min(ProposalRecipe.toldTrainingChains, states.count),
            dimension: target.dimension, thinning: interval, stepsBefore: step - 1)
        block.take(states, info)
        context.emit(.record(.draws(block.finished(seconds: seconds))))
    }

    /// The block of the next slice of sampling.
    ///
    /// - Parameters:
    ///   - slices: slices that are done.
    ///   - isKept: whether the states are kept.
    ///   - stepsBefore: steps of the phase that are done.
    func blockOfNextSlice(after slices: Int, isKept: Bool, stepsBefore: Int) -> BlockCollector {
        BlockCollector(
            step: recipe.steps + slices + 1, phase: isKept ? .kept : .burnIn, chains: recipe.sampling.chains,
            dimension: target.dimension, thinning: recipe.sampling.thinning(dimension: target.dimension),
            stepsBefore: stepsBefore, tellsCounts: recipe.sampling.tellsCounts)
    }
}
