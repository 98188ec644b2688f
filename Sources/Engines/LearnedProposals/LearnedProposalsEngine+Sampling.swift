// SPDX-License-Identifier: Apache-2.0
// Sampling with the learned proposal: slices of steps, diagnostics now and then, an end by rule or by number.

import Chains
import Diagnostics
import EngineKit

extension LearnedProposalsEngine {
    /// Diagnostics cost about as much as a thousand steps: this many draws per chain lie between two looks.
    private static let drawsPerLook = 500

    /// Begins fresh chains at draws of the proposal.
    func startSampling() {
        sampling = Sampling(
            target: target, proposal: proposal.frozen(), chains: recipe.sampling.chains, seed: context.seed)
        context.emit(.stage(step: progress.step, name: "sample", index: 1, count: 2))
    }

    /// Does a slice of burn-in or of kept draws.
    func sampleOneSlice() -> StepOutcome {
        guard var work = sampling else { return .finished }
        // One owner only, or every slice would copy all draws.
        sampling = nil
        let settings = recipe.sampling
        let kept = work.drawCount(dimension: target.dimension)
        let isKept = work.slices >= settings.burnInSlices
        let left = isKept ? settings.draws - kept : settings.burnIn - work.slices * SamplingSettings.stepsPerSlice
        let steps = min(SamplingSettings.stepsPerSlice, left)
        let started = monotonicSeconds()
        work.advance(steps: steps, isKept: isKept)
        if isKept { work.seconds += monotonicSeconds() - started }
        work.slices += 1
        sampling = work
        guard isKept else { return .running }

        let count = kept + steps
        let isLast = count >= settings.draws
        var values = [MetricValue("sample/acceptance", work.acceptanceRate)]
        if isLast || count % Self.drawsPerLook < steps, count >= 100 {
            let look = DrawsReport(work, target)
            values += look.metrics
            values.append(MetricValue("speed/proposalsPerSecond", Double(work.proposals) / max(work.seconds, 1e-9)))
            report = look
        }
        context.emit(.metrics(step: progress.step, epoch: 0, values: values))
        if isLast { return .finished }
        return isEnough(report) ? .finished : .running
    }

    /// Whether the rule of the session says that the draws are enough.
    private func isEnough(_ report: DrawsReport?) -> Bool {
        guard let wanted = recipe.sampling.enoughEffectiveDraws, let report else { return false }
        guard let size = report.smallestBulkSize, let rHat = report.largestRHat else { return false }
        return size >= wanted && rHat <= recipe.sampling.largestRHat
    }
}

/// What is known of draws: the diagnostics of every coordinate, and the distance to the target where it is known.
struct DrawsReport {
    let summaries: [QuantitySummary]
    /// Draws per chain that it is about.
    let drawCount: Int
    let totalVariation: Double?
    /// Share of the draws at each mode; empty without modes.
    let occupancy: [Double]

    init(_ sampling: Sampling, _ target: SampledTarget) {
        let draws = sampling.chainDraws(target.coordinates)
        summaries = target.coordinates.indices.map { QuantitySummary(name: target.coordinates[$0], draws.quantity($0)) }
        drawCount = draws.drawCount
        let grid = target.plane.map(GridDistance.init)
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
