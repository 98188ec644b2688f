// SPDX-License-Identifier: Apache-2.0
// What a run tells of its chains: every state once, with what became of the proposals, and no more than there is room for.

import Chains
import EngineKit
import Glibc
import TestSupport
import Testing

@testable import LearnedProposals

extension ProposalRun {
    /// All blocks of draws, without the seconds that they took.
    var blocks: [DrawBlock] {
        records.compactMap { record in
            guard case .draws(var block) = record else { return nil }
            block.seconds = 0
            return block
        }
    }

    /// All descriptions of targets.
    var targets: [TargetDescription] {
        records.compactMap { if case .target(let target) = $0 { target } else { nil } }
    }
}

@Suite(.serialized) struct RecordTests {
    @Test func aTargetOfThePlaneIsDescribedOnce() throws {
        let run = try ProposalRun(try recipe(steps: 2))
        try run.finish()
        let target = try #require(run.targets.first)
        #expect(run.targets.count == 1)
        #expect(target.step == 0 && target.name == "mog2" && target.coordinates == ["x", "y"])
        let plane = try #require(target.plane)
        let exact = try #require(run.engine.target.plane)
        #expect(plane.left == exact.horizontal.lowerBound && plane.top == exact.vertical.upperBound)
        #expect(plane.logNormalizer == exact.logNormalizer)
        #expect(target.modes == exact.modes.map { Float($0) })
        #expect(target.logDensity.count == plane.columns * plane.rows)
        // The density integrates to one over the centres of the cells.
        let area = (plane.right - plane.left) * (plane.top - plane.bottom) / Double(target.logDensity.count)
        let mass = target.logDensity.reduce(0) { $0 + exp(Double($1) - exact.logNormalizer) * area }
        expectClose(mass, 1, absolute: 0.02)
        // Row by row from the bottom up, at centres: the first two points are a cell apart.
        let width = (plane.right - plane.left) / Double(plane.columns)
        let height = (plane.top - plane.bottom) / Double(plane.rows)
        let points = [0.5, 1.5].flatMap { [plane.left + $0 * width, plane.bottom + 0.5 * height] }
        #expect(target.logDensity.prefix(2).map { $0 } == exact.density.logDensity(points).map { Float($0) })
    }

    @Test func otherTargetsSayWhatIsKnown() throws {
        func target(_ text: String, _ names: [String]) throws -> TargetDescription {
            let settings = reader([
                "target": [
                    "name": .string("expression"), "logDensity": .string(text),
                    "variables": .array(names.map { .init(.string($0), line: 0) }),
                ], "proposal": ["family": .string("gaussian")], "train": ["steps": .integer(0)],
            ])
            let recipe = ProposalRecipe(settings)
            try #require(settings.finish() == [])
            return try #require(try ProposalRun(recipe).targets.first)
        }
        let plane = try #require(try target("-0.5*(a-3)^2 - 2*b^2", ["a", "b"]).plane)
        // Four standard deviations, 1 and 1/2, to either side of the mode.
        for (value, expected) in [(plane.left, -1.0), (plane.right, 7), (plane.bottom, -2), (plane.top, 2)] {
            expectClose(value, expected, absolute: 1e-3)
        }
        #expect(plane.logNormalizer == nil)
        let solid = try target("-a^2-b^2-c^2", ["a", "b", "c"])
        #expect(solid.coordinates == ["a", "b", "c"] && solid.plane == nil && solid.logDensity.isEmpty)
    }

