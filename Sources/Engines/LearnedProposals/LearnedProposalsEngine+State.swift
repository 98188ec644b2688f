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
        checkpoint.put(kernel, states, prefix: "training.")
        sampling?.save(&checkpoint)
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
        states = try checkpoint.chains(&kernel, count: recipe.batch, prefix: "training.")
        guard SamplingStage.isIn(checkpoint) else { return }
        let stage = try newSampling()
        try stage.restore(checkpoint)
        sampling = stage
    }

    func summary() -> JSONObject {
        var object = JSONObject()
        object["objective"] = .string(recipe.objective)
        object["family"] = .string(recipe.family.name)
        object["target"] = .string(target.name)
        object["dimensions"] = .integer(target.dimension)
        object["trainingSeconds"] = .real(trainingSeconds)
        if let sampling { sampling.summarize(into: &object) } else { object["acceptanceRate"] = .null }
        return object
    }
}
