// SPDX-License-Identifier: Apache-2.0
// The end of a run: the scan of thresholds, other cuts, speed; in slices, and across a stop.

import EngineKit
import Nets
import Probability
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct ClosingTests {
    /// A finished run, with 500 test images in two batches.
    private func finished(_ recipe: PruningRecipe, continuing checkpoint: Checkpoint? = nil) throws -> PruningRun {
        let run = try PruningRun(recipe, continuing: checkpoint)
        try run.finish()
        return run
    }

    /// Noise that is spread over all thresholds and leaves a unit everywhere.
    private func spread(_ run: PruningRun) -> Checkpoint {
        var checkpoint = run.engine.checkpoint()
        var numbers = TestNumbers(seed: 2)
        for gate in run.engine.network.gates {
            checkpoint.put("noise.\(gate.name).mu", numbers.numbers(gate.units, in: -4...0))
            checkpoint.put("noise.\(gate.name).logSigma", [-5] + numbers.numbers(gate.units - 1, in: -2...3))
        }
        return checkpoint
    }

    private func rows(_ run: PruningRun, _ key: String) -> [JSONObject] {
        run.engine.summary()[key]?.array?.compactMap(\.object) ?? []
    }

    @Test func theScanHasTheExactErrorsOfTheMaskedNetworkAndAnnouncesEachSetOnce() throws {
        let recipe = try recipe(test: 500)
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let run = try finished(recipe, continuing: spread(start))
        let engine = run.engine
        let scan = rows(run, "thresholdScan")
        #expect(scan.map { $0["threshold"]?.number } == (0...20).map { Double($0) / 10 })
        var sets: [[[Bool]]] = []
        for row in scan {
            let threshold = try #require(row["threshold"]?.number)
            let units = engine.currentMasks(thresholds: [threshold, threshold, threshold])
            #expect(row["testError"]?.number == engine.evaluate(masks: units).error)
            let cost = engine.costGraph.cost(survivors: units.map { mask in mask.count { $0 } })
            #expect(row["macs"]?.wholeNumber == cost.macs)
            #expect(row["parameters"]?.wholeNumber == cost.parameters)
            #expect(row["widths"]?.array?.compactMap(\.wholeNumber) == engine.widths(units))
            if !sets.contains(units) { sets.append(units) }
        }
        #expect(sets.count > 5 && sets.count < 21, "the noise must tell some thresholds apart and others not")
        let announced = run.evaluations
        #expect(announced.count == sets.count)
        #expect(announced.allSatisfy { $0.requestIdentifier == ThresholdEvaluation.unasked && $0.step == 13 })
        #expect(announced.map { engine.currentMasks(thresholds: $0.thresholds) } == sets)
        for answer in announced {
            let row = scan.first { $0["threshold"]?.number == answer.thresholds[0] }
            #expect(row?["testError"]?.number == answer.testError)
        }
        // At the run's own threshold the scan says what the run says.
        #expect(scan[10]["testError"]?.number == engine.lastTest?.error)
        #expect(scan[10]["macs"] == engine.summary()["macsCompact"])
    }

    @Test func otherCutsOfTheSameNetworkStandBesideTheRunsOwn() throws {
        let recipe = try recipe(model: "vgg-like", data: "shapes", test: 60)
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let run = try finished(recipe, continuing: spread(start))
        let cuts = rows(run, "cuts")
        #expect(cuts.compactMap { $0["rule"]?.string } == ["snr", "evidence-gain", "l1", "bn-scale"])
        for baseline in cuts[2...] {
            #expect(baseline["widths"] == cuts[0]["widths"])
            #expect(baseline["macs"] == cuts[0]["macs"])
            #expect(baseline["parameters"] == cuts[0]["parameters"])
        }
        #expect(cuts[0]["widths"] == run.engine.summary()["widths"])
        #expect(cuts[1]["macs"] != cuts[0]["macs"])
        for (cut, rule) in zip(cuts, CutRule.all) {
            let units = try #require(rule.masks(run.engine.cutSubject))
            #expect(cut["testError"]?.number == run.engine.evaluate(masks: units).error)
        }
    }

    @Test func withoutBatchNormalizationThereIsNoScaleToRankBy() throws {
        let run = try finished(recipe(test: 60))
        #expect(rows(run, "cuts").compactMap { $0["rule"]?.string } == ["snr", "evidence-gain", "l1"])
    }

    /// Signal-to-noise ratio 0.27 and an evidence gain of -0.65: one rule removes such a unit, the other keeps it.
    @Test func theRuleOfTheSessionDecidesTheCut() throws {
        var recipe = try recipe(finetune: 1)
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        var checkpoint = start.engine.checkpoint()
        for gate in start.engine.network.gates {
            let isUnsure = (0..<gate.units).map { $0 % 3 == 1 }
            checkpoint.put("noise.\(gate.name).mu", isUnsure.map { $0 ? -10.0 : 0 })
            checkpoint.put("noise.\(gate.name).logSigma", isUnsure.map { $0 ? 2.0 : -5 })
        }
        for (rule, widths) in [("snr", [523, 333, 200]), ("evidence-gain", [784, 500, 300])] {
            recipe.cutRule = rule
            let run = try PruningRun(recipe, continuing: checkpoint)
            try run.advance(to: 14)
            let summary = run.engine.summary()
            #expect(summary["cutRule"]?.string == rule)
            #expect(summary["widths"]?.array?.compactMap(\.wholeNumber) == widths)
            #expect(run.engine.compactNetwork?.parameter("fc2.weight")?.value.shape == [widths[2], widths[1]])
        }
    }

    @Test func layersCarryTheEvidenceGainOfEveryUnit() throws {
        let run = try PruningRun(recipe())
        try run.advance(to: 9)
        let layers = run.engine.snapshot.layers
        for (layer, posterior) in zip(layers, run.engine.posteriors) {
            let gains = try #require(layer.evidenceGain)
            #expect(gains.count == posterior.units)
            // Fresh noise: nearly all mass at the upper end, so the density at the lower one is next to nothing.
            #expect(gains.allSatisfy { $0 < -20 })
            #expect(gains[0] == posterior.distribution(0).evidenceGain)
        }
    }

    /// A slice is a batch of the test set or a pair of timed passes, and the run can be stopped behind each of them.
    @Test func theEndIsDoneInSlicesAndGoesOnAfterAStop() throws {
        let recipe = try recipe(test: 500)
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let noise = spread(start)
        let whole = try PruningRun(recipe, continuing: noise)
        try whole.advance(to: 13)
        #expect(whole.evaluations == [])
        #expect(whole.engine.summary()["thresholdScan"] == .null)
        var slices = 0
        while try whole.engine.advance() == .running { slices += 1 }
        let sets = try #require(whole.engine.closing?.errors.cuts.count)
        // Three calls for two batches and the end of the set, for every set and the compact network; two sizes of batch.
        #expect(slices == 3 * sets + 1 + 3 + 2 * (LatencyComparison.usualPairs + 2))
        #expect(whole.engine.progress.step == 13)

        for stop in [1, 4, 3 * sets, 3 * sets + 2, 3 * sets + 4, slices - 3, slices] {
            let first = try PruningRun(recipe, continuing: noise)
            try first.advance(to: 13)
            for _ in 0..<stop { #expect(try first.engine.advance() == .running) }
            let saved = first.engine.checkpoint()
            let second = try PruningRun(recipe, continuing: saved)
            #expect(second.engine.checkpoint() == saved, "saved after \(stop) slices")
            try second.finish()
            #expect(first.evaluations + second.evaluations == whole.evaluations, "stopped after \(stop) slices")
            for key in whole.engine.summary().keys
            where !["latency", "cpuSpeedup", "cpuSpeedupQuartiles"].contains(key) {
                #expect(second.engine.summary()[key] == whole.engine.summary()[key], "\(key), stopped after \(stop)")
            }
            #expect(second.engine.checkpoint().tensors == whole.engine.checkpoint().tensors)
        }
    }

    /// Nothing is left to do and nothing is said twice; times are those that were measured.
    @Test func aFinishedRunThatIsRestoredHasItsResultAtOnce() throws {
        let recipe = try recipe()
        let run = try finished(recipe)
        let restored = try PruningRun(recipe, continuing: run.engine.checkpoint())
        #expect(restored.engine.summary() == run.engine.summary())
        #expect(try restored.engine.advance() == .finished)
        #expect(restored.events == [])
        #expect(restored.engine.summary() == run.engine.summary())
    }

    @Test func bothNetworksAreTimedOneByOneAndInBatches() throws {
        let run = try finished(recipe())
        let summary = run.engine.summary()
        let latency = rows(run, "latency")
        #expect(latency.compactMap { $0["batch"]?.wholeNumber } == [1, 100])
        for entry in latency {
            for name in ["denseMilliseconds", "compactMilliseconds", "ratio"] {
                let quartiles = entry["\(name)Quartiles"]?.array?.compactMap(\.number) ?? []
                let median = try #require(entry[name]?.number)
                #expect(quartiles.count == 2 && quartiles[0] <= median && median <= quartiles[1] && median > 0)
            }
            #expect(entry["pairs"]?.wholeNumber == LatencyComparison.usualPairs)
        }
        #expect(latency[1]["ratio"] == summary["cpuSpeedup"])
        #expect(latency[1]["ratioQuartiles"] == summary["cpuSpeedupQuartiles"])
        let values = try latency.map { try #require(Latency(json: $0)) }
        #expect(values.map(\.json) == latency)
        #expect(Latency(json: [:]) == nil)
    }

    @Test func aDenseRunHasTimesAndNoCuts() throws {
        let run = try finished(recipe(method: "dense"))
        let summary = run.engine.summary()
        #expect(summary["thresholdScan"] == .null && summary["cuts"] == .null && summary["cutRule"] == .null)
        #expect(rows(run, "latency").count == 2)
        #expect(run.evaluations == [])
    }

    /// The scan goes on over thresholds that leave nothing; only the compact network does not exist.
    @Test func aNetworkWithoutUnitsStillHasItsScan() throws {
        let recipe = try recipe()
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let gates = start.engine.network.gates
        let keep = gates.enumerated().map { index, gate in Array(repeating: index != 1, count: gate.units) }
        let run = try finished(recipe, continuing: start.engine.checkpoint().forcing(keep, gates.map(\.name)))
        let summary = run.engine.summary()
        #expect(rows(run, "thresholdScan").count == 21)
        // The evidence keeps what is as wide as the prior: it neither gains nor loses by it.
        let cuts = rows(run, "cuts").filter { $0["rule"]?.string != "evidence-gain" }
        #expect(cuts.count == 2 && cuts.allSatisfy { $0["testError"]?.number.map { $0 > 50 } == true })
        #expect(summary["latency"] == .null && summary["cpuSpeedup"] == .null)
        let restored = try PruningRun(recipe, continuing: run.engine.checkpoint())
        #expect(try restored.engine.advance() == .finished)
    }

    @Test func medianAndQuartilesAreThoseOfTheSortedTimes() {
        let spread = Latency.Spread([5, 1, 4, 2, 3])
        #expect(spread.median == 3)
        #expect(spread.quartiles == 2...4)
        #expect(Latency.Spread([7]).quartiles == 7...7)
    }
}
