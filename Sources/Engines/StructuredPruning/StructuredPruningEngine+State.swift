// SPDX-License-Identifier: Apache-2.0
// Commands, checkpoints and the summary of a pruning run.

import Datasets
import EngineKit
import Nets
import Probability
import Training

extension StructuredPruningEngine {
    func apply(_ command: EngineCommand) -> String? {
        switch command {
        case .evaluateThresholds(let identifier, let thresholds):
            return startEvaluation(identifier, thresholds: thresholds)
        case .setParameter(name: "learningRate", let value):
            do throws(EngineError) { learningRateFactor = try current.settings.optimizer.factor(for: value) } catch {
                return error.description
            }
            context.emit(.message(step: step, level: .notice, text: "learning rate set to \(value)"))
            return nil
        case .setParameter(let name, _):
            return "cannot set \(name) while running; allowed: learningRate"
        }
    }

    func checkpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.put(network)
        checkpoint.put(optimizer, prefix: "optimizer.")
        for posterior in posteriors { posterior.save(&checkpoint) }
        weightPosterior?.save(&checkpoint)
        checkpoint.put("position.stage", stage)
        checkpoint.put("position.step", step)
        checkpoint.put("position.stepInStage", stepInStage)
        checkpoint.put("epoch.mistakes", epochMistakes)
        checkpoint.put("epoch.objects", epochObjects)
        checkpoint.put("learningRateFactor", learningRateFactor)
        // Nothing before the first epoch has been closed.
        checkpoint.put("epoch.test", lastTest.map { [$0.error, $0.crossEntropy] } ?? [])
        checkpoint.put("stream.noise", noiseStream)
        checkpoint.put("stream.dropout", dropout.stream)
        checkpoint.put(data.normalization)
        if recipe.predictionDraws != nil {
            checkpoint.put("prediction.sampled", sampledPrediction.map { [$0.error, $0.crossEntropy] } ?? [])
        }
        if let compactNetwork {
            checkpoint.put(compactNetwork, prefix: "compact.")
            checkpoint.put("compact.errorAfterCut", errorAfterCut ?? .nan)
        }
        closing?.save(&checkpoint)
        return checkpoint
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        let savedStage = try checkpoint.integer("position.stage")
        guard stages.indices.contains(savedStage) else {
            throw EngineError("checkpoint: stage \(savedStage) of a run with \(stages.count) stages")
        }
        try checkpoint.restore(network)
        for posterior in posteriors { try posterior.restore(checkpoint) }
        try weightPosterior?.restore(checkpoint)
        if stages[savedStage].trainsCompact { try restoreCompactNetwork(checkpoint) }
        if savedStage != stage { startStage(savedStage) }
        step = try checkpoint.integer("position.step")
        stepInStage = try checkpoint.integer("position.stepInStage")
        epochMistakes = try checkpoint.integer("epoch.mistakes")
        epochObjects = try checkpoint.integer("epoch.objects")
        learningRateFactor = try checkpoint.number("learningRateFactor")
        lastTest = Evaluation.Result(try checkpoint.doubles("epoch.test"))
        if recipe.predictionDraws != nil {
            sampledPrediction = Evaluation.Result(try checkpoint.doubles("prediction.sampled"))
        }
        noiseStream = try checkpoint.stream("stream.noise")
        dropout.stream = try checkpoint.stream("stream.dropout")
        try checkpoint.restore(optimizer, prefix: "optimizer.")
        // A stage goes over into the next within a step, so what lies behind a finished one had nothing to train.
        if isStageDone { stages.removeSubrange((stage + 1)...) }
        let perEpoch = stepsPerEpoch(current)
        batches.position = BatchPosition(
            epoch: Int(epochsBefore(stage)) + stepInStage / perEpoch, batch: stepInStage % perEpoch)
        if Closing.isSaved(in: checkpoint) {
            closing = makeClosing()
            try closing?.restore(checkpoint)
        }
    }

    /// The shapes follow from network and noise, the weights are those that fine-tuning has reached.
    private func restoreCompactNetwork(_ checkpoint: Checkpoint) throws(EngineError) {
        guard let compact = makeCompactNetwork() else {
            throw EngineError("checkpoint: the noise leaves no network that could be fine-tuned")
        }
        takeCompactNetwork(compact)
        try checkpoint.restore(compact, prefix: "compact.")
        errorAfterCut = try checkpoint.number("compact.errorAfterCut")
    }

    func summary() -> JSONObject {
        let masks = currentMasks(thresholds: nil)
        let survivors = masks.map { $0.count { $0 } }
        let cost = costGraph.cost(survivors: survivors)
        let dense = costGraph.denseCost
        var object = JSONObject()
        object["method"] = .string(recipe.method.rawValue)
        object["testError"] = .real(lastTest?.error ?? .nan)
        object["layers"] = .array(
            costGraph.groups.indices.map { index in
                var layer = JSONObject()
                layer["name"] = .string(costGraph.groups[index].name)
                layer["units"] = .integer(costGraph.groups[index].units)
                layer["survivors"] = .integer(survivors[index])
                if !posteriors.isEmpty { layer["divergence"] = .real(posteriors[index].divergence) }
                return .object(layer)
            })
        object["widths"] = .array(widths(masks).map { .integer($0) })
        object["macs"] = .integer(dense.macs)
        object["macsCompact"] = .integer(cost.macs)
        object["parameters"] = .integer(dense.parameters)
        object["parametersCompact"] = .integer(cost.parameters)
        object["flopsRatio"] = cost.macs > 0 ? .real(Double(dense.macs) / Double(cost.macs)) : .null
        let isFineTuned = current.trainsCompact && lastTest != nil && stepInStage >= stepsPerEpoch(current)
        object["fineTunedTestError"] = isFineTuned ? .real(lastTest?.error ?? .nan) : .null
        object["testErrorMonteCarlo"] = sampledPrediction.map { .real($0.error) } ?? .null
        object["testCrossEntropyMonteCarlo"] = sampledPrediction.map { .real($0.crossEntropy) } ?? .null
        addWeightSparsity(masks, to: &object)
        addCosts(to: &object)
        return object
    }

    /// What is left of the weights of each layer, and of all of them, when weights are removed one by one.
    private func addWeightSparsity(_ masks: [[Bool]], to object: inout JSONObject) {
        guard recipe.method.hasNoisyWeights else { return }
        let counts = weightCounts(masks: masks)
        object["weightSparsity"] = .array(
            zip(counts, divergences).map { layer, divergence in
                [
                    "name": .string(layer.name), "weights": .integer(layer.weights),
                    "survivors": .integer(layer.survivors),
                    "percentZero": .real(100 * Double(layer.weights - layer.survivors) / Double(layer.weights)),
                    "divergence": .real(divergence),
                ]
            })
        let (all, left) = counts.reduce((0, 0)) { ($0.0 + $1.weights, $0.1 + $1.survivors) }
        object["weightCompression"] = left > 0 ? .real(Double(all) / Double(left)) : .null
    }
}

extension Evaluation.Result {
    /// Error and cross-entropy as a checkpoint holds them; `nil` for the empty list of an evaluation that was not done.
    fileprivate init?(_ stored: [Double]) {
        guard stored.count == 2 else { return nil }
        self.init(error: stored[0], crossEntropy: stored[1])
    }
}
