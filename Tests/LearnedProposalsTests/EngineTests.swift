// SPDX-License-Identifier: Apache-2.0
// Whole runs on a small scale: a proposal is learned, chains sample, and a stopped run goes on with the same bits.

import Chains
import EngineKit
import Glibc
import TestSupport
import Testing

@testable import LearnedProposals

/// An engine with everything that it emitted.
final class ProposalRun {
    let engine: LearnedProposalsEngine
    private let recorder = EventRecorder()

    init(_ recipe: ProposalRecipe, continuing checkpoint: Checkpoint? = nil) throws {
        engine = try LearnedProposalsEngine(recipe, recorder.context(seed: 7, isResuming: checkpoint != nil))
        if let checkpoint { try engine.restore(checkpoint) }
    }

    /// All metrics by name, without those of the clock.
    var metrics: [String: [Double]] {
        var result: [String: [Double]] = [:]
        for case .metrics(_, _, let values) in recorder.events {
            for value in values where !value.name.hasPrefix("speed/") {
                result[value.name, default: []].append(value.value)
            }
        }
        return result
    }

    /// All records in their order.
    var records: [RunRecord] {
        recorder.events.compactMap { if case .record(let record) = $0 { record } else { nil } }
    }

    func advance(steps: Int) throws {
        for _ in 0..<steps { _ = try engine.advance() }
    }

    func finish() throws {
        while try engine.advance() == .running {}
    }
}

func recipe(
    family: String = "mixture", target: String = "mog2", objective: String = "acceptance-lower-bound", steps: Int = 20,
    burnIn: Int = 60, draws: Int = 130, stopAt: Double? = nil, learningRate: Double = 0.02
) throws -> ProposalRecipe {
    let sample: KeyValuePairs<String, Setting.Value> =
        stopAt.map {
            [
                "chains": .integer(8), "burnIn": .integer(burnIn), "draws": .integer(draws),
                "stopAtEffectiveDraws": .real($0), "stopAtRHat": .real(10),
            ]
        } ?? ["chains": .integer(8), "burnIn": .integer(burnIn), "draws": .integer(draws)]
    let settings = reader([
        "target": ["name": .string(target)],
        "proposal": [
            "family": .string(family), "objective": .string(objective), "components": .integer(4),
            "layers": .integer(2),
            "hidden": .integer(8),
        ],
        "train": [
            "steps": .integer(steps), "batch": .integer(32),
            "optimizer": inline(["learningRate": .real(learningRate)]),
        ],
        "sample": sample,
    ])
    let recipe = ProposalRecipe(settings)
    try #require(settings.finish() == [])
    return recipe
}

@Suite(.serialized) struct EngineTests {
    /// Saved in the training, at its end, in the burn-in and among kept draws.
    @Test(arguments: [("mixture", 7), ("flow", 11), ("gaussian", 20), ("diagonal", 21), ("flow", 23), ("mixture", 24)])
    func aStoppedRunGoesOnWithTheSameBits(family: String, stop: Int) throws {
        let recipe = try recipe(family: family)
        let whole = try ProposalRun(recipe)
        try whole.finish()
        let first = try ProposalRun(recipe)
        try first.advance(steps: stop)
        let second = try ProposalRun(recipe, continuing: first.engine.checkpoint())
        #expect(second.engine.progress == first.engine.progress)
        try second.finish()
        for (name, values) in whole.metrics {
            let later = second.metrics[name] ?? []
            // Saved behind the training, the second run has nothing more to tell of it.
            #expect(!later.isEmpty || (name.hasPrefix("train/") && stop >= 20), "\(name)")
            #expect(later == Array(values.suffix(later.count)), "\(name)")
        }
        #expect(whole.engine.sampling?.work.kept.values == second.engine.sampling?.work.kept.values)
        #expect(whole.engine.sampling?.work.kept.count == 130)
    }

    /// Two hills ten units apart, which a random walk would never leave: the result is compared with what is exact.
    @Test func bothHillsAreFound() throws {
        let run = try ProposalRun(try recipe(steps: 600, burnIn: 100, draws: 2000))
        try run.finish()
        let summary = run.engine.summary()
        let rate = try #require(summary["acceptanceRate"]?.number)
        #expect(rate > 0.8)
        let bound = try #require(summary["acceptanceLowerBound"]?.number)
        #expect(bound < rate)
        let occupancy = summary["modeOccupancy"]?.array?.compactMap(\.number) ?? []
        #expect(occupancy.count == 2 && occupancy.allSatisfy { abs($0 - 0.5) < 0.05 })
        #expect(try #require(summary["totalVariation"]?.number) < 0.08)
        // The sum of both divergences is what the bound is made of.
        let sum = try #require(summary["klReverse"]?.number) + (try #require(summary["klForward"]?.number))
        expectClose(bound, 1 - (sum / 2).squareRoot(), absolute: 1e-9)
    }

