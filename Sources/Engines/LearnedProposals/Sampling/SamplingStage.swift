// SPDX-License-Identifier: Apache-2.0
// The last stage of a run: slices of chain steps, diagnostics now and then, an end by rule or by number.

import Chains
import Diagnostics
import EngineKit

/// Fresh chains of an independent proposal under way, with all that is told of them.
final class SamplingStage {
    /// Diagnostics of 500 draws cost about as much as a thousand steps: this many draws per chain lie between two looks,
    /// and an eighth of those that there are, so that all looks of a long run cost little more than the last.
    private static let drawsPerLook = 500
    /// Draws per chain below which nothing is said of them.
    private static let fewestDraws = 100

    private let settings: SamplingSettings
    private let coordinates: [String]
    /// Log of the integral of the density; `nil` where nobody knows it.
    private let logNormalizer: Double?
    private let grid: GridDistance?
    /// Steps of the run before the first slice.
    private let stepsBefore: Int
    private(set) var work: Sampling
    /// The last look at the draws.
    private(set) var report: DrawsReport?

    /// Begins a stage.
    ///
    /// - Parameters:
    ///   - work: chains at their first states.
    ///   - coordinates: names of the coordinates, D of them.
    ///   - logNormalizer: with the ratio of normalised proposals, of the target.
    ///   - grid: what draws in the plane are compared with.
    ///   - stepsBefore: steps of the run before the first slice.
    init(
        _ work: Sampling, _ settings: SamplingSettings, coordinates: [String], logNormalizer: Double?,
        grid: GridDistance?, stepsBefore: Int
    ) {
        self.work = work
        self.settings = settings
        self.coordinates = coordinates
        self.logNormalizer = logNormalizer
        self.grid = grid
        self.stepsBefore = stepsBefore
    }

    /// Slices done.
    var slices: Int { work.slices }

    /// Does a slice of burn-in or of kept draws.
    func advance(emit: (RunEvent) -> Void) -> StepOutcome {
        guard !work.isComplete else { return .finished }
        let keptBefore = work.kept.count
        let isKept = work.slices >= settings.burnInSlices
        let phaseSteps = isKept ? keptBefore : work.slices * SamplingSettings.stepsPerSlice
        let steps = min(SamplingSettings.stepsPerSlice, (isKept ? settings.draws : settings.burnIn) - phaseSteps)
        var block = BlockCollector(
            step: stepsBefore + work.slices + 1, phase: isKept ? .kept : .burnIn, chains: settings.chains,
            dimension: coordinates.count, thinning: settings.thinning(dimension: coordinates.count),
            stepsBefore: phaseSteps, tellsCounts: settings.tellsCounts)
        let started = monotonicNanoseconds()
        work.advance(steps: steps, isKept: isKept, into: &block)
        let seconds = Double(monotonicNanoseconds() - started) * 1e-9
        if isKept { work.kept.seconds += seconds }
        work.slices += 1
        emit(.record(.draws(block.finished(seconds: seconds))))
        guard isKept else { return .running }

        let count = work.kept.count
        work.isComplete = count >= settings.draws
        var values = [MetricValue("sample/acceptance", work.kept.acceptanceRate)]
        if work.isComplete || Self.isLookDue(count, after: steps), count >= Self.fewestDraws {
            let look = DrawsReport(work.kept, coordinates, grid)
            values += look.metrics + divergences
            values.append(MetricValue("speed/proposalsPerSecond", work.kept.proposalsPerSecond))
            report = look
            // Only here, where the number of draws says that it is time: a resumed run must end at the same one.
            if isEnough(look) { work.isComplete = true }
        }
        emit(.metrics(step: stepsBefore + work.slices, epoch: 0, values: values))
        return work.isComplete ? .finished : .running
    }

    /// Whether a look lies within the last steps: a function of the number of draws alone, for resumed runs.
    static func isLookDue(_ count: Int, after steps: Int) -> Bool {
        var due = drawsPerLook
        while due <= count - steps { due += max(drawsPerLook, due / 8) }
        return due <= count
    }

    /// What the ratios of all kept steps say of the distance between proposal and target.
    private var divergences: [MetricValue] {
        let (ofProposals, ofStates) = (work.meanRatioOfProposals, work.meanRatioOfStates)
        var values: [MetricValue] = []
        if ofStates.isFinite, ofProposals.isFinite {
            values.append(MetricValue("sample/acceptanceLowerBound", work.acceptanceLowerBound))
        }
        guard let logNormalizer else { return values }
        if ofProposals.isFinite { values.append(MetricValue("sample/klReverse", logNormalizer - ofProposals)) }
        if ofStates.isFinite { values.append(MetricValue("sample/klForward", ofStates - logNormalizer)) }
        return values
    }

    /// Whether the rule of the session says that the draws are enough.
    private func isEnough(_ report: DrawsReport) -> Bool {
        guard let wanted = settings.enoughEffectiveDraws else { return false }
        guard let size = report.smallestBulkSize, let rHat = report.largestRHat else { return false }
        return size >= wanted && rHat <= settings.largestRHat
    }
}

extension SamplingStage {
    /// Stores the chains, their draws and what was counted.
    func save(_ checkpoint: inout Checkpoint) {
        checkpoint.put(work.kernel.streams, work.states, prefix: "sampling.")
        checkpoint.put(work.kept, prefix: "sampling.")
        checkpoint.put("sampling.slices", work.slices)
        checkpoint.put("sampling.isComplete", work.isComplete ? 1 : 0)
        checkpoint.put("sampling.ratios", [work.ratioOfProposals, work.ratioOfStates])
    }

    /// Whether a checkpoint has chains.
    static func isIn(_ checkpoint: Checkpoint) -> Bool { checkpoint["sampling.draws"] != nil }

    /// Takes over what `save` stored.
    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        // Two parts of one value of a class cannot be handed out together.
        var chains = work
        try checkpoint.restore(&chains.kernel.streams, &chains.states, prefix: "sampling.")
        work = chains
        try checkpoint.restore(&work.kept, prefix: "sampling.")
        work.slices = try checkpoint.integer("sampling.slices")
        work.isComplete = try checkpoint.integer("sampling.isComplete") != 0
        let ratios = try checkpoint.doubles("sampling.ratios", shape: [2])
        (work.ratioOfProposals, work.ratioOfStates) = (ratios[0], ratios[1])
        if work.kept.count >= Self.fewestDraws { report = DrawsReport(work.kept, coordinates, grid) }
    }

    /// Puts what is known of the draws into a result; nothing but a null acceptance rate before the first one.
    func summarize(into object: inout JSONObject) {
        guard work.kept.proposals > 0 else {
            object["acceptanceRate"] = .null
            return
        }
        let (ofProposals, ofStates) = (work.meanRatioOfProposals, work.meanRatioOfStates)
        object["acceptanceRate"] = .real(work.kept.acceptanceRate)
        object["acceptanceLowerBound"] = .real(work.acceptanceLowerBound)
        object["klReverse"] = logNormalizer.map { .real($0 - ofProposals) } ?? .null
        object["klForward"] = logNormalizer.map { .real(ofStates - $0) } ?? .null
        object["chains"] = .integer(work.kept.chains)
        object["draws"] = .integer(work.kept.count)
        object["invalidProposals"] = .integer(work.kept.invalid)
        object["samplingSeconds"] = .real(work.kept.seconds)
        guard let report else { return }
        report.summarize(work.kept, into: &object)
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
        if !report.occupancy.isEmpty { object["modeOccupancy"] = .array(report.occupancy.map { .real($0) }) }
    }
}
