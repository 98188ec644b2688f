// SPDX-License-Identifier: Apache-2.0
// Rules that end the training or the sampling early: where they look, and that resumed runs end at the same place.

import EngineKit
import TestSupport
import Testing

@testable import LearnedProposals

@Suite(.serialized) struct StoppingRuleTests {
    /// The rule looks at the draws where their number says so, and not where a run happened to be taken up again.
    @Test func samplingEndsWhenThereIsEnough() throws {
        let recipe = try recipe(steps: 300, burnIn: 0, draws: 100_000, stopAt: 50)
        let whole = try ProposalRun(recipe)
        try whole.finish()
        let draws = try #require(whole.engine.sampling).work.kept.values
        #expect(draws.count == 500 * 8 * 2)
        let first = try ProposalRun(recipe)
        try first.advance(steps: 304)
        let second = try ProposalRun(recipe, continuing: first.engine.checkpoint())
        try second.finish()
        #expect(second.engine.sampling?.work.kept.values == draws)
        // One that has ended has nothing left to do.
        let third = try ProposalRun(recipe, continuing: second.engine.checkpoint())
        #expect(try third.engine.advance() == .finished)
        #expect(third.engine.sampling?.work.kept.values == draws)
        #expect(third.engine.progress == second.engine.progress)
    }

    /// The rule looks at a window of steps, and a run that was taken up again inside of it ends at the same one.
    @Test func trainingEndsWhenAcceptanceIsEnough() throws {
        let settings = reader([
            "target": ["name": .string("gaussian")], "proposal": ["family": .string("gaussian")],
            "train": [
                "steps": .integer(5000), "batch": .integer(32), "stopAtAcceptance": .real(0.9),
                "optimizer": inline(["learningRate": .real(0.02)]),
            ],
            "sample": ["chains": .integer(8), "burnIn": .integer(50), "draws": .integer(100)],
        ])
        let recipe = ProposalRecipe(settings)
        try #require(settings.finish() == [])
        let whole = try ProposalRun(recipe)
        try whole.finish()
        let rates = try #require(whole.metrics["train/acceptance"])
        #expect(rates.count >= 200 && rates.count < 2000)
        #expect(rates.suffix(100).reduce(0, +) / 100 >= 0.9)
        #expect(rates.count == 200 || rates.dropLast().suffix(100).reduce(0, +) / 100 < 0.9)
        #expect(whole.engine.summary()["trainingSteps"] == .integer(rates.count))
        #expect(whole.engine.progress.step == rates.count + 3)
        #expect(whole.engine.progress.totalSteps == rates.count + 3)
        let first = try ProposalRun(recipe)
        try first.advance(steps: rates.count - 30)
        let second = try ProposalRun(recipe, continuing: first.engine.checkpoint())
        try second.finish()
        #expect(second.engine.sampling?.work.kept.values == whole.engine.sampling?.work.kept.values)
    }

    /// A look where each 500th draw is, and later ever more seldom; slices of any size find the same ones.
    @Test(arguments: [50, 7, 500]) func looksAreAFunctionOfTheNumberOfDraws(steps: Int) {
        let looks = stride(from: steps, through: 14_000, by: steps).filter { SamplingStage.isLookDue($0, after: steps) }
        let early = [500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500]
        let due = early + [5062, 5694, 6405, 7205, 8105, 9118, 10257, 11539, 12981]
        #expect(looks == due.map { ($0 + steps - 1) / steps * steps })
    }

    /// What no memory holds is refused before the first step, with the keys that are to blame.
    @Test func moreDrawsThanFitAreRefused() throws {
        let settings = reader(["sample": ["chains": .integer(1000), "draws": .integer(1_000_000)]])
        let recipe = ProposalRecipe(settings)
        try #require(settings.finish() == [])
        let error = #expect(throws: EngineError.self) { _ = try ProposalRun(recipe) }
        #expect(error?.description.contains("sample.draws") == true, "\(error?.description ?? "")")
    }
}
