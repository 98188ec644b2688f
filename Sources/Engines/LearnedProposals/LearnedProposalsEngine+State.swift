// SPDX-License-Identifier: Apache-2.0
// Checkpoints and the result of a run with a learned proposal.

import Chains
import Diagnostics
import EngineKit
import Nets
import Probability
import TensorCore
import Training

extension LearnedProposalsEngine {
    func checkpoint() -> Checkpoint {
        var checkpoint = Checkpoint()
        for parameter in proposal.parameters {
            checkpoint.put(parameter.name, parameter.value.doubles(), shape: parameter.value.shape.sizes)
        }
        checkpoint.put(optimizer, prefix: "optimizer.")
        checkpoint.put("position.step", step)
        checkpoint.put("learningRateFactor", learningRateFactor)
        checkpoint.put("trainingSeconds", trainingSeconds)
        checkpoint.put("stream.draws", drawStream)
        checkpoint.put(kernel, states, prefix: "training.")
        if let sampling {
            checkpoint.put(sampling.kernel, sampling.states, prefix: "sampling.")
            checkpoint.put("sampling.draws", sampling.draws)
            checkpoint.put("sampling.slices", sampling.slices)
            checkpoint.put("sampling.isComplete", sampling.isComplete ? 1 : 0)
            checkpoint.put("sampling.counts", [sampling.proposals, sampling.invalid])
            checkpoint.put(
                "sampling.sums",
                [sampling.acceptance, sampling.ratioOfProposals, sampling.ratioOfStates, sampling.seconds])
        }
        return checkpoint
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        for parameter in proposal.parameters {
            let value = parameter.value
            let saved = try checkpoint.doubles(parameter.name, shape: value.shape.sizes)
            value.assign(Tensor(shape: value.shape, doubles: saved).converted(to: value.dataType))
        }
        try checkpoint.restore(optimizer, prefix: "optimizer.")
        step = try checkpoint.integer("position.step")
        learningRateFactor = try checkpoint.number("learningRateFactor")
        trainingSeconds = try checkpoint.number("trainingSeconds")
        drawStream = try checkpoint.stream("stream.draws")
        kernel.proposal = try usableProposal()
        states = try checkpoint.chains(&kernel, count: recipe.batch, prefix: "training.")
        guard checkpoint["sampling.draws"] != nil else { return }
        try startSampling()
        guard var work = sampling else { return }
        sampling = nil
        work.states = try checkpoint.chains(&work.kernel, count: recipe.sampling.chains, prefix: "sampling.")
        work.draws = try checkpoint.doubles("sampling.draws")
        work.slices = try checkpoint.integer("sampling.slices")
        work.isComplete = try checkpoint.integer("sampling.isComplete") != 0
        let counts = try checkpoint.integers("sampling.counts", shape: [2])
        let sums = try checkpoint.doubles("sampling.sums", shape: [4])
        (work.proposals, work.invalid) = (counts[0], counts[1])
        (work.acceptance, work.ratioOfProposals, work.ratioOfStates, work.seconds) = (
            sums[0], sums[1], sums[2], sums[3]
        )
        guard work.draws.count.isMultiple(of: work.states.count * target.dimension) else {
            throw EngineError(
                "checkpoint: sampling.draws has \(work.draws.count) numbers for \(work.states.count) chains of "
                    + "\(target.dimension) coordinates")
        }
        if work.drawCount(dimension: target.dimension) >= Self.fewestDraws { report = DrawsReport(work, target, grid) }
        sampling = work
    }

    func summary() -> JSONObject {
        var object = JSONObject()
        object["objective"] = .string(recipe.objective)
        object["family"] = .string(recipe.family.name)
        object["target"] = .string(target.name)
        object["dimensions"] = .integer(target.dimension)
        object["trainingSeconds"] = .real(trainingSeconds)
        guard let sampling, sampling.proposals > 0 else {
            object["acceptanceRate"] = .null
            return object
        }
        let (ofProposals, ofStates) = (sampling.meanRatioOfProposals, sampling.meanRatioOfStates)
        let logNormalizer = target.plane?.logNormalizer
        object["acceptanceRate"] = .real(sampling.acceptanceRate)
        object["acceptanceLowerBound"] = .real(sampling.acceptanceLowerBound)
        object["klReverse"] = logNormalizer.map { .real($0 - ofProposals) } ?? .null
        object["klForward"] = logNormalizer.map { .real(ofStates - $0) } ?? .null
        object["chains"] = .integer(sampling.states.count)
        object["draws"] = .integer(sampling.drawCount(dimension: target.dimension))
        object["invalidProposals"] = .integer(sampling.invalid)
        object["samplingSeconds"] = .real(sampling.seconds)
        guard let report else { return object }
        object["rHat"] = JSONValue(report.largestRHat)
        object["essBulk"] = JSONValue(report.smallestBulkSize)
        object["essTail"] = JSONValue(report.smallestTailSize)
        object["essPerSecond"] = JSONValue(report.smallestBulkSize.map { $0 / max(sampling.seconds, 1e-9) })
        object["coordinates"] = .array(
            report.summaries.map { summary in
                [
                    "name": .string(summary.name), "mean": JSONValue(summary.mean.value),
                    "sd": JSONValue(summary.standardDeviation.value),
                    "mcse": JSONValue(summary.meanStandardError.value),
                    "rHat": JSONValue(summary.rHat.value), "essBulk": JSONValue(summary.bulkEffectiveSampleSize.value),
                    "essTail": JSONValue(summary.tailEffectiveSampleSize.value),
                ]
            })
        object["totalVariation"] = JSONValue(report.totalVariation)
        if !report.occupancy.isEmpty { object["modeOccupancy"] = .array(report.occupancy.map { .real($0) }) }
        return object
    }
}

// MARK: - Chains

extension Checkpoint {
    /// Puts chains and the streams of their kernel.
    fileprivate mutating func put(_ kernel: IndependentMetropolis, _ states: ChainStates, prefix: String) {
        put("\(prefix)points", states.points)
        put("\(prefix)logDensity", states.logDensity)
        put("\(prefix)logProposal", states.logProposal)
        put("\(prefix)streams", kernel.streams.states.flatMap(\.words))
    }

    /// Takes chains back, and the streams of their kernel.
    fileprivate func chains(
        _ kernel: inout IndependentMetropolis, count: Int, prefix: String
    ) throws(EngineError) -> ChainStates {
        let dimension = kernel.target.dimension
        let words = try words("\(prefix)streams", shape: [6])
        let streams = [words[..<3], words[3...]].compactMap { RandomStream.State(words: Array($0)) }
        kernel.streams.states = streams
        return ChainStates(
            dimension: dimension, points: try doubles("\(prefix)points", shape: [count * dimension]),
            logDensity: try doubles("\(prefix)logDensity", shape: [count]),
            logProposal: try doubles("\(prefix)logProposal", shape: [count]))
    }
}
