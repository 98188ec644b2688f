// SPDX-License-Identifier: Apache-2.0
// The empirical setting: samples for a density, a generator for the proposal, a discriminator for the ratio.

import Chains
import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import TestSupport
import Testing

@testable import LearnedProposals

@Suite(.serialized) struct EmpiricalTests {
    private func recipe(
        objective: String = "acceptance-lower-bound", steps: Int = 20, draws: Int = 200, target: String = "mog2"
    ) throws -> ProposalRecipe {
        let settings = reader([
            "target": ["name": .string(target), "known": .string("samples"), "samples": .integer(500)],
            "proposal": ["objective": .string(objective)],
            "train": ["steps": .integer(steps), "batch": .integer(32)],
            "generator": ["hidden": .integer(16)],
            "discriminator": ["hidden": .integer(16), "calibrationSteps": .integer(10)],
            "sample": ["chains": .integer(8), "burnIn": .integer(50), "draws": .integer(draws)],
        ])
        let recipe = ProposalRecipe(settings)
        try #require(settings.finish() == [])
        return recipe
    }

    private func run(_ recipe: ProposalRecipe, _ recorder: EventRecorder = EventRecorder()) throws -> EmpiricalEngine {
        let engine = try recipe.makeEngine(context: recorder.context(seed: 5))
        return try #require(engine as? EmpiricalEngine)
    }

    // MARK: Pieces

    /// Hills of equal weight and known moments, cut off nowhere.
    @Test func samplesHaveTheLawOfTheTarget() throws {
        let plane = try #require(allTargets.first { $0.name == "mog2" })
        let points = samplePlane(plane, count: 20_000, seed: 1)
        #expect(points.count == 40_000)
        let moments = SampleMoments(points, dimension: 2)
        // Standard errors: 5.02 / 141 and 0.5 / 141 of the means, about 0.01 of the deviations.
        #expect(abs(moments.mean[0]) < 0.15 && abs(moments.mean[1]) < 0.015)
        #expect(abs(moments.standardDeviation[0] / plane.standardDeviation[0] - 1) < 0.02)
        #expect(abs(moments.standardDeviation[1] / 0.5 - 1) < 0.02)
        #expect(GridDistance(plane).totalVariation(points) < 0.05)
        #expect(samplePlane(plane, count: 10, seed: 1) == Array(points.prefix(20)))
    }

    @Test func constantCoordinatesHaveDeviationOne() {
        let moments = SampleMoments([1, 4, 3, 4], dimension: 2)
        #expect(moments.mean == [2, 4] && moments.standardDeviation == [1, 1])
    }

    /// Between two normal distributions one apart the best logit is linear: `x - 1/2`.
    @Test func aDiscriminatorLearnsTheLogRatio() {
        let moments = SampleMoments([-1, 2], dimension: 1)
        let discriminator = Discriminator(hidden: 32, moments: moments, seed: 1)
        let optimizer = Optimizer(
            .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), discriminator.parameters)
        var stream = RandomStream(seed: 2, purpose: .initialization)
        func batch(_ centre: Float) -> Tensor {
            var noise = [Float](repeating: 0, count: 512)
            stream.fillNormal(&noise)
            return Tensor(shape: [512, 1], scalars: noise.map { $0 + centre })
        }
        for _ in 0..<600 {
            let loss = discriminator.loss(data: batch(1), generated: batch(0))
            optimizer.update(
                gradients(of: loss, for: discriminator.parameters.map(\.value)), learningRate: 2e-3)
        }
        let ratio = LearnedRatio(discriminator: discriminator, dimension: 1)
        let found = ratio.logDensity([-0.5, 0.5, 1.5])
        for (value, expected) in zip(found, [-1.0, 0, 1]) { #expect(abs(value - expected) < 0.3, "\(found)") }
        let slopes = ratio.logDensityAndGradient([0.5])
        #expect(abs(slopes.values[0] - found[1]) < 1e-6 && abs(slopes.gradients[0] - 1) < 0.4)
    }

