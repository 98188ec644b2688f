// SPDX-License-Identifier: Apache-2.0
// All baselines of a run, one after the other, and what became of each.

import Chains
import Diagnostics
import EngineKit
import Glibc

/// Baselines behind the learned sampler, on the same target with as many chains.
final class BaselineComparison {
    private let settings: BaselineSettings
    private let target: SampledTarget
    private let start: ProposalStart
    private let learned: SamplingStage
    private let seed: UInt64
    private let chains: Int
    private let grid: GridDistance?
    /// Steps of the run before the first slice.
    private let stepsBefore: Int
    /// What is known of the baselines that are done, for the result.
    private(set) var outcomes: [JSONObject] = []
    /// Slices of the baselines that are done.
    private var slicesDone = 0
    private(set) var stage: BaselineStage?

    /// A comparison of which nothing is done.
    ///
    /// - Parameters:
    ///   - learned: the learned sampler, which has all its draws.
    ///   - stepsBefore: steps of the run before the first slice.
    init(
        _ settings: BaselineSettings, target: SampledTarget, start: ProposalStart, learned: SamplingStage, chains: Int,
        seed: UInt64, stepsBefore: Int
    ) {
        (self.settings, self.target, self.start, self.learned) = (settings, target, start, learned)
        (self.chains, self.seed, self.stepsBefore) = (chains, seed, stepsBefore)
        grid = target.plane.map(GridDistance.init)
    }

    var isComplete: Bool { outcomes.count == settings.samplers.count }

    /// Slices done, of all baselines.
    var slices: Int { slicesDone + (stage?.slices ?? 0) }

    /// Slices that are still to come, at most.
    var slicesLeft: Int { (settings.samplers.count - outcomes.count) * settings.slices - (stage?.slices ?? 0) }

    /// The baseline whose turn it is.
    var current: String? { isComplete ? nil : settings.samplers[outcomes.count] }

    /// The baseline whose turn it is, at the end the last one.
    var stageName: String? { current ?? settings.samplers.last }

    /// Begins a baseline or does a slice of it.
    func advance(emit: (RunEvent) -> Void) {
        guard let current else { return }
        let baseline = Baseline.named(current)
        if stage == nil {
            let step = stepsBefore + slices
            emit(.stage(step: step, name: current, index: 2 + outcomes.count, count: 2 + settings.samplers.count))
            do throws(EngineError) { stage = try begin(baseline, stepsBefore: step) } catch {
                emit(.message(step: step, level: .warning, text: "\(current) is left out: \(error)"))
                outcomes.append(["name": .string(current), "reason": .string("\(error)")])
                return
            }
            emit(.message(step: step, level: .notice, text: "\(current): \(baseline.meaning)"))
        }
        guard let stage else { return }
        stage.advance(emit: emit)
        if stage.isComplete { finish(stage, emit) }
    }

    private func begin(_ baseline: Baseline, stepsBefore: Int) throws(EngineError) -> BaselineStage {
        let place = Baseline.all.firstIndex { $0.name == baseline.name } ?? 0
        let source = BaselineSource(
            target: target.density, start: start, draws: learned.work.kept.values, settings: settings,
            // 0 and 1 are the chains of the training and of the learned sampler.
            streams: KernelStreams(seed: seed, index: UInt32(2 + place)))
        return try BaselineStage(baseline, source, chains: chains, stepsBefore: stepsBefore)
    }

    private func finish(_ stage: BaselineStage, _ emit: (RunEvent) -> Void) {
        let kept = stage.kept
        let report = DrawsReport(kept, target.coordinates, grid)
        var object = JSONObject()
        object["name"] = .string(stage.baseline.name)
        object["acceptanceRate"] = .real(kept.acceptanceRate)
        report.summarize(kept, into: &object)
        object["draws"] = .integer(kept.count)
        object["invalidProposals"] = .integer(kept.invalid)
        object["stepSize"] = JSONValue(stage.stepSize)
        object["samplingSeconds"] = .real(kept.seconds)
        object["warmUpSeconds"] = .real(stage.warmUpSeconds)
        object["meanDifference"] = JSONValue(learned.report.flatMap { largestMeanDifference($0, report) })
        if !report.occupancy.isEmpty { object["modeOccupancy"] = .array(report.occupancy.map { .real($0) }) }
        outcomes.append(object)
        slicesDone += stage.slices
        self.stage = nil
        emit(.message(step: stepsBefore + slicesDone, level: .notice, text: sentence(object)))
    }

    private func sentence(_ outcome: JSONObject) -> String {
        func number(_ key: String, _ scale: Double) -> String {
            guard let value = outcome[key]?.number, value.isFinite else { return "unknown" }
            let rounded = (value * scale).rounded() / scale
            return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
        }
        return "\(outcome["name"]?.string ?? ""): acceptance \(number("acceptanceRate", 1000)), "
            + "R-hat \(number("rHat", 10_000)), \(number("essBulk", 1)) effective draws, "
            + "\(number("essPerSecond", 1)) per second"
    }
}

extension BaselineComparison {
    /// Stores what is done and the baseline under way.
    func save(_ checkpoint: inout Checkpoint) {
        let text = JSONValue.array(outcomes.map { .object($0) }).text
        checkpoint.put("baselines.outcomes", Array(text.utf8))
        checkpoint.put("baselines.slices", slicesDone)
        stage?.save(&checkpoint)
    }

    /// Whether a checkpoint has baselines.
    static func isIn(_ checkpoint: Checkpoint) -> Bool { checkpoint["baselines.outcomes"] != nil }

    /// Takes over what `save` stored.
    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        let bytes = try checkpoint.bytes("baselines.outcomes")
        guard let saved = (try? JSONValue(parsing: bytes))?.array?.compactMap(\.object),
            saved.count <= settings.samplers.count
        else { throw EngineError("checkpoint: baselines.outcomes cannot be read") }
        outcomes = saved
        slicesDone = try checkpoint.integer("baselines.slices")
        guard let current, let before = try BaselineStage.stepsBefore(checkpoint) else { return }
        let stage = try begin(Baseline.named(current), stepsBefore: before)
        try stage.restore(checkpoint)
        self.stage = stage
    }
}

/// The largest `|m - m'| / sqrt(e^2 + e'^2)` over the coordinates, with means m and their Monte Carlo errors e: about 2 or 3
/// where two samplers agree; `nil` where an error is not known.
private func largestMeanDifference(_ one: DrawsReport, _ other: DrawsReport) -> Double? {
    var largest = 0.0
    for (first, second) in zip(one.summaries, other.summaries) {
        guard let mean = first.mean.value, let otherMean = second.mean.value,
            let error = first.meanStandardError.value, let otherError = second.meanStandardError.value
        else { return nil }
        largest = max(largest, abs(mean - otherMean) / hypot(error, otherError))
    }
    return largest
}
