// SPDX-License-Identifier: Apache-2.0
// One baseline under way: its warm-up, its draws, and what is known of them at the end.

import Chains
import EngineKit

/// Chains of a sampler that needs no training.
final class BaselineStage {
    let baseline: Baseline
    private let settings: BaselineSettings
    private let thinning: Int
    /// Steps of the run before the first slice.
    private let stepsBefore: Int
    private var kernel: any MarkovKernel
    private var states: ChainStates
    private var adaptation: StepSizeAdaptation
    /// Slices done.
    private(set) var slices = 0
    private(set) var kept: KeptDraws
    /// Seconds of the warm-up.
    private(set) var warmUpSeconds = 0.0

    /// Chains that begin at draws of a normal distribution about as wide as the target.
    ///
    /// - Parameter stepsBefore: steps of the run before the first slice.
    /// - Throws: `EngineError` with the reason why the target has no such sampler.
    init(
        _ baseline: Baseline, _ source: BaselineSource, chains: Int, stepsBefore: Int
    ) throws(EngineError) {
        self.baseline = baseline
        settings = source.settings
        self.stepsBefore = stepsBefore
        let dimension = source.target.dimension
        thinning = settings.thinning(chains: chains, dimension: dimension)
        kernel = try baseline.make(source)
        let start = FullGaussian(mean: source.start.mean, lowerFactor: source.start.anyFactor)
        let points = start.sample(count: chains, using: &kernel.streams.proposal).points
        states = kernel.initialState(points)
        adaptation = StepSizeAdaptation(target: baseline.acceptance ?? 0.5)
        kept = KeptDraws(chains: chains, dimension: dimension)
    }

    var isComplete: Bool { kept.count >= settings.draws }

    /// The step size as it is now; `nil` for a kernel without.
    var stepSize: Double? { (kernel as? any StepSizeKernel)?.stepSize }

    /// Does a slice of the warm-up or of kept draws.
    func advance(emit: (RunEvent) -> Void) {
        let isKept = slices >= settings.warmUpSlices
        let done = isKept ? kept.count : slices * SamplingSettings.stepsPerSlice
        let steps = min(SamplingSettings.stepsPerSlice, (isKept ? settings.draws : settings.warmUp) - done)
        var block = BlockCollector(
            step: stepsBefore + slices + 1, sampler: baseline.name, phase: isKept ? .kept : .burnIn,
            chains: states.count, dimension: states.dimension, thinning: thinning, stepsBefore: done)
        let started = monotonicNanoseconds()
        var info = StepInfo()
        for _ in 0..<steps {
            kernel.step(&states, into: &info)
            block.take(states, info)
            if isKept { kept.take(states, info) } else { adapt(after: info) }
        }
        let seconds = Double(monotonicNanoseconds() - started) * 1e-9
        if isKept { kept.seconds += seconds } else { warmUpSeconds += seconds }
        slices += 1
        emit(.record(.draws(block.finished(seconds: seconds))))
    }

    /// A kernel that is adapted leaves nothing invariant, so this happens in the warm-up only.
    private func adapt(after info: StepInfo) {
        guard var adjustable = kernel as? any StepSizeKernel else { return }
        adaptation.adapt(&adjustable, after: info)
        kernel = adjustable
    }
}

extension BaselineStage {
    /// Stores the chains and their draws.
    func save(_ checkpoint: inout Checkpoint) {
        checkpoint.put(kernel.streams, states, prefix: "baseline.")
        checkpoint.put(kept, prefix: "baseline.")
        checkpoint.put("baseline.adaptation", [stepSize ?? 0, Double(adaptation.stepCount), warmUpSeconds])
        checkpoint.put("baseline.slices", slices)
        checkpoint.put("baseline.stepsBefore", stepsBefore)
    }

    /// Steps of the run before the first slice of a stored baseline; `nil` where none is stored.
    static func stepsBefore(_ checkpoint: Checkpoint) throws(EngineError) -> Int? {
        checkpoint["baseline.stepsBefore"] == nil ? nil : try checkpoint.integer("baseline.stepsBefore")
    }

    /// Takes over what `save` stored.
    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        try checkpoint.restore(&kernel.streams, &states, prefix: "baseline.")
        try checkpoint.restore(&kept, prefix: "baseline.")
        let saved = try checkpoint.doubles("baseline.adaptation", shape: [3])
        guard let stepCount = Int(exactly: saved[1]), stepCount >= 0 else {
            throw EngineError("checkpoint: baseline.adaptation: found \(saved[1]) steps, allowed a whole number from 0")
        }
        if var adjustable = kernel as? any StepSizeKernel {
            guard saved[0] > 0, saved[0].isFinite else {
                throw EngineError("checkpoint: baseline.adaptation: found a step size of \(saved[0]), allowed above 0")
            }
            adjustable.stepSize = saved[0]
            kernel = adjustable
        }
        adaptation = StepSizeAdaptation(target: adaptation.target, stepCount: stepCount)
        warmUpSeconds = saved[2]
        slices = try checkpoint.integer("baseline.slices")
    }
}
