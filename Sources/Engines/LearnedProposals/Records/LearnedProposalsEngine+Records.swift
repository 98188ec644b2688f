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
}
