// SPDX-License-Identifier: Apache-2.0
// Commands, checkpoints and the summary of a run of stochastic batch normalization.

import EngineKit
import Nets
import RealModule
import Training

extension StochasticBatchNormEngine {
    func apply(_ command: EngineCommand) -> String? {
        switch command {
        case .evaluateThresholds:
            return "this engine removes no units and has no thresholds"
        case .setParameter(name: "learningRate", let value):
            guard stage < stages.count, case .train = current else {
                return "the training is over; learningRate has no effect any more"
            }
            do throws(EngineError) { learningRateFactor = try recipe.train.optimizer.factor(for: value) } catch {
                return error.description
            }
            context.emit(.message(step: step, level: .notice, text: "learning rate set to \(value)"))
            return nil
        case .setParameter(let name, _):
            return "cannot set \(name) while running; allowed: learningRate"
        }
    }

    /// Members whose weights are no longer the first ones.
    private var begunMembers: Int {
        if stage < stages.count, case .train(let member) = current { return member + 1 }
        return recipe.members
    }

    func checkpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.put("position.stage", stage)
        checkpoint.put("position.step", step)
        checkpoint.put("position.stepInStage", stepInStage)
        for member in 0..<begunMembers { checkpoint.put(networks[member], prefix: Self.prefix(member)) }
        checkpoint.put(data.normalization)
        if stage < stages.count, case .train = current {
            checkpoint.put(optimizer, prefix: "optimizer.")
            checkpoint.put("epoch.mistakes", epochMistakes)
            checkpoint.put("epoch.objects", epochObjects)
            checkpoint.put("learningRateFactor", learningRateFactor)
            checkpoint.put("stream.dropout", dropout.stream)
            return checkpoint
        }
        for (member, fit) in fits.enumerated() where fit.batches > 0 {
            fit.save(&checkpoint, prefix: "fit\(member + 1).")
            fit.distribution.save(&checkpoint, prefix: "statistics\(member + 1).")
        }
        for (member, fit) in dropoutFits.enumerated() where fit.batches > 0 {
            fit.save(&checkpoint, prefix: "dropoutFit\(member + 1).")
            fit.distribution.save(&checkpoint, prefix: "dropoutStatistics\(member + 1).")
        }
        if !check.isEmpty { check.save(&checkpoint, prefix: "check.") }
        evaluation.save(&checkpoint, prefix: "evaluation.")
        return checkpoint
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        let saved = try checkpoint.integer("position.stage")
        let savedStep = try checkpoint.integer("position.stepInStage")
        guard saved >= 0, saved <= stages.count, savedStep >= 0,
            savedStep < (saved < stages.count ? steps(stages[saved]) : 1)
        else {
            throw EngineError("checkpoint: step \(savedStep) of stage \(saved), the session has \(stages.count) stages")
        }
        if saved != stage { startStage(saved) }
        step = try checkpoint.integer("position.step")
        stepInStage = savedStep
        for member in 0..<begunMembers { try checkpoint.restore(networks[member], prefix: Self.prefix(member)) }
        predictor = nil
        if stage < stages.count, case .train = current {
            try checkpoint.restore(optimizer, prefix: "optimizer.")
            epochMistakes = try checkpoint.integer("epoch.mistakes")
            epochObjects = try checkpoint.integer("epoch.objects")
            learningRateFactor = try checkpoint.number("learningRateFactor")
            dropout.stream = try checkpoint.stream("stream.dropout")
        } else {
            let fitted = stage < stages.count && current == .fit ? stepInStage : steps(.fit)
            for member in fits.indices where fitted > member * recipe.fitBatches {
                try fits[member].restore(checkpoint, prefix: "fit\(member + 1).")
                if dropoutFits.isEmpty { continue }
                try dropoutFits[member].restore(checkpoint, prefix: "dropoutFit\(member + 1).")
            }
            let observed =
                stage < stages.count && current != .evaluate
                ? (current == .check ? stepInStage : 0) : recipe.checkBatches
            if observed > 0 { try check.restore(checkpoint, prefix: "check.", batches: observed) }
            if observed > 0, observed == recipe.checkBatches {
                let behind = stages.prefix { $0 != .evaluate }.reduce(0) { $0 + steps($1) }
                checked = check.records(fits[0].distribution, step: behind, seed: context.seed)
            }
            let evaluated = stage < stages.count ? (current == .evaluate ? stepInStage : 0) : steps(.evaluate)
            try evaluation.restore(checkpoint, prefix: "evaluation.", done: evaluated)
        }
        placeLoader()
    }

    /// The first member has the names that every run's network has.
    private static func prefix(_ member: Int) -> String { member == 0 ? "network." : "network\(member + 1)." }

    // MARK: Summary

    func summary() -> JSONObject {
        var object = JSONObject()
        object["model"] = .string(recipe.model.name)
        object["members"] = .integer(recipe.members)
        object["batch"] = .integer(recipe.batch)
        object["fitBatches"] = .integer(fits.first?.batches ?? 0)
        object["methods"] = .array(evaluation.results.map(Self.method))
        let thresholds = EntropyCurve([], classes: data.classes).thresholds
        object["entropyCdf"] = [
            "thresholds": .array(thresholds.map { .real($0) }),
            "curves": .array(
                evaluation.results.flatMap { result in
                    zip(["in", "out"], result.curves).filter { !$0.1.isEmpty }.map { domain, shares in
                        [
                            "method": .string(result.method), "members": .integer(result.members),
                            "domain": .string(domain), "shares": .array(shares.map { .real($0) }),
                        ]
                    }
                }),
        ]
        object["layers"] = .array((fits.first?.distribution.layers ?? []).map { layer($0) })
        return object
    }

    private static func method(_ result: MethodResult) -> JSONValue {
        var method = JSONObject()
        method["name"] = .string(result.method)
        method["members"] = .integer(result.members)
        method["draws"] = .integer(result.drawCounts[result.drawCounts.count - 1])
        method["objectsIn"] = .integer(result.objects[0])
        method["objectsOut"] = .integer(result.objects[1])
        let last = result.scores[result.scores.count - 1]
        for (name, value) in zip(UncertaintyScores.names, last) { method[name] = .real(value) }
        func object(_ names: [String], _ values: [Double]) -> JSONValue {
            var object = JSONObject()
            for (name, value) in zip(names, values) { object[name] = .real(value) }
            return .object(object)
        }
        method["onDirectObjects"] = result.directScores.map { object(UncertaintyScores.names, $0) } ?? .null
        var intervals = JSONObject()
        for (place, name) in ResampledScores.names.enumerated() {
            intervals[name] = .array(result.intervals[2 * place..<2 * place + 2].map { .real($0) })
        }
        method["intervals"] = .object(intervals)
        method["temperatureScaling"] = object(TemperatureComparison.names, result.temperature)
        var byDraws = JSONObject()
        byDraws["draws"] = .array(result.drawCounts.map { .integer($0) })
        for (place, name) in UncertaintyScores.names.enumerated() {
            byDraws[name] = .array(result.scores.map { .real($0[place]) })
        }
        method["byDraws"] = .object(byDraws)
        return .object(method)
    }

    /// Means over the channels of a layer of the first member; the channels themselves are in the checkpoint.
    private func layer(_ layer: StatisticsDistribution.Layer) -> JSONValue {
        let found = checked.first { $0.layer == layer.name }
        func mean(_ values: [Double]) -> JSONValue { .real(values.reduce(0, +) / Double(values.count)) }
        return [
            "name": .string(layer.name), "channels": .integer(layer.muMean.count),
            "isStochastic": .boolean(stochasticLayers.contains(layer.name)), "muMean": mean(layer.muMean),
            "muSd": mean(layer.muDeviation), "logSigmaMean": mean(layer.logSigmaMean),
            "logSigmaSd": mean(layer.logSigmaDeviation),
            "muContradicted": found.map { .real($0.contradictions.mu) } ?? .null,
            "logSigmaContradicted": found.map { .real($0.contradictions.logSigma) } ?? .null,
        ]
    }
}
