// SPDX-License-Identifier: Apache-2.0
// Which units each rule keeps: by its definition computed in another way, and always at equal cost for the baselines.

import EngineKit
import Nets
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct CutRuleTests {
    /// Random noise on a random network: about half of the units below the threshold.
    private func subject(_ architecture: Architecture, seed: UInt64) -> CutSubject {
        let network = randomNetwork(architecture)
        var numbers = TestNumbers(seed: seed)
        return CutSubject(
            network: network, costGraph: CostGraph(architecture),
            layers: network.gates.map { gate in
                LayerState(
                    name: gate.name, signalToNoise: numbers.numbers(gate.units, in: 0...2),
                    mu: numbers.numbers(gate.units), logSigma: numbers.numbers(gate.units), kullbackLeibler: 0,
                    evidenceGain: numbers.numbers(gate.units, in: -1...1))
            },
            scales: network.gates.map { numbers.numbers($0.units, in: 0.1...1) }, threshold: 1)
    }

    private func counts(_ masks: [[Bool]]) -> [Int] { masks.map { mask in mask.count { $0 } } }

    @Test func namesAreTheTableOfResultsAndSessionFiles() {
        #expect(CutRule.all.map(\.name) == ["snr", "evidence-gain", "l1", "bn-scale"])
        #expect(CutRule.all.filter(\.isComplete).map(\.name) == ["snr", "evidence-gain"])
        #expect(CutRule.named("magnitude") == nil)
    }

    @Test func noiseAndEvidenceDecideEachUnitWithTheCouplingOfLayers() throws {
        let subject = subject(.leNet5(), seed: 3)
        let bySignal = subject.layers.map { $0.signalToNoise.map { $0 > 1 } }
        #expect(CutRule.signalToNoise.masks(subject) == subject.costGraph.effectiveMasks(bySignal))
        let byEvidence = subject.layers.map { ($0.evidenceGain ?? []).map { $0 <= 0 } }
        #expect(CutRule.evidenceGain.masks(subject) == subject.costGraph.effectiveMasks(byEvidence))
        #expect(bySignal != byEvidence)
    }

    /// Equal numbers of units in every gate, so operations and weights are equal to the last one.
    @Test(arguments: [
        Architecture.leNet5(), .leNet500300(), .vggLike(k: 0.1), .resNet18(k: 0.1, inputShape: [3, 16, 16]),
    ])
    func baselinesCostExactlyWhatTheNoiseCosts(architecture: Architecture) throws {
        let hasNormalization = randomNetwork(architecture).statistics.count > 0
        for seed in 1...5 as ClosedRange<UInt64> {
            let subject = subject(architecture, seed: seed)
            let reference = try #require(CutRule.signalToNoise.masks(subject))
            let cost = subject.costGraph.cost(survivors: counts(reference))
            for rule in [CutRule.filterNorm, .normalizationScale] {
                guard let masks = rule.masks(subject) else {
                    #expect(rule.name == "bn-scale" && !hasNormalization)
                    continue
                }
                #expect(counts(masks) == counts(reference), "\(rule.name)")
                #expect(subject.costGraph.cost(survivors: counts(masks)) == cost)
                #expect(masks != reference, "\(rule.name) has its own opinion")
                #expect(subject.costGraph.effectiveMasks(masks) == masks, "\(rule.name)")
                // The compact network can be built and has that many weights.
                if counts(masks).contains(0) { continue }
                let compact = Compaction.compact(subject.network, keep: masks, scales: subject.scales)
                let weights = try #require(compact).parameters.filter { $0.value.rank > 1 }
                #expect(weights.reduce(0) { $0 + $1.value.count } == cost.parameters)
            }
        }
    }

    /// Scales move into filters where no normalization follows, and flattened features count by their readers.
    @Test func filterNormsAreThoseOfTheNetworkThatPredicts() throws {
        let subject = subject(.leNet5(), seed: 4)
        let masks = try #require(CutRule.filterNorm.masks(subject))
        let reference = counts(try #require(CutRule.signalToNoise.masks(subject)))
        func norm(_ layer: String, _ unit: Int, reads: Bool) -> Double {
            guard let weight = subject.network.parameter("\(layer).weight")?.value else { return .nan }
            let values = weight.scalars()
            let (outputs, inputs) = (weight.shape[0], weight.shape[1])
            let area = weight.shape.count / (outputs * inputs)
            var sum = 0.0
            for o in 0..<outputs {
                for i in 0..<inputs where (reads ? i : o) == unit {
                    for place in 0..<area { sum += Double(abs(values[(o * inputs + i) * area + place])) }
                }
            }
            return sum
        }
        for (gate, layer) in [(0, "conv1"), (1, "conv2"), (3, "fc1")] {
            let scores = subject.scales[gate].enumerated().map { $1 * norm(layer, $0, reads: false) }
            let least = scores.sorted(by: >)[reference[gate] - 1]
            #expect(masks[gate] == scores.map { $0 >= least }, "\(layer)")
        }
        // Features of chosen channels only; none of them is worth less than an eligible one that was left, except for the
        // one that a channel must have.
        let scores = subject.scales[2].enumerated().map { $1 * norm("fc1", $0, reads: true) }
        let eligible = (0..<800).filter { masks[1][$0 / 16] }
        #expect((0..<800).allSatisfy { !masks[2][$0] || masks[1][$0 / 16] })
        let left = eligible.filter { !masks[2][$0] }.map { scores[$0] }.max() ?? 0
        for channel in 0..<50 where masks[1][channel] {
            let features = ((channel * 16)..<(channel * 16 + 16))
            let best = try #require(features.max { scores[$0] < scores[$1] })
            #expect(masks[2][best])
            #expect(features.allSatisfy { !masks[2][$0] || $0 == best || scores[$0] >= left })
        }
    }

    /// The flattened features of this network are the units of the last convolution.
    @Test func normalizationScalesRankOnlyLayersThatHaveThem() throws {
        let subject = subject(.vggLike(k: 0.1), seed: 8)
        let masks = try #require(CutRule.normalizationScale.masks(subject))
        let reference = counts(try #require(CutRule.signalToNoise.masks(subject)))
        for (gate, site) in subject.network.gates.enumerated() where site.name != "flatten" {
            let gamma = try #require(subject.network.parameter("\(site.name).bn.weight")?.value).scalars()
            let scores = zip(gamma, subject.scales[gate]).map { Double(abs($0)) * $1 }
            let least = scores.sorted(by: >)[reference[gate] - 1]
            #expect(masks[gate] == scores.map { $0 >= least }, "\(site.name)")
        }
        #expect(masks[13] == masks[12])
        #expect(CutRule.normalizationScale.masks(self.subject(.leNet500300(), seed: 1)) == nil)
    }

    @Test func everyChosenParentGetsItsBestUnit() {
        let graph = CostGraph(
            groups: [
                UnitGroup(name: "map", units: 3), UnitGroup(name: "flat", units: 6, parent: .init(group: 0, block: 2)),
                UnitGroup(name: "fc", units: 4),
            ], edges: [])
        // The best two features belong to a parent that is not chosen, the next two to the same parent.
        let masks = graph.best(
            of: [[1, 3, 2], [9, 8, 7, 6, 1, 2], [.nan, 0, .infinity, 5]], counts: [2, 2, 3])
        #expect(masks[0] == [false, true, true])
        #expect(masks[1] == [false, false, true, false, false, true])
        #expect(masks[2] == [true, false, true, true])
        #expect(
            graph.best(of: [[1, 1, 1], [1, 1, 1, 1, 1, 1], [1, 1, 1, 1]], counts: [1, 2, 0])
                == [
                    [true, false, false], [true, true, false, false, false, false], [false, false, false, false],
                ])
    }
}
