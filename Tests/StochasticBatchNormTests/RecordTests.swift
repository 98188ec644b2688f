// SPDX-License-Identifier: Apache-2.0
// What a screen gets of a run: predictions of every object, pictures of the extremes, and the check of the fit.

import Datasets
import EngineKit
import Foundation
import Probability
import TensorCore
import TestSupport
import Testing

@testable import Nets
@testable import StochasticBatchNorm

@Suite(.serialized) struct RecordTests {
    @Test func everyObjectIsPredictedOnceByOneMemberAndOnceByAll() throws {
        let run = try BatchNormRun(recipe(methods: ["running", "virtual", "direct"], members: 2))
        try run.finish()
        var seen: [String: [Int]] = [:]
        for block in run.predictions {
            let name = "\(block.method)/\(block.members)/\(block.domain)"
            #expect(block.labels.count == (block.domain == .inside ? block.count : 0))
            #expect(block.drawCounts == (block.method == "running" ? [1] : [1, 2, 4, 5]))
            seen[name, default: []] += block.first..<block.first + block.count
            #expect(block.total == (block.method == "direct" ? 3 : block.domain == .inside ? 20 : 12))
        }
        #expect(seen.count == 12)
        for (name, objects) in seen {
            let total = name.hasPrefix("direct") ? 3 : name.hasSuffix("inside") ? 20 : 12
            #expect(objects == Array(0..<total), "\(name)")
        }
    }

    /// The numbers of the result can be computed from what the screen has.
    @Test func blocksGiveTheScoresOfTheResult() throws {
        let run = try BatchNormRun(recipe(methods: ["virtual"]))
        try run.finish()
        let blocks = run.predictions.filter { $0.domain == .inside }
        for place in 0..<4 {
            var loss = 0.0
            for block in blocks {
                for (object, label) in block.labels.enumerated() {
                    let row = (place * block.count + object) * block.classes
                    let sum = block.logProbabilities[row..<row + block.classes].reduce(0) { $0 + exp(Double($1)) }
                    expectClose(sum, 1, relative: 1e-5, "probabilities")
                    loss -= Double(block.logProbabilities[row + label])
                }
            }
            expectClose(loss / 20, run.engine.evaluation.results[0].scores[place][1], relative: 1e-5, "nll")
        }
    }

    @Test func picturesAreTheExtremesOfTheOtherDomain() throws {
        let run = try BatchNormRun(recipe(methods: ["running", "virtual"], members: 2))
        try run.finish()
        let sets = run.events.compactMap { if case .record(.pictures(let set)) = $0 { set } else { nil } }
        #expect(sets.map(\.method) == ["running", "virtual"])
        for set in sets {
            #expect(set.members == 2 && set.domain == .outside)
            // There are 12 letters, all of them among the most certain.
            #expect(set.certain.count == 12 && set.uncertain.isEmpty)
            #expect(set.certain.map(\.entropy) == set.certain.map(\.entropy).sorted())
            #expect(Set(set.certain.map(\.object)).count == 12)
            #expect(set.pixels.count == 12 * 28 * 28 && set.probabilities.count == 12 * 10)
            let images = try #require(run.engine.outside)
            #expect(Array(set.pixels.prefix(784)) == images.image(set.certain[0].object))
        }
        let inside = try BatchNormRun(recipe(outside: false))
        try inside.finish()
        #expect(!inside.events.contains { if case .record(.pictures) = $0 { true } else { false } })
    }

    // MARK: The check of the fit

    /// Channels that are what the fit assumes, and the same with deviations that are too large by half.
    @Test func theCheckTellsARightFitFromAWrongOne() {
        let (channels, batches) = (200, 150)
        var check = StatisticsCheck([NormalizationSite(name: "a", channels: channels, followsConvolution: true)])
        var stream = RandomStream(seed: 3, purpose: .initialization)
        for _ in 0..<batches {
            let mean = Tensor(shape: [channels]) { stream.fillNormal($0) }
            let logSigma = Tensor(shape: [channels]) { stream.fillNormal($0) } * 0.1
            check.add(LayerStatistics.Observation(name: "a", mean: mean, variance: (logSigma * 2).exp()))
        }
        func contradictions(_ factor: Double) -> (mu: Double, logSigma: Double) {
            let layer = StatisticsDistribution.Layer(
                name: "a", muMean: [Double](repeating: 0, count: channels),
                muDeviation: [Double](repeating: factor, count: channels),
                logSigmaMean: [Double](repeating: 0, count: channels),
                logSigmaDeviation: [Double](repeating: 0.1 * factor, count: channels))
            return check.records(StatisticsDistribution(layers: [layer]), step: 0, seed: 1)[0].contradictions
        }
        // 200 channels at 5 %: more than 12 % or less than 1 % would be five standard deviations away.
        let right = contradictions(1)
        #expect((1...12).contains(right.mu) && (1...12).contains(right.logSigma))
        let wrong = contradictions(1.5)
        #expect(wrong.mu > 60 && wrong.logSigma > 60)
    }

    @Test func theCheckSeesOtherBatchesThanTheFit() throws {
        let run = try BatchNormRun(recipe(check: 6))
        try run.finish()
        let records = run.events.compactMap { if case .record(.statistics(let record)) = $0 { record } else { nil } }
        #expect(records.map(\.layer) == ["conv1.bn", "conv2.bn", "fc1.bn"])
        for record in records {
            #expect(record.batches == 6 && record.isHeldOut)
            #expect(record.mu.count == 6 * record.channels && record.logSigma.count == 6 * record.channels)
            #expect(record.fit.count == 4 * record.channels)
            #expect(record.pValues.count == 2 * record.channels)
            #expect(record.pValues.allSatisfy { (0...1).contains($0) })
        }
        let layers = run.engine.summary()["layers"]?.array?.compactMap(\.object) ?? []
        #expect(layers.allSatisfy { $0["muContradicted"]?.number?.isFinite == true })
    }

    /// In the check, at its end, and behind it.
    @Test(arguments: [10, 12, 13, 14]) func aRunGoesOnToTheBitWithACheck(step: Int) throws {
        let recipe = try recipe(methods: ["virtual"], check: 4)
        let whole = try BatchNormRun(recipe)
        try whole.advance(to: step)
        let resumed = try BatchNormRun(
            recipe, continuing: try Safetensors.decode(Safetensors.encode(whole.engine.checkpoint())))
        try whole.finish()
        try resumed.finish()
        let expected = whole.records(after: step)
        #expect(!expected.isEmpty)
        #expect(resumed.records(after: step) == expected)
        #expect(resumed.engine.summary().text == whole.engine.summary().text)
        #expect(resumed.engine.checkpoint() == whole.engine.checkpoint())
    }
}

extension BatchNormRun {
    var predictions: [PredictionBlock] {
        events.compactMap { if case .record(.predictions(let block)) = $0 { block } else { nil } }
    }

    func records(after step: Int) -> [RunRecord] {
        events.compactMap { event in
            if case .record(let record) = event, record.content.step > step { record } else { nil }
        }
    }
}
