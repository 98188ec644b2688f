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
            horizontal: -8...8, vertical: -4...4, columns: 40, rows: 40, logNormalizer: log(4 * Double.pi))
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

    /// The baselines of the run: proposals that do not look at the state are accepted at a rate, moves from the state by
    /// their length.
    static let baselines: [(name: String, rate: Double, length: Double, work: Int)] = [
        ("laplace", 0.35, 0, 1), ("moments", 0.22, 0, 1), ("random-walk", 0, 2.4, 1), ("langevin", 0, 1.2, 2),
        ("hamiltonian", 0, 0.9, 10),
    ]

    /// Draws of a baseline: Metropolis steps of normal length, or independent draws that are kept with a probability.
    static func baselineBlock(
        _ index: Int, _ phase: DrawBlock.Phase, step: Int, count: Int = 50, noise: inout Noise, places: inout [Float]
    ) -> DrawBlock {
        let baseline = baselines[index]
        var block = DrawBlock(
            step: step, sampler: baseline.name, phase: phase, chains: chains, dimension: 2, proposingChains: 0)
        (block.stepCount, block.seconds) = (count, 0.004 * Double(baseline.work))
        block.evaluations = count * chains * baseline.work
        block.acceptedCounts = [Float](repeating: 0, count: chains)
        func height(_ x: Float, _ y: Float) -> Double {
            let (x, y) = (Double(x), Double(y))
            return log(exp(-(x + 4) * (x + 4) / 2) + exp(-(x - 4) * (x - 4) / 2)) - y * y / 2
        }
        for _ in 0..<count {
            for chain in 0..<chains {
                let old = (places[2 * chain], places[2 * chain + 1])
                var new = (Float((noise.uniform() < 0.5 ? -4 : 4) + noise.normal()), Float(noise.normal()))
                var rate = baseline.rate
                if baseline.length > 0 {
                    new = (
                        old.0 + Float(baseline.length * noise.normal()), old.1 + Float(baseline.length * noise.normal())
                    )
                    rate = exp(height(new.0, new.1) - height(old.0, old.1))
                }
                guard noise.uniform() < rate else { continue }
                (places[2 * chain], places[2 * chain + 1]) = new
                block.acceptedCounts[chain] += 1
            }
            block.points += places
        }
        block.acceptanceRate = Double(block.acceptedCounts.reduce(0, +)) / Double(count * chains)
        return block
    }

    /// The baselines one after the other, behind the learned sampler.
    static func baselineEvents(draws: Int, after step: Int) -> [RunEvent] {
        var noise = Noise(21)
        var step = step
        var events: [RunEvent] = [.stage(step: step, name: "baselines", index: 2, count: 3)]
        for index in baselines.indices {
            var places = (0..<2 * chains).map { Float($0 % 4 == 0 ? -4 : $0 % 4 == 2 ? 4 : 0) }
            for slice in 0...(draws / 50) {
                step += 1
                let block = baselineBlock(
                    index, slice == 0 ? .burnIn : .kept, step: step, noise: &noise, places: &places)
                events.append(.record(.draws(block)))
            }
        }
        return events
    }

    /// Everything up to a number of kept draws; below 0 the run is in its training.
    static func events(draws: Int, hasStuckChain: Bool = false, hasBaselines: Bool = false) -> [RunEvent] {
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
        if hasBaselines { events += baselineEvents(draws: draws, after: trainingSteps + 2 + draws / 50) }
        return events
    }

    /// The keys that lead to a view from the first one.
    static func keys(to view: ChainsView) -> [String] {
        [String](repeating: "v", count: ChainsView.allCases.firstIndex(of: view) ?? 0)
    }

    /// The chains screen of the run, with all questions answered.
    static func model(
        height: Int = 24, width: Int = 80, draws: Int = 1000, hasStuckChain: Bool = false, hasBaselines: Bool = false,
        view: ChainsView = .density, keys: [String] = []
    ) -> WorkbenchModel {
        var model = WorkbenchModel.chooser(height: height, width: width)
        var effects = update(&model, .runOpened(description))
        effects += update(
            &model,
            .runUpdate(
                name: name,
                feedUpdate(
                    events(draws: draws, hasStuckChain: hasStuckChain, hasBaselines: hasBaselines),
                    progress: Progress(step: 500, totalSteps: 600, epoch: 0, stage: "sample"))))
        for key in ["4"] + self.keys(to: view) + keys { settle(press(key, on: &model), &model) }
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
            switch effect {
            case .analyseChains(let request): return update(&model, .chainsAnalysed(request.answer()))
            case .summariseSampler(let request): return update(&model, .samplerSummarised(request.answer()))
            default: return []
            }
        }
    }
}
