// SPDX-License-Identifier: Apache-2.0
// Checkpoints and the result of a run that knows its target by samples.

import Chains
import EngineKit
import Nets
import Probability
import TensorCore
import Training

extension EmpiricalEngine {
    func checkpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.put(generator.parameters + discriminator.parameters)
        checkpoint.put(generatorOptimizer, prefix: "generatorOptimizer.")
        checkpoint.put(discriminatorOptimizer, prefix: "discriminatorOptimizer.")
        checkpoint.put("position.step", step)
        checkpoint.put("learningRateFactor", learningRateFactor)
        checkpoint.put("trainingSeconds", trainingSeconds)
        checkpoint.put("stream", stream)
        sampling?.save(&checkpoint)
        return checkpoint
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        try checkpoint.restore(generator.parameters + discriminator.parameters)
        try checkpoint.restore(generatorOptimizer, prefix: "generatorOptimizer.")
        try checkpoint.restore(discriminatorOptimizer, prefix: "discriminatorOptimizer.")
        step = try checkpoint.integer("position.step")
        learningRateFactor = try checkpoint.number("learningRateFactor")
        trainingSeconds = try checkpoint.number("trainingSeconds")
        stream = try checkpoint.stream("stream")
        guard SamplingStage.isIn(checkpoint) else { return }
        let stage = newSampling()
        try stage.restore(checkpoint)
        sampling = stage
    }

    func summary() -> JSONObject {
        var object = JSONObject()
        object["objective"] = .string(recipe.objective)
        object["family"] = .string("generator")
        object["target"] = .string(plane.name)
        object["dimensions"] = .integer(2)
        object["trainingSeconds"] = .real(trainingSeconds)
        guard let sampling else {
            object["acceptanceRate"] = .null
            return object
        }
        sampling.summarize(into: &object)
        // What the generator gives without a chain, as many points as there are draws.
        let count = sampling.work.kept.values.count / 2
        guard count > 0 else { return object }
        var points = RandomStream(seed: context.seed, purpose: "proposal/raw")
        let raw = generator.distribution.sample(count: count, using: &points).points
        object["totalVariationOfProposals"] = .real(grid.totalVariation(raw))
        let occupancy = grid.occupancy(raw)
        if !occupancy.isEmpty { object["modeOccupancyOfProposals"] = .array(occupancy.map { .real($0) }) }
        return object
    }
}
