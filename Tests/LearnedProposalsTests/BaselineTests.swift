// SPDX-License-Identifier: Apache-2.0
// The samplers that a learned proposal is compared with: their numbers, their records, and stops between.

import Chains
import EngineKit
import TestSupport
import Testing

@testable import LearnedProposals

@Suite(.serialized) struct BaselineTests {
    private static let names = ["laplace", "moments", "random-walk", "langevin", "hamiltonian"]

    private func recipe(_ samplers: [String], target: String = "gaussian", warmUp: Int = 70, draws: Int = 120) throws
        -> ProposalRecipe
    {
        let settings = reader([
            "target": ["name": .string(target)], "proposal": ["family": .string("gaussian")],
            "train": ["steps": .integer(3), "batch": .integer(16)],
            "sample": ["chains": .integer(16), "burnIn": .integer(20), "draws": .integer(200)],
            "baselines": [
                "samplers": .array(samplers.map { .init(.string($0), line: 0) }), "warmUp": .integer(warmUp),
                "draws": .integer(draws),
            ],
        ])
        let recipe = ProposalRecipe(settings)
        try #require(settings.finish() == [])
        return recipe
    }

    /// A normal target is the case that all of them must get right.
    @Test func everyBaselineSamplesANormalTarget() throws {
        let run = try ProposalRun(try recipe(Self.names, warmUp: 500, draws: 2000))
        try run.finish()
        let outcomes = run.engine.summary()["baselines"]?.array?.compactMap(\.object) ?? []
        #expect(outcomes.compactMap { $0["name"]?.string } == Self.names)
        for outcome in outcomes {
            let name = outcome["name"]?.string ?? ""
            #expect(try #require(outcome["meanDifference"]?.number) < 5, "\(name)")
            #expect(try #require(outcome["rHat"]?.number) < 1.02, "\(name)")
            #expect(try #require(outcome["essPerSecond"]?.number) > 0, "\(name)")
            #expect(outcome["draws"] == .integer(2000))
        }
        // The Laplace approximation of a normal distribution is that distribution.
        let laplace = try #require(outcomes.first)
        expectClose(try #require(laplace["acceptanceRate"]?.number), 1, absolute: 1e-6)
        expectClose(try #require(laplace["essPerEvaluation"]?.number), 1, absolute: 0.15)
        // The adaptation reaches the acceptance that it is told, roughly, after 500 steps of 16 chains.
        for (index, wanted) in [(2, 0.25), (3, 0.57), (4, 0.65)] {
            let rate = try #require(outcomes[index]["acceptanceRate"]?.number)
            expectClose(rate, wanted, absolute: 0.15, "\(Self.names[index])")
            #expect(try #require(outcomes[index]["stepSize"]?.number) > 0)
        }
    }

    @Test func recordsNameTheirSampler() throws {
        let run = try ProposalRun(try recipe(["random-walk", "hamiltonian"]))
        try run.finish()
        let blocks = run.records.compactMap { if case .draws(let block) = $0 { block } else { nil } }
        for name in ["random-walk", "hamiltonian"] {
            let own = blocks.filter { $0.sampler == name }
            #expect(own.filter { $0.phase == .burnIn }.reduce(0) { $0 + $1.stepCount } == 70)
            #expect(own.filter { $0.phase == .kept }.reduce(0) { $0 + $1.stepCount } == 120)
            let most = name == "hamiltonian" ? 10 : 1
            #expect(own.allSatisfy { ($0.stepCount * 16...$0.stepCount * 16 * most).contains($0.evaluations) })
            // Behind the learned sampler, in the order of time.
            #expect(own.map(\.step) == own.map(\.step).sorted())
        }
        #expect(blocks.map(\.step) == blocks.map(\.step).sorted())
        #expect(run.engine.progress.step == run.engine.progress.totalSteps)
    }

    /// Saved before the first one, in its warm-up, behind it, at its end, in the warm-up of the next that adapts, and at the end.
    ///
    /// Behind 3 steps of training and 5 slices of the learned sampler a baseline takes 2 slices of warm-up and 3 of draws.
    @Test(arguments: [8, 9, 10, 13, 19, 20, 23]) func aStoppedComparisonGoesOnWithTheSameBits(stop: Int) throws {
        func results(_ run: ProposalRun) -> [JSONObject] {
            (run.engine.summary()["baselines"]?.array?.compactMap(\.object) ?? []).map { object in
                var object = object
                for key in ["samplingSeconds", "warmUpSeconds", "essPerSecond"] { object[key] = nil }
                return object
            }
        }
        let recipe = try recipe(["hamiltonian", "laplace", "langevin"])
        let whole = try ProposalRun(recipe)
        try whole.finish()
        let first = try ProposalRun(recipe)
        try first.advance(steps: stop)
        let second = try ProposalRun(recipe, continuing: first.engine.checkpoint())
        #expect(second.engine.progress == first.engine.progress)
        try second.finish()
        #expect(results(whole).count == 3)
        #expect(results(second) == results(whole))
    }

    /// A ring has no mode and no Laplace approximation, and the others go on; also those of a run that stopped in between.
    @Test func aBaselineThatDoesNotExistIsLeftOut() throws {
        let run = try ProposalRun(try recipe(["laplace", "random-walk"], target: "ring"))
        try run.finish()
        let outcomes = run.engine.summary()["baselines"]?.array?.compactMap(\.object) ?? []
        #expect(outcomes.count == 2)
        #expect(outcomes.first?["reason"]?.string?.isEmpty == false)
        let rate = try #require(outcomes.last?["acceptanceRate"]?.number)
        let first = try ProposalRun(try recipe(["laplace", "random-walk"], target: "ring"))
        try first.advance(steps: 9)
        #expect(first.engine.comparison?.outcomes.count == 1)
        let second = try ProposalRun(
            try recipe(["laplace", "random-walk"], target: "ring"), continuing: first.engine.checkpoint())
        try second.finish()
        #expect(second.engine.comparison?.outcomes.last?["acceptanceRate"]?.number == rate)
    }

    @Test func whatDoesNotFitIsReported() {
        func problems(_ baselines: KeyValuePairs<String, Setting.Value>, known: String = "density") -> Int {
            let settings = reader([
                "target": ["name": .string("mog2"), "known": .string(known)], "baselines": baselines,
            ])
            _ = ProposalRecipe(settings)
            return settings.finish().count
        }
        func list(_ names: String...) -> Setting.Value { .array(names.map { .init(.string($0), line: 0) }) }
        #expect(problems(["samplers": list("hamiltonian")]) == 0)
        #expect(problems(["samplers": list("nuts")]) == 1)
        #expect(problems(["samplers": list("laplace", "laplace")]) == 1)
        #expect(problems(["samplers": list("laplace"), "leapfrogSteps": .integer(5)]) == 1)
        #expect(problems(["samplers": list("laplace")], known: "samples") == 1)
    }
}
