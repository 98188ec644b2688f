// SPDX-License-Identifier: Apache-2.0
// Where the states and the densities of the loss come from: earlier chains, and a part of the data.

import Chains
import EngineKit
import Foundation
import TestSupport
import Testing

@testable import LearnedProposals

@Suite(.serialized) struct ReplayTests {
    private func recipe(
        target: KeyValuePairs<String, Setting.Value>, train: KeyValuePairs<String, Setting.Value>,
        objective: String = "acceptance-lower-bound"
    ) -> (recipe: ProposalRecipe, problems: [String]) {
        let settings = reader([
            "target": target, "proposal": ["family": .string("gaussian"), "objective": .string(objective)],
            "train": train, "sample": ["chains": .integer(8), "burnIn": .integer(10), "draws": .integer(400)],
        ])
        let recipe = ProposalRecipe(settings)
        return (recipe, settings.finish().map { "\($0)" })
    }

    private static let replay = inline([
        "every": .integer(6), "chains": .integer(5), "burnIn": .integer(20), "draws": .integer(10),
        "kept": .real(0.5),
    ])

    /// The buffer holds draws of the target, whatever the proposal that they were made with.
    @Test func theBufferHoldsDrawsOfTheTarget() throws {
        let plane = try #require(allTargets.first { $0.name == "gaussian" })
        let settings = ReplaySettings(
            reader(["replay": ["every": .integer(1), "chains": .integer(64), "burnIn": .integer(100)]]).table("replay"))
        var buffer = ReplayBuffer(dimension: 2, seed: 5)
        #expect(buffer.draw(3).points.isEmpty)
        let proposal = FullGaussian(mean: [0.5, -0.5], lowerFactor: [1.5, 0, 0, 1.5])
        for renewal in 0..<3 {
            buffer.renew(settings, target: plane.density, proposal: proposal)
            // Three tenths of the older ones stay.
            let expected = 32_000.0 * [1, 1.3, 1.39][renewal]
            expectClose(Double(buffer.count), expected, absolute: 0.02 * expected)
        }
        let drawn = buffer.draw(20_000)
        #expect(zip(drawn.logDensity, plane.density.logDensity(drawn.points)).allSatisfy { abs($0 - $1) < 1e-12 })
        let mean = drawn.points.reduce(0, +) / 40_000
        let square = drawn.points.reduce(0) { $0 + $1 * $1 } / 40_000
        expectClose(mean, 0, absolute: 0.05)
        expectClose(square, 1, absolute: 0.06)
    }

    /// Saved between two renewals and at one.
    @Test(arguments: [9, 12]) func aStoppedRunWithABufferGoesOnWithTheSameBits(stop: Int) throws {
        let (recipe, problems) = recipe(
            target: ["name": .string("mog2")],
            train: ["steps": .integer(20), "batch": .integer(16), "replay": Self.replay])
        #expect(problems == [])
        let whole = try ProposalRun(recipe)
        try whole.finish()
        let first = try ProposalRun(recipe)
        try first.advance(steps: stop)
        let second = try ProposalRun(recipe, continuing: first.engine.checkpoint())
        try second.finish()
        let losses = try #require(whole.metrics["train/loss"])
        #expect(second.metrics["train/loss"] == Array(losses.suffix(20 - stop)))
        #expect(whole.engine.sampling?.work.kept.values == second.engine.sampling?.work.kept.values)
    }

