// SPDX-License-Identifier: Apache-2.0
// Sampling with the learned proposal: slices of steps, diagnostics now and then, an end by rule or by number.

import Chains
import Diagnostics
import EngineKit

extension LearnedProposalsEngine {
    /// Diagnostics cost about as much as a thousand steps: this many draws per chain lie between two looks.
    private static let drawsPerLook = 500
    /// Draws per chain below which nothing is said of them.
    static let fewestDraws = 100

    /// Begins fresh chains at draws of the proposal.
    func startSampling() throws(EngineError) {
        sampling = Sampling(
            target: target, proposal: try usableProposal(), chains: recipe.sampling.chains, seed: context.seed)
        context.emit(.stage(step: progress.step, name: "sample", index: 1, count: 2))
    }

    /// Does a slice of burn-in or of kept draws.
    func sampleOneSlice() -> StepOutcome {
        guard var work = sampling, !work.isComplete else { return .finished }
        // One owner only, or every slice would copy all draws.
        sampling = nil
        let settings = recipe.sampling
        let kept = work.drawCount(dimension: target.dimension)
        let isKept = work.slices >= settings.burnInSlices
        let stepsBefore = isKept ? kept : work.slices * SamplingSettings.stepsPerSlice
        let steps = min(SamplingSettings.stepsPerSlice, (isKept ? settings.draws : settings.burnIn) - stepsBefore)
        var block = blockOfNextSlice(after: work.slices, isKept: isKept, stepsBefore: stepsBefore)
        let started = monotonicNanoseconds()
        work.advance(steps: steps, isKept: isKept, into: &block)
        let seconds = Double(monotonicNanoseconds() - started) * 1e-9
        if isKept { work.seconds += seconds }
        work.slices += 1
        context.emit(.record(.draws(block.finished(seconds: seconds))))
        defer { sampling = work }
        guard isKept else { return .running }

        let count = kept + steps
        work.isComplete = count >= settings.draws
        var values = [MetricValue("sample/acceptance", work.acceptanceRate)]
        if work.isComplete || count % Self.drawsPerLook < steps, count >= Self.fewestDraws {
            let look = DrawsReport(work, target, grid)
            values += look.metrics + divergences(work)
            values.append(MetricValue("speed/proposalsPerSecond", Double(work.proposals) / max(work.seconds, 1e-9)))
            report = look
            // Only here, where the number of draws says that it is time: a resumed run must end at the same one.
            if isEnough(look) { work.isComplete = true }
        }
        context.emit(.metrics(step: recipe.steps + work.slices, epoch: 0, values: values))
        return work.isComplete ? .finished : .running
    }

    /// What the ratios of all kept steps say of the distance between proposal and target.
    private func divergences(_ work: Sampling) -> [MetricValue] {
        let (ofProposals, ofStates) = (work.meanRatioOfProposals, work.meanRatioOfStates)
        var values: [MetricValue] = []
        if ofStates.isFinite, ofProposals.isFinite {
            values.append(MetricValue("sample/acceptanceLowerBound", work.acceptanceLowerBound))
        }
        guard let logNormalizer = target.plane?.logNormalizer else { return values }
        if ofProposals.isFinite { values.append(MetricValue("sample/klReverse", logNormalizer - ofProposals)) }
        if ofStates.isFinite { values.append(MetricValue("sample/klForward", ofStates - logNormalizer)) }
        return values
    }

    /// Whether the rule of the session says that the draws are enough.
    private func isEnough(_ report: DrawsReport) -> Bool {
        guard let wanted = recipe.sampling.enoughEffectiveDraws else { return false }
        guard let size = report.smallestBulkSize, let rHat = report.largestRHat else { return false }
        return size >= wanted && rHat <= recipe.sampling.largestRHat
    }
}

/// What is known of draws: the diagnostics of every coordinate, and the distance to the target where it is known.
struct DrawsReport {
    let summaries: [QuantitySummary]
    let totalVariation: Double?
    /// Share of the draws at each mode; empty without modes.
    let occupancy: [Double]

    init(_ sampling: Sampling, _ target: SampledTarget, _ grid: GridDistance?) {
        let draws = sampling.chainDraws(target.coordinates)
        summaries = target.coordinates.indices.map { QuantitySummary(name: target.coordinates[$0], draws.quantity($0)) }
        totalVariation = grid?.totalVariation(sampling.draws)
        occupancy = grid?.occupancy(sampling.draws) ?? []
    }

    /// The largest R-hat; `nil` when any is undefined, because nothing is known of that coordinate.
    var largestRHat: Double? { extreme(summaries.map(\.rHat)) { $0.max() } }
    /// The smallest bulk effective sample size, likewise.
    var smallestBulkSize: Double? { extreme(summaries.map(\.bulkEffectiveSampleSize)) { $0.min() } }
    /// The smallest tail effective sample size, likewise.
    var smallestTailSize: Double? { extreme(summaries.map(\.tailEffectiveSampleSize)) { $0.min() } }

    var metrics: [MetricValue] {
        var values: [MetricValue] = []
        if let largestRHat { values.append(MetricValue("sample/rHat", largestRHat)) }
        if let smallestBulkSize { values.append(MetricValue("sample/essBulk", smallestBulkSize)) }
        if let totalVariation { values.append(MetricValue("sample/totalVariation", totalVariation)) }
        return values
    }

    private func extreme(_ diagnoses: [Diagnosis], _ choose: ([Double]) -> Double?) -> Double? {
        let values = diagnoses.compactMap(\.value)
        return values.count == diagnoses.count ? choose(values) : nil
    }
}
