// SPDX-License-Identifier: Apache-2.0
// A made-up run of a learned proposal on a target with two modes, told in records like a real one.

import EngineKit
import Glibc
import Screen

@testable import Workbench

/// The run.
enum FakeChainsRun {
    static let name = "proposal-two-hills"
    static let chains = 8
    static let trainingSteps = 500

    static let description = RunDescription(
        name: name, engine: "proposal", title: "Two hills, learned proposal",
        metrics: [
            "train/acceptance", "train/acceptanceLowerBound", "sample/totalVariation", "sample/klReverse",
            "sample/klForward", "sample/acceptanceLowerBound",
        ].map { MetricDefinition(name: $0, unit: "", direction: .neutral, definition: "") },
        headlineMetric: "train/acceptance", isOwn: true)

    /// Two normal densities of standard deviation 1 at -4 and 4 of the first axis.
    static let target: TargetDescription = {
        let plane = TargetDescription.Plane(
            horizontal: -8...8, vertical: -4...4, columns: 40, rows: 40, logNormalizer: nil)
        let values = (0..<1600).map { index -> Float in
            let (x, y) = (-8 + (Double(index % 40) + 0.5) * 0.4, -4 + (Double(index / 40) + 0.5) * 0.2)
            return Float(log(exp(-(x + 4) * (x + 4) / 2) + exp(-(x - 4) * (x - 4) / 2)) - y * y / 2)
        }
        return TargetDescription(
            step: 0, name: "two-hills", coordinates: ["x", "y"], plane: plane, logDensity: values,
            modes: [-4, 0, 4, 0])
    }()

    /// Independent draws that are kept with probability 0.7; the last chain is stuck if so wished.
    static func block(
        _ phase: DrawBlock.Phase, step: Int, count: Int = 50, hasStuckChain: Bool = false,
        noise: inout Noise, places: inout [Float]
    ) -> DrawBlock {
        var block = DrawBlock(
            step: step, sampler: "learned", phase: phase, chains: chains, dimension: 2, proposingChains: 4)
        block.stepCount = count
        block.acceptanceRate = 0.7
        block.seconds = 0.01
        block.evaluations = count * chains
        block.acceptedCounts = [Float](repeating: 0, count: chains)
        for _ in 0..<count {
            for chain in 0..<chains {
                let proposal = [
                    Float((noise.uniform() < 0.5 ? -4 : 4) + noise.normal()), Float(noise.normal()),
                ]
                let isAccepted = noise.uniform() < 0.7 && !(hasStuckChain && chain == chains - 1)
                if isAccepted {
                    places.replaceSubrange(2 * chain..<2 * chain + 2, with: proposal)
                    block.acceptedCounts[chain] += 1
                }
                guard chain < 4 else { continue }
                block.proposals += proposal
                block.isAccepted.append(isAccepted ? 1 : 0)
            }
            block.points += places
        }
        return block
    }

    /// Everything up to a number of kept draws; below 0 the run is in its training.
    static func events(draws: Int, hasStuckChain: Bool = false) -> [RunEvent] {
        var noise = Noise(11)
        var places = [Float](repeating: 0, count: 2 * chains)
        var events: [RunEvent] = [.stage(step: 0, name: "train", index: 0, count: 2), .record(.target(target))]
        for step in stride(from: 25, through: trainingSteps, by: 25) {
            let rate = 0.7 - 0.5 * exp(-Double(step) / 150)
            events.append(
                .metrics(
                    step: step, epoch: 0,
                    values: [
                        MetricValue("train/acceptance", rate + 0.02 * noise.normal()),
                        MetricValue("train/acceptanceLowerBound", 1.6 * rate - 0.6),
                    ]))
            events.append(
                .record(.draws(block(.training, step: step, count: 1, noise: &noise, places: &places))))
        }
        guard draws >= 0 else { return events }
        events.append(.stage(step: trainingSteps, name: "sample", index: 1, count: 2))
        events.append(.record(.draws(block(.burnIn, step: trainingSteps + 1, noise: &noise, places: &places))))
        for slice in 0..<(draws / 50) {
            events.append(
                .record(
                    .draws(
                        block(
                            .kept, step: trainingSteps + 2 + slice, hasStuckChain: hasStuckChain, noise: &noise,
                            places: &places))))
        }
        events.append(
            .metrics(
                step: trainingSteps + 1 + draws / 50, epoch: 0,
                values: [
                    MetricValue("sample/totalVariation", 0.031), MetricValue("sample/klReverse", 0.052),
                    MetricValue("sample/klForward", 0.061), MetricValue("sample/acceptanceLowerBound", 0.618),
                ]))
        return events
    }

    /// The chains screen of the run, with all questions answered.
    static func model(
        height: Int = 24, width: Int = 80, draws: Int = 1000, hasStuckChain: Bool = false, keys: [String] = []
    ) -> WorkbenchModel {
        var model = WorkbenchModel.chooser(height: height, width: width)
        var effects = update(&model, .runOpened(description))
        effects += update(
            &model,
            .runUpdate(
                name: name,
                feedUpdate(
                    events(draws: draws, hasStuckChain: hasStuckChain),
                    progress: Progress(step: 500, totalSteps: 600, epoch: 0, stage: "sample"))))
        for key in ["4"] + keys { settle(press(key, on: &model), &model) }
        settle(effects, &model)
        if model.overlay == nil { model.notice = nil }
        return model
    }
}

/// Answers requests to look at draws until there are none, as the wiring would.
func settle(_ effects: [Effect], _ model: inout WorkbenchModel) {
    var effects = effects
    while !effects.isEmpty {
        effects = effects.flatMap { effect -> [Effect] in
            guard case .analyseChains(let request) = effect else { return [] }
            return update(&model, .chainsAnalysed(request.answer()))
        }
    }
}