    @Test func theBufferIsWhatTheLossSees() throws {
        func losses(_ train: KeyValuePairs<String, Setting.Value>) throws -> [Double] {
            let run = try ProposalRun(self.recipe(target: ["name": .string("mog2")], train: train).recipe)
            try run.advance(steps: 5)
            return run.metrics["train/loss"] ?? []
        }
        let with = try losses(["steps": .integer(20), "batch": .integer(16), "replay": Self.replay])
        let without = try losses(["steps": .integer(20), "batch": .integer(16)])
        #expect(with.count == 5 && without.count == 5 && with[0] != without[0])
        // One chain of one draw leaves the loss a single state: its log density is the target's part of the loss.
        let single = inline([
            "every": .integer(1), "chains": .integer(1), "burnIn": .integer(20), "draws": .integer(1), "kept": .real(0),
        ])
        let recipe = self.recipe(
            target: ["name": .string("mog2")], train: ["steps": .integer(2), "batch": .integer(16), "replay": single],
            objective: "mle"
        ).recipe
        let run = try ProposalRun(recipe)
        let before = try #require(run.engine.proposal.frozen())
        try run.advance(steps: 1)
        let buffer = try #require(run.engine.replay)
        #expect(buffer.count == 1)
        let loss = try #require(run.metrics["train/loss"]?.first)
        var logProposal = [0.0]
        logProposal.withUnsafeMutableBufferPointer { values in
            buffer.points.withUnsafeBufferPointer { before.logDensity($0, into: values) }
        }
        expectClose(loss, -logProposal[0], relative: 1e-12)
    }

    // MARK: A part of the data

    /// 40 objects with 3 features, one of which tells the class with some error.
    private func withTable<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "objects-\(UUID().uuidString).csv"
        let rows = (0..<40).map { index in
            let (x, y, z) = (sin(Double(index)), cos(Double(3 * index)), sin(Double(7 * index) + 1))
            return "\(x),\(y),\(z),\(x + 0.5 * y > 0.1 * sin(Double(5 * index)) ? 1 : 0)"
        }
        try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    /// Trained with the gradients of 10 of 40 objects, the proposal is as good as with all of them.
    @Test func aPartOfTheDataTrainsAsWell() throws {
        try withTable { path in
            let target: KeyValuePairs<String, Setting.Value> = [
                "name": .string("logistic-regression"), "file": .string(path),
            ]
            let (recipe, problems) = recipe(
                target: target,
                train: [
                    "steps": .integer(600), "batch": .integer(64), "objects": .integer(10),
                    "optimizer": inline(["learningRate": .real(0.01), "schedule": .string("linear")]),
                ])
            #expect(problems == [])
            let run = try ProposalRun(recipe)
            try run.finish()
            let rate = try #require(run.engine.summary()["acceptanceRate"]?.number)
            let all = try ProposalRun(
                self.recipe(
                    target: target,
                    train: [
                        "steps": .integer(600), "batch": .integer(64),
                        "optimizer": inline(["learningRate": .real(0.01), "schedule": .string("linear")]),
                    ]
                ).recipe)
            try all.finish()
            expectClose(rate, try #require(all.engine.summary()["acceptanceRate"]?.number), absolute: 0.03)
            // And it goes on with the same objects.
            let first = try ProposalRun(recipe)
            try first.advance(steps: 300)
            let second = try ProposalRun(recipe, continuing: first.engine.checkpoint())
            try second.advance(steps: 20)
            let losses = try #require(run.metrics["train/loss"])
            #expect(second.metrics["train/loss"] == Array(losses[300..<320]))
        }
    }

    @Test func whatDoesNotFitIsReported() {
        let plane: KeyValuePairs<String, Setting.Value> = ["name": .string("mog2")]
        let data: KeyValuePairs<String, Setting.Value> = [
            "name": .string("logistic-regression"), "file": .string("x.csv"),
        ]
        #expect(recipe(target: plane, train: ["objects": .integer(5)]).problems.count == 1)
        #expect(recipe(target: data, train: ["objects": .integer(5)]).problems.isEmpty)
        #expect(recipe(target: data, train: ["objects": .integer(5)], objective: "acceptance").problems.count == 1)
        #expect(recipe(target: plane, train: ["replay": inline(["kept": .real(0.5)])]).problems.count == 1)
        #expect(recipe(target: plane, train: ["replay": inline(["every": .integer(5)])]).problems.isEmpty)
        let replay = inline(["every": .integer(5)])
        #expect(recipe(target: plane, train: ["replay": replay], objective: "vi").problems.count == 1)
        #expect(recipe(target: data, train: ["objects": .integer(5)], objective: "mle").problems.count == 1)
        let short: KeyValuePairs<String, Setting.Value> = ["steps": .integer(50), "stopAtAcceptance": .real(0.5)]
        #expect(recipe(target: plane, train: short).problems.count == 1)
    }
}