    /// Chains that leave their target invariant give its moments, whatever the proposal is: here one that fits badly.
    @Test func anUntrainedProposalStillSamplesTheTarget() throws {
        let run = try ProposalRun(
            try recipe(family: "diagonal", target: "gaussian", steps: 0, burnIn: 200, draws: 6000))
        try run.finish()
        for coordinate in run.engine.summary()["coordinates"]?.array?.compactMap(\.object) ?? [] {
            let error = try #require(coordinate["mcse"]?.number)
            expectClose(try #require(coordinate["mean"]?.number), 0, absolute: 5 * error)
            expectClose(try #require(coordinate["sd"]?.number), 1, absolute: 0.05)
        }
    }

    /// The chains of the training share their draws with the loss, and the proposal changes all the time.
    @Test(arguments: ["gaussian", "flow", "mixture"]) func trainingLeavesTheTargetInvariant(family: String)
        throws
    {
        let run = try ProposalRun(
            try recipe(family: family, target: "gaussian", objective: "vi", steps: 1500, learningRate: 0.03))
        try run.advance(steps: 100)
        var (count, sums, squares) = (0.0, [0.0, 0], [0.0, 0])
        for _ in 0..<1400 {
            try run.advance(steps: 1)
            for (index, x) in run.engine.states.points.enumerated() {
                sums[index % 2] += x
                squares[index % 2] += x * x
            }
            count += 32
        }
        // At an acceptance of a third or more neighbours share a fifth of the information that they would have alone.
        let deviation = (5 / count).squareRoot()
        for axis in 0..<2 {
            expectClose(sums[axis] / count, 0, absolute: 5 * deviation, "\(family)")
            expectClose(squares[axis] / count, 1, absolute: 5 * 2.0.squareRoot() * deviation, "\(family)")
        }
    }

    /// Scales that an update has taken beyond all numbers end the run with a sentence.
    @Test(arguments: ["mixture", "gaussian", "diagonal", "flow"])
    func aProposalThatHasGoneAstrayIsAnError(family: String) throws {
        let run = try ProposalRun(try recipe(family: family, steps: 400, learningRate: 10))
        var saved = run.engine.checkpoint()
        let name = family == "mixture" ? "proposal.logScales" : "proposal.logScale"
        let size = try saved.doubles(name).count
        saved.put(name, Array(repeating: 1000.0, count: size), shape: family == "mixture" ? [4, 2] : [2])
        if family == "flow" { saved.put(name, Array(repeating: Double.nan, count: size), shape: [2]) }
        #expect(throws: EngineError.self) { try run.engine.restore(saved) }
        #expect(run.engine.summary()["acceptanceRate"] == .null)
    }

    @Test func allThatIsEmittedIsInTheTable() throws {
        let run = try ProposalRun(try recipe())
        try run.finish()
        let known = Set(LearnedProposals.metrics.map(\.name))
        #expect(Set(run.metrics.keys).isSubset(of: known))
    }

    @Test func aCheckpointOfAnotherFamilyIsRefused() throws {
        let run = try ProposalRun(try recipe(family: "gaussian"))
        try run.advance(steps: 2)
        #expect(throws: EngineError.self) {
            _ = try ProposalRun(try recipe(family: "mixture"), continuing: run.engine.checkpoint())
        }
    }
}

@Suite struct TargetSelectionTests {
    /// All problems of a section are named.
    @Test func whatDoesNotFitIsReported() {
        func problems(_ keys: KeyValuePairs<String, Setting.Value>) -> [String] {
            let settings = reader(["target": keys])
            _ = ProposalRecipe(settings)
            return settings.finish().map { "\($0)" }
        }
        #expect(problems(["name": .string("mog6")]).isEmpty)
        #expect(problems(["name": .string("mog7")]).count == 1)
        #expect(problems(["name": .string("mog6"), "label": .string("y")]).count == 1)
        #expect(problems(["name": .string("logistic-regression")]).count == 1)
        #expect(problems(["name": .string("expression"), "logDensity": .string("-x^2")]).count == 1)
        let wrong = problems([
            "name": .string("expression"), "logDensity": .string("-x^2 +"),
            "variables": .array([.init(.string("x"), line: 0)]),
        ])
        #expect(wrong.count == 1)
        #expect(
            problems([
                "name": .string("expression"), "logDensity": .string("-x^2/2"),
                "variables": .array([.init(.string("x"), line: 0)]),
            ]).isEmpty)
    }

    /// A normal distribution of any dimension; of two it is the target of the plane.
    @Test func aNormalTargetHasTheDimensionThatIsAsked() throws {
        func selection(_ dimension: Int) -> TargetSelection {
            TargetSelection(
                reader(["target": ["name": .string("gaussian"), "dimension": .integer(dimension)]]).table("target"))
        }
        #expect(selection(2) == .plane("gaussian"))
        let target = try selection(5).makeTarget(directories: [])
        #expect(target.dimension == 5 && target.coordinates == ["x1", "x2", "x3", "x4", "x5"])
        let density = try #require(target.density as? FullGaussian)
        for row in 0..<5 {
            for column in 0..<5 {
                expectClose(density.covariance[row * 5 + column], pow(0.8, abs(Double(row - column))), absolute: 1e-12)
            }
        }
        // The first two coordinates are those of the plane.
        let plane = try #require(try selection(2).makeTarget(directories: []).density as? FullGaussian)
        expectClose(plane.covariance, [1, 0.8, 0.8, 1], absolute: 1e-12)
    }

    /// The places in which a table was looked for are named.
    @Test func aTableThatDoesNotFitIsRefused() throws {
        let selection = TargetSelection.logisticRegression(file: "no/such.csv", label: nil, positive: 1)
        #expect {
            _ = try selection.makeTarget(directories: ["/nowhere"])
        } throws: {
            "\($0)".contains("/nowhere/no/such.csv")
        }
    }
}