    /// A chain with the true ratio turns proposals of one distribution into draws of another.
    @Test func aChainWithTheRightRatioLeavesTheGenerator() {
        struct Ratio: LogDensity {
            let dimension = 1
            func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
                for index in values.indices { values[index] = points[index] - 0.5 }
            }
            func logDensityAndGradient(
                _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
                gradients: UnsafeMutableBufferPointer<Double>
            ) { logDensity(points, into: values) }
        }
        struct Normal: ProposalDistribution {
            let dimension = 1
            func sample(
                into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
                using stream: inout RandomStream
            ) {
                stream.fillNormal(points)
                logDensity.update(repeating: 0)
            }
            func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
                values.update(repeating: 0)
            }
        }
        var sampling = Sampling(target: Ratio(), proposal: Normal(), chains: 100, seed: 3)
        let settings = SamplingSettings(reader(["sample": ["chains": .integer(100)]]).table("sample"))
        var block = BlockCollector(
            step: 0, phase: .kept, chains: 100, dimension: 1, thinning: settings.thinning(dimension: 1), stepsBefore: 0)
        sampling.advance(steps: 50, isKept: false, into: &block)
        sampling.advance(steps: 400, isKept: true, into: &block)
        let mean = sampling.kept.values.reduce(0, +) / Double(sampling.kept.values.count)
        // 40000 draws with an autocorrelation time near 2.
        #expect(abs(mean - 1) < 0.03)
    }

    // MARK: Runs

    @Test func aRunTrainsCalibratesAndSamples() throws {
        let recorder = EventRecorder()
        let engine = try run(try recipe(), recorder)
        while try engine.advance() == .running {}
        let summary = engine.summary()
        for key in ["acceptanceRate", "totalVariation", "totalVariationOfProposals"] {
            #expect((0...1).contains(summary[key]?.number ?? -1), "\(key)")
        }
        #expect(summary["modeOccupancyOfProposals"]?.array?.count == 2)
        #expect(summary["klReverse"] == .null)
        var names: Set<String> = []
        for case .metrics(_, _, let values) in recorder.events { names.formUnion(values.map(\.name)) }
        #expect(names.isSubset(of: Set(LearnedProposals.metrics.map(\.name))))
        #expect(names.isSuperset(of: ["train/loss", "train/discriminatorLoss", "sample/acceptance"]))
        let kept = recorder.events.reduce(0) { sum, event in
            if case .record(.draws(let draws)) = event, draws.phase == .kept { sum + draws.stepCount } else { sum }
        }
        #expect(kept == 200)
        let stages = recorder.events.compactMap { if case .stage(_, let name, _, _) = $0 { name } else { nil } }
        #expect(stages == ["train", "calibrate", "sample"])
        #expect(engine.progress.step == engine.progress.totalSteps)
    }

    /// In training, in the calibration, in the burn-in and among kept draws.
    @Test(arguments: ["acceptance", "acceptance-lower-bound"], [7, 25, 31, 33]) func aRunGoesOnToTheBit(
        objective: String, step: Int
    ) throws {
        let recipe = try recipe(objective: objective)
        let whole = try run(recipe)
        while whole.progress.step < step { _ = try whole.advance() }
        let checkpoint = try Safetensors.decode(Safetensors.encode(whole.checkpoint()))
        let resumed = try run(recipe)
        try resumed.restore(checkpoint)
        while try whole.advance() == .running {}
        while try resumed.advance() == .running {}
        #expect(whole.sampling?.work.kept.values == resumed.sampling?.work.kept.values)
        #expect(whole.sampling?.work.kept.values.isEmpty == false)
        #expect(whole.summary()["totalVariationOfProposals"] == resumed.summary()["totalVariationOfProposals"])
    }

    /// A discriminator that goes on working behind the training makes draws of a chain better than its proposals.
    @Test func theChainIsNearerToTheTargetThanTheGenerator() throws {
        var recipe = try recipe(steps: 1000, draws: 2000)
        recipe.batch = 256
        recipe.empirical?.samples = 10_000
        recipe.empirical?.generatorUnits = 64
        recipe.empirical?.discriminatorUnits = 64
        recipe.empirical?.calibrationSteps = 1000
        let engine = try run(recipe)
        while try engine.advance() == .running {}
        let summary = engine.summary()
        let (chain, generator) = (
            try #require(summary["totalVariation"]?.number), try #require(summary["totalVariationOfProposals"]?.number)
        )
        #expect(chain < 0.95 * generator, "\(chain), \(generator)")
    }

    @Test func whatDoesNotGoTogetherIsSaid() {
        func problems(_ target: KeyValuePairs<String, Setting.Value>, _ proposal: KeyValuePairs<String, Setting.Value>)
            -> Set<String>
        {
            let settings = reader(["target": target, "proposal": proposal])
            _ = ProposalRecipe(settings)
            return Set(settings.finish().map(\.key))
        }
        let samples: Setting.Value = .string("samples")
        #expect(problems(["known": samples], [:]) == [])
        #expect(problems(["samples": .integer(5)], [:]) == ["target.samples"])
        #expect(problems(["known": samples], ["objective": .string("vi")]) == ["proposal.objective"])
        #expect(problems(["known": samples], ["family": .string("flow")]) == ["proposal.family"])
        #expect(
            problems(
                [
                    "known": samples, "name": .string("expression"), "logDensity": .string("-x^2"),
                    "variables": .array([Setting(.string("x"), line: 1)]),
                ], [:]) == ["target.known"])
    }
}
