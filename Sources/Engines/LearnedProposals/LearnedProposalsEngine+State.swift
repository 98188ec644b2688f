// SPDX-License-Identifier: Apache-2.0
// Checkpoints and the result of a run with a learned proposal.

import Chains
import EngineKit
import Nets
import Probability
import TensorCore
import Training

extension LearnedProposalsEngine {
    func checkpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.put(proposal.parameters)
        checkpoint.put(optimizer, prefix: "optimizer.")
        checkpoint.put("position.step", step)
        checkpoint.put("learningRateFactor", learningRateFactor)
        checkpoint.put("trainingSeconds", trainingSeconds)
        checkpoint.put("stream.draws", drawStream)
        checkpoint.put(kernel.streams, states, prefix: "training.")
        replay?.save(&checkpoint)
        if recipe.enoughAcceptance != nil { checkpoint.put("recentAcceptance", recentAcceptance) }
        if recipe.objects != nil { checkpoint.put("stream.objects", objectStream) }
        sampling?.save(&checkpoint)
        comparison?.save(&checkpoint)
        return checkpoint
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        try checkpoint.restore(proposal.parameters)
        try checkpoint.restore(optimizer, prefix: "optimizer.")
        step = try checkpoint.integer("position.step")
        learningRateFactor = try checkpoint.number("learningRateFactor")
        trainingSeconds = try checkpoint.number("trainingSeconds")
        drawStream = try checkpoint.stream("stream.draws")
        kernel.proposal = try usableProposal()
        try checkpoint.restore(&kernel.streams, &states, prefix: "training.")
        try replay?.restore(checkpoint)
        if recipe.enoughAcceptance != nil { recentAcceptance = try checkpoint.doubles("recentAcceptance") }
        if recipe.objects != nil { objectStream = try checkpoint.stream("stream.objects") }
        guard SamplingStage.isIn(checkpoint) else { return }
        let stage = try newSampling()
        try stage.restore(checkpoint)
        sampling = stage
        guard BaselineComparison.isIn(checkpoint) else { return }
        let comparison = newComparison(stage)
        try comparison.restore(checkpoint)
        self.comparison = comparison
    }

    func summary() -> JSONObject {
        var object = JSONObject()
        object["objective"] = .string(recipe.objective)
        object["family"] = .string(recipe.family.name)
        object["target"] = .string(target.name)
        object["dimensions"] = .integer(target.dimension)
        object["trainingSteps"] = .integer(step)
        object["trainingSeconds"] = .real(trainingSeconds)
        if let sampling { sampling.summarize(into: &object) } else { object["acceptanceRate"] = .null }
        if let comparison { object["baselines"] = .array(comparison.outcomes.map { .object($0) }) }
        return object
    }
}