    @Test func everyStateOfTheChainsIsToldInItsPhase() throws {
        let run = try ProposalRun(try recipe(steps: 60))
        try run.finish()
        let training = run.blocks.filter { $0.phase == .training }
        #expect(training.map(\.step) == [25, 50])
        #expect(training.allSatisfy { $0.chains == 32 && $0.count == 1 && $0.stepCount == 1 && $0.thinning == 25 })
        let burnIn = run.blocks.filter { $0.phase == .burnIn }
        #expect(burnIn.map(\.stepCount) == [50, 10] && burnIn.map(\.count) == [50, 10])
        let kept = run.blocks.filter { $0.phase == .kept }
        #expect(kept.map(\.stepCount) == [50, 50, 30] && kept.map(\.step) == [63, 64, 65])
        let draws = try #require(run.engine.sampling).work.kept.values
        #expect(kept.flatMap(\.points) == draws.map { Float($0) })
        for block in burnIn + kept {
            #expect(block.sampler == "learned" && block.chains == 8 && block.dimension == 2 && block.thinning == 1)
            #expect(block.evaluations == 8 * block.stepCount)
            #expect(block.proposals.count == block.count * 4 * 2 && block.isAccepted.count == block.count * 4)
            #expect(block.acceptanceRate >= 0 && block.acceptanceRate <= 1)
            // An accepted proposal is the new state; the counts are those of the same steps.
            for chain in 0..<4 {
                var accepted: Float = 0
                for draw in 0..<block.count where block.isAccepted[draw * 4 + chain] == 1 {
                    accepted += 1
                    let (state, proposal) = ((draw * 8 + chain) * 2, (draw * 4 + chain) * 2)
                    #expect(block.points[state..<state + 2] == block.proposals[proposal..<proposal + 2])
                }
                #expect(block.acceptedCounts[chain] == accepted)
            }
        }
        let rate = kept.reduce(0) { $0 + $1.acceptanceRate * Double($1.stepCount) } / 130
        expectClose(rate, try #require(run.engine.sampling).work.kept.acceptanceRate, absolute: 1e-12)
    }

    /// Saved in the training, in the burn-in and among kept draws.
    @Test(arguments: [20, 61, 63])
    func aRunThatGoesOnTellsTheSame(stop: Int) throws {
        let recipe = try recipe(steps: 60)
        let whole = try ProposalRun(recipe)
        try whole.finish()
        let first = try ProposalRun(recipe)
        try first.advance(steps: stop)
        let second = try ProposalRun(recipe, continuing: first.engine.checkpoint())
        try second.finish()
        #expect(second.targets.isEmpty)
        #expect(first.blocks + second.blocks == whole.blocks)
    }

    @Test func longRunsTellEveryFewStates() throws {
        var settings = try recipe().sampling
        #expect(settings.thinning(dimension: 2) == 1 && settings.tellsCounts)
        (settings.chains, settings.burnIn, settings.draws) = (32, 1000, 5000)
        #expect(settings.thinning(dimension: 25) == 1)
        // (32 + 4) 25 + 32 + 4 numbers in each of 60 000 steps are 56.16 million, more than 7 times what there is room for.
        (settings.burnIn, settings.draws) = (10_000, 50_000)
        #expect(settings.thinning(dimension: 25) == 8)
        (settings.chains, settings.burnIn, settings.draws) = (10_000, 100_000_000, 10_000_000)
        #expect(!settings.tellsCounts)
        let numbers = Double(110_000_000 / settings.thinning(dimension: 1000)) * 10_014_004
        #expect(numbers <= 8e6 || settings.thinning(dimension: 1000) > 110_000_000)
    }

    /// With a stride of 7 the states of steps 7, 14 and so on are told, wherever the slices of 50 steps end.
    @Test func thinningCountsFromTheBeginningOfThePhase() throws {
        let run = try ProposalRun(try recipe(steps: 0, burnIn: 0, draws: 130))
        try run.finish()
        let draws = try #require(run.engine.sampling).work.kept.values
        var told: [Float] = []
        var sampling = try #require(run.engine.sampling).work
        let info = sampling.kernel.step(&sampling.states)
        var stepsBefore = 0
        for steps in [50, 50, 30] {
            var collector = BlockCollector(
                step: 1, phase: .kept, chains: 8, dimension: 2, thinning: 7, stepsBefore: stepsBefore)
            for step in stepsBefore..<stepsBefore + steps {
                let states = ChainStates(
                    dimension: 2, points: Array(draws[step * 16..<(step + 1) * 16]),
                    logDensity: [Double](repeating: 0, count: 8))
                collector.take(states, info)
            }
            stepsBefore += steps
            told += collector.finished(seconds: 0).points
        }
        let expected = stride(from: 7, through: 130, by: 7).flatMap { draws[($0 - 1) * 16..<$0 * 16] }
        #expect(told == expected.map { Float($0) })
    }
}
