// SPDX-License-Identifier: Apache-2.0
// Runs of sparse variational dropout: what is removed, what the compact network is, and what the result says.

import EngineKit
import Nets
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct SparseRunTests {
    /// A run one step before its end, with a share of its weights left.
    private func forced(
        _ model: String = "lenet5", data: String = "glyphs", test: Int = 100, share: Double, closed: [String] = [],
        prediction: String = "mean"
    ) throws -> PruningRun {
        let recipe = try recipe(method: "sparse-vd", model: model, data: data, test: test, prediction: prediction)
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        return try PruningRun(
            recipe, continuing: start.engine.checkpoint().forcingWeights(share: share, closed: closed))
    }

    /// Blocks of the residual network may lose all their inner units.
    @Test(arguments: [
        ("lenet5", "glyphs", 0.02, []), ("lenet500-300", "glyphs", 0.01, []), ("vgg-like", "shapes", 0.1, []),
        ("resnet18", "shapes", 0.05, ["layer2.0", "layer3.1"]),
    ])
    func theCompactNetworkComputesWhatTheMaskedOneDoes(
        model: String, data: String, share: Double, closed: [String]
    ) throws {
        let run = try forced(model, data: data, share: share, closed: closed)
        try run.finish()
        let summary = run.engine.summary()
        let difference = try #require(summary["compactMaxRelativeDifference"]?.number)
        #expect(difference < 1e-4)
        #expect(summary["compactTestError"]?.number == run.engine.lastTest?.error)

        let layers = summary["layers"]?.array?.compactMap(\.object) ?? []
        let lost = layers.filter { $0["survivors"]?.wholeNumber != $0["units"]?.wholeNumber }
        #expect(!lost.isEmpty, "some units must go")
        // The compact network has the units that are left, and zeros where weights are not.
        let compact = try #require(run.engine.makeCompactNetwork())
        let weights = compact.parameters.filter { $0.value.rank > 1 }.map { $0.value.scalars() }
        #expect(weights.reduce(0) { $0 + $1.count } == summary["parametersCompact"]?.wholeNumber)
        let left = weights.reduce(0) { $0 + $1.count { $0 != 0 } }
        let sparsity = summary["weightSparsity"]?.array?.compactMap(\.object) ?? []
        #expect(sparsity.count == run.engine.costGraph.edges.count)
        // A residual block without inner units has become an offset; its last weights multiply nothing.
        if closed.isEmpty { #expect(sparsity.reduce(0) { $0 + ($1["survivors"]?.wholeNumber ?? 0) } == left) }
        for layer in sparsity {
            let (all, kept) = (layer["weights"]?.wholeNumber ?? 0, layer["survivors"]?.wholeNumber ?? 0)
            expectClose(
                layer["percentZero"]?.number ?? .nan, 100 * Double(all - kept) / Double(all), relative: 1e-12)
            let divergence = layer["divergence"]?.number ?? .nan
            #expect(divergence > 0)
        }
        let dense = summary["parameters"]?.wholeNumber ?? 0
        let kept = sparsity.reduce(0) { $0 + ($1["survivors"]?.wholeNumber ?? 0) }
        expectClose(
            summary["weightCompression"]?.number ?? .nan, Double(dense) / Double(kept), relative: 1e-12)
    }

    /// The screen thresholds the scores of a snapshot at 1; that is the rule of the engine.
    @Test func theSnapshotSaysWhatIsRemoved() throws {
        let run = try forced(share: 0.02)
        try run.advance(to: 13)
        let snapshot = try #require(
            run.events.compactMap { if case .layers(let snapshot) = $0 { snapshot } else { nil } }.last)
        let shown = run.engine.costGraph.effectiveMasks(snapshot.layers.map { $0.survivors(threshold: 1) })
        #expect(shown == run.engine.currentMasks(thresholds: nil))
        let layers = run.engine.summary()["layers"]?.array?.compactMap { $0.object?["survivors"]?.wholeNumber }
        #expect(layers == shown.map { $0.count { $0 } })
        let total = run.engine.divergences.reduce(0, +)
        expectClose(snapshot.layers.reduce(0) { $0 + $1.kullbackLeibler }, total, relative: 1e-12)
        // mu and log sigma are those of the strongest weight into a filter.
        let posterior = try #require(run.engine.weightPosterior)
        let scores = posterior.scores(0)
        for unit in 0..<20 {
            let own = (25 * unit)..<(25 * (unit + 1))
            let best = own.max { scores[$0] < scores[$1] } ?? 0
            #expect(snapshot.layers[0].mu[unit] == Double(posterior.layers[0].mean.value.scalars()[best]))
            #expect(
                snapshot.layers[0].logSigma[unit]
                    == 0.5 * Double(posterior.layers[0].logVariance.value.scalars()[best]))
        }
    }

    @Test func thresholdsAreAnsweredWithTheErrorOfTheirWeights() throws {
        let recipe = try recipe(method: "sparse-vd", test: 600)
        let run = try PruningRun(recipe)
        try run.advance(to: 9)
        #expect(run.engine.apply(.setParameter(name: "learningRate", value: 0)) == nil)
        let scores = run.engine.snapshot.layers.map { $0.signalToNoise.sorted() }
        let thresholds = scores.map { $0[$0.count / 3] }
        let masks = run.engine.currentMasks(thresholds: thresholds)
        #expect(masks.allSatisfy { $0.contains(true) && $0.contains(false) })
        let network = run.engine.predictingNetwork(masks: masks, thresholds: thresholds)
        let expected = run.engine.test(network, gates: run.engine.gates(masks: masks)).error
        #expect(run.engine.apply(.evaluateThresholds(requestIdentifier: 4, thresholds: thresholds)) == nil)
        while run.engine.workWhilePaused() {}
        #expect(run.evaluations.map(\.testError) == [expected])
        #expect(
            run.engine.apply(.evaluateThresholds(requestIdentifier: 5, thresholds: [1]))
                == "1 thresholds for 3 layers")
        // Higher thresholds leave fewer weights.
        func left(_ factor: Double) -> Int {
            let higher = thresholds.map { $0 * factor }
            return run.engine.predictingNetwork(
                masks: run.engine.currentMasks(thresholds: higher), thresholds: higher
            ).parameters.reduce(0) { $0 + $1.value.scalars().count { $0 != 0 } }
        }
        #expect(left(1) > left(1.2) && left(1.2) >= left(1.5))
    }

    /// Each weight belongs to the layer that it leads into, those of the logits to the last one.
    @Test func weightsHaveTheThresholdOfTheirLayer() throws {
        let run = try forced("lenet500-300", share: 0.3)
        let posterior = try #require(run.engine.weightPosterior)
        let all = run.engine.network.gates.map { Array(repeating: true, count: $0.units) }
        let thresholds = [1e9, 0, 1e9]
        let network = run.engine.predictingNetwork(masks: all, thresholds: thresholds)
        func left(_ name: String) -> Int {
            network.parameter("\(name).weight")?.value.scalars().count { $0 != 0 } ?? -1
        }
        #expect(left("fc1") == posterior.scores(0).count { $0 > 0 })
        #expect(left("fc2") == posterior.scores(1).count { $0 > 1e9 })
        #expect(left("fc3") == posterior.scores(2).count { $0 > 1e9 })
    }

    /// The scan thresholds the single weights as well as the units, and a rule without evidence is left out.
    @Test func otherCutsAreMeasuredToo() throws {
        let run = try forced(test: 200, share: 0.05)
        try run.finish()
        let summary = run.engine.summary()
        let cuts = summary["cuts"]?.array?.compactMap(\.object) ?? []
        #expect(cuts.map { $0["rule"]?.string } == ["snr", "l1"])
        #expect(cuts.first?["testError"]?.number == summary["compactTestError"]?.number)
        let scan = summary["thresholdScan"]?.array?.compactMap(\.object) ?? []
        #expect(scan.count == Closing.thresholds.count)
        for point in scan {
            let threshold = try #require(point["threshold"]?.number)
            let thresholds = Array(repeating: threshold, count: run.engine.costGraph.groups.count)
            let masks = run.engine.currentMasks(thresholds: thresholds)
            let network = run.engine.predictingNetwork(masks: masks, thresholds: thresholds)
            #expect(point["testError"]?.number == run.engine.test(network, gates: run.engine.gates(masks: masks)).error)
        }
        #expect(Set(scan.compactMap { $0["macs"]?.wholeNumber }).count > 1, "thresholds must differ in what they leave")
    }

    @Test func allThatIsEmittedIsInTheTable() throws {
        let run = try forced(share: 0.1, prediction: "monte-carlo")
        try run.finish()
        let names = run.events.flatMap { event -> [String] in
            if case .metrics(_, _, let values) = event { values.map(\.name) } else { [] }
        }
        let known = Set(StructuredPruning.metrics.map(\.name))
        #expect(Set(names).isSubset(of: known), "\(Set(names).subtracting(known))")
        #expect(names.contains("cost/weightsRatio") && names.contains("test/errorMonteCarlo"))
        #expect(names.contains("train/divergence"))
    }

    /// The loss of a step is the cross-entropy plus what the layers' divergences weigh.
    @Test func theLossIsTheSumOfItsParts() throws {
        var recipe = try recipe(method: "sparse-vd")
        recipe.divergenceWeights = [2, 0, 5]
        let run = try PruningRun(recipe)
        try run.advance(to: 9)
        let values = run.events.compactMap { event -> [String: Double]? in
            guard case .metrics(9, _, let values) = event else { return nil }
            return Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value) })
        }.first { $0["train/loss"] != nil }
        let parts = run.engine.divergences
        let weighted = 2 * parts[0] + 5 * parts[2]
        // The step was done with the weight before it: 3 of 4 steps of a warm-up over one epoch.
        expectClose(
            values?["train/loss"] ?? .nan, (values?["train/crossEntropy"] ?? .nan) + 0.75 * weighted / 300,
            relative: 1e-6)
        expectClose(values?["train/divergence"] ?? .nan, parts.reduce(0, +), relative: 1e-9)
    }

    @Test func theWarmUpBeginsAndEnds() {
        let warmUp = DivergenceWarmUp(reader([:]).table("none"), default: [5, 20])
        #expect([0, 4.9, 5, 12.5, 20, 100].map { warmUp.weight(epoch: $0) } == [0, 0, 0, 0.5, 1, 1])
        let none = DivergenceWarmUp(reader([:]).table("none"), default: [0])
        #expect(none.weight(epoch: 0) == 1)
        let short = DivergenceWarmUp(reader([:]).table("none"), default: [4])
        #expect([0, 1, 3, 4].map { short.weight(epoch: $0) } == [0, 0.25, 0.75, 1])
    }
}
