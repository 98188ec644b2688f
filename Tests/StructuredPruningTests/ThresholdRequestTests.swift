// SPDX-License-Identifier: Apache-2.0
// Exact test errors on request: the newest one counts, and training does not notice.

import EngineKit
import Glibc
import Synchronization
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct ThresholdRequestTests {
    /// Cuts every layer at its 20th percentile, so that something dies and something lives.
    private func thresholds(_ engine: StructuredPruningEngine) -> [Double] {
        engine.posteriors.map { $0.signalToNoise.sorted()[$0.units / 5] }
    }

    private func direct(_ engine: StructuredPruningEngine, _ thresholds: [Double]) -> Double {
        let masks = engine.costGraph.effectiveMasks(
            zip(engine.snapshot.layers, thresholds).map { $0.kept(at: $1) })
        return engine.test(engine.network, gates: engine.gates(masks: masks)).error
    }

    private func finishRequests(_ run: PruningRun) { while run.engine.workWhilePaused() {} }

    @Test(arguments: [("lenet500-300", "glyphs"), ("resnet18", "shapes")])
    func theAnswerIsTheExactErrorOfTheWeightsAtTheRequest(model: String, data: String) throws {
        let run = try PruningRun(recipe(model: model, data: data, test: 600))
        try run.advance(to: 8)
        let thresholds = thresholds(run.engine)
        let expected = direct(run.engine, thresholds)
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 7, thresholds: thresholds)) == nil)
        // The training goes on meanwhile, and may find the answer ready at any step.
        try run.advance(to: 12)
        finishRequests(run)
        let answer = ThresholdEvaluation(requestIdentifier: 7, step: 8, thresholds: thresholds, testError: expected)
        #expect(run.evaluations == [answer])
        #expect(run.engine.requests.pending == nil)
    }

    @Test func thresholdsDecideAndNotTheRunsOwnOne() throws {
        let run = try PruningRun(recipe(test: 600))
        try run.advance(to: 9)
        let everything = run.engine.posteriors.map { _ in 1e9 }
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 1, thresholds: everything)) == nil)
        finishRequests(run)
        #expect(run.evaluations.map(\.testError) == [direct(run.engine, everything)])
        #expect(run.evaluations[0].testError != run.engine.lastTest?.error, "the thresholds must change something")
    }

    @Test func theNewestRequestWinsAndACancelledOneNeverAnswers() throws {
        let run = try PruningRun(recipe(test: 1200))
        try run.advance(to: 6)
        // The first request is held in front of its first batch until the second one is there.
        let gate = Gate()
        run.engine.requests.beforeBatch = { gate.pass() }
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 1, thresholds: [0, 0, 0])) == nil)
        try run.advance(to: 7)
        let expected = direct(run.engine, [1, 1, 1])
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 2, thresholds: [1, 1, 1])) == nil)
        gate.open()
        finishRequests(run)
        try run.advance(to: 12)
        let answer = ThresholdEvaluation(requestIdentifier: 2, step: 7, thresholds: [1, 1, 1], testError: expected)
        #expect(run.evaluations == [answer])
    }

    @Test func trainingHasTheSameBitsWithAndWithoutRequests() throws {
        let recipe = try recipe(noise: "per-object", model: "lenet5", test: 300)
        let plain = try PruningRun(recipe)
        let asked = try PruningRun(recipe)
        for step in 1...12 {
            try plain.advance(to: step)
            try asked.advance(to: step)
            let layers = asked.engine.posteriors.count
            let request = EngineCommand.evaluateThresholds(
                requestIdentifier: step, thresholds: [Double](repeating: Double(step), count: layers))
            #expect(asked.engine.apply(request) == nil)
        }
        #expect(asked.engine.checkpoint() == plain.engine.checkpoint())
        #expect(plain.evaluations == [])
        // Layers come with requests too; everything else is emitted alike.
        func others(_ run: PruningRun) -> [RunEvent] {
            run.events(after: -1).filter {
                switch $0 {
                case .layers, .evaluation: false
                default: true
                }
            }
        }
        #expect(others(asked) == others(plain))
    }

    @Test func aRequestIsAnsweredAfterTheRunIsFinished() throws {
        let run = try PruningRun(recipe(test: 300))
        try run.finish()
        #expect(run.engine.closing?.report != nil)
        func asked() -> [ThresholdEvaluation] {
            run.evaluations.filter { $0.requestIdentifier != ThresholdEvaluation.unasked }
        }
        let thresholds = thresholds(run.engine)
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 4, thresholds: thresholds)) == nil)
        finishRequests(run)
        #expect(asked().map(\.testError) == [direct(run.engine, thresholds)])
        #expect(asked().map(\.step) == [13])
        // Another one by the same thread, and nothing to do when all is answered.
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 5, thresholds: [0, 0, 0])) == nil)
        finishRequests(run)
        #expect(asked().map(\.requestIdentifier) == [4, 5])
        #expect(!run.engine.workWhilePaused())
    }

    @Test func aRequestThatIsPendingAtTheEndIsAnsweredBeforeIt() throws {
        let run = try PruningRun(recipe(test: 1200))
        try run.advance(to: 12)
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 9, thresholds: [1, 1, 1])) == nil)
        try run.finish()
        let asked = run.evaluations.map(\.requestIdentifier).filter { $0 != ThresholdEvaluation.unasked }
        #expect(asked == [9])
    }

    /// The network stands still since the cut; its thresholds can still be asked about.
    @Test func afterTheCutTheNetworkAsItWasCutIsEvaluated() throws {
        let run = try PruningRun(recipe(test: 300, finetune: 1))
        try run.advance(to: 15)
        #expect(run.engine.progress.stage == "finetune")
        let expected = direct(run.engine, [1, 1, 1])
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 1, thresholds: [1, 1, 1])) == nil)
        finishRequests(run)
        let answer = ThresholdEvaluation(requestIdentifier: 1, step: 13, thresholds: [1, 1, 1], testError: expected)
        #expect(run.evaluations == [answer])
        let snapshots = run.events.compactMap { if case .layers(let snapshot) = $0 { snapshot.step } else { nil } }
        #expect(snapshots == [5, 9, 13], "the units of the cut are known")
    }

    /// Which units an answer is about must be known, whenever it was asked for.
    @Test func unitsAreEmittedOncePerStepThatIsNoEndOfAnEpoch() throws {
        let run = try PruningRun(recipe())
        for step in [0, 3, 5, 7] {
            try run.advance(to: step)
            for _ in 0..<2 {
                #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 1, thresholds: [1, 1, 1])) == nil)
            }
            finishRequests(run)
        }
        let snapshots = run.events.compactMap { if case .layers(let snapshot) = $0 { snapshot.step } else { nil } }
        #expect(snapshots == [0, 3, 5, 7])
        #expect(run.evaluations.map(\.step) == [0, 3, 5, 7])
    }

    @Test func whatCannotBeAnsweredIsRefusedWithAReason() throws {
        let run = try PruningRun(recipe())
        func ask(_ thresholds: [Double]) -> String? {
            run.engine.apply(.evaluateThresholds(requestIdentifier: 1, thresholds: thresholds))
        }
        #expect(ask([1, 1]) == "2 thresholds for 3 layers")
        if run.engine.snapshot.layers[0].evidenceGain == nil {
            #expect(ask([1, ThresholdEvaluation.byEvidence, 1])?.contains("no evidence") == true)
        }
        #expect(!run.engine.workWhilePaused())
        #expect(run.evaluations == [])
    }

    @Test func theRecipeTellsTheThresholdOfItsOwnTestError() throws {
        var recipe = try recipe()
        recipe.threshold = 2.5
        #expect(recipe.ownThreshold == 2.5)
    }
}

/// Holds a thread until it is opened; then it stays open.
private final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func pass() { while !isOpen.load(ordering: .acquiring) { sched_yield() } }
}
