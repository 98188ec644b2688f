// SPDX-License-Identifier: Apache-2.0
// What a user may ask of a running engine, and what it answers.

import EngineKit
import Nets
import TensorCore
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct EngineCommandTests {
    @Test func aDenseRunHasCostsAndNoNoise() throws {
        let run = try PruningRun(recipe(method: "dense"))
        try run.advance(to: 9)
        let costGraphs = run.events.count { if case .costGraph = $0 { true } else { false } }
        let snapshots = run.events.count { if case .layers = $0 { true } else { false } }
        let names = run.events.compactMap { if case .stage(_, let name, _, _) = $0 { name } else { nil } }
        #expect(costGraphs == 1)
        #expect(snapshots == 0)
        #expect(names == ["pretrain", "train"])
        #expect(
            run.engine.apply(.evaluateThresholds(requestIdentifier: 1, thresholds: [1, 1, 1]))
                == "a dense run has no thresholds to evaluate")
        #expect(run.engine.summary()["flopsRatio"]?.number == 1)
    }

    @Test func noiseComesWithOneSnapshotAnEpoch() throws {
        let run = try PruningRun(recipe())
        try run.advance(to: 9)
        let steps = run.events.compactMap { if case .layers(let snapshot) = $0 { snapshot.step } else { nil } }
        #expect(steps == [5, 9])
    }

    @Test func theLearningRateTakesEffectAtOnce() throws {
        let run = try PruningRun(recipe())
        try run.advance(to: 6)
        func weights() -> [Float] { run.engine.network.parameters.flatMap { $0.value.scalars() } }
        let before = weights()
        #expect(run.engine.apply(.setParameter(name: "learningRate", value: 0)) == nil)
        try run.advance(to: 7)
        #expect(weights() == before)
        #expect(run.engine.apply(.setParameter(name: "learningRate", value: 1e-4)) == nil)
        try run.advance(to: 8)
        #expect(weights() != before)
        #expect(run.events.contains(.message(step: 6, level: .notice, text: "learning rate set to 0.0")))
    }

    @Test(arguments: [-1, Double.nan, .infinity])
    func nonsenseAsALearningRateIsRefused(value: Double) throws {
        let run = try PruningRun(recipe())
        let refusal = try #require(run.engine.apply(.setParameter(name: "learningRate", value: value)))
        #expect(refusal.contains("learningRate is \(value)"))
        #expect(run.engine.learningRateFactor == 1)
    }

    @Test func anUnknownParameterIsRefusedWithWhatIsAllowed() throws {
        let run = try PruningRun(recipe())
        #expect(
            run.engine.apply(.setParameter(name: "temperature", value: 1))
                == "cannot set temperature while running; allowed: learningRate")
    }
}
