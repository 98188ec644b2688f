// SPDX-License-Identifier: Apache-2.0
// Units from weights: hand-made masks, and the rule repeated until nothing changes as a reference on random ones.

import EngineKit
import Nets
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite struct WeightWaysTests {
    /// The rule as it is said: a unit without a kept weight into it, or out of it, is removed with its weights, until no
    /// more can go.
    private func survivors(_ graph: CostGraph, _ kept: [[Bool]]) -> [[Bool]] {
        var alive = graph.groups.map { Array(repeating: true, count: $0.units) }
        func isAlive(_ side: CostEdge.Side, _ index: Int) -> Bool {
            switch side {
            case .fixed: true
            case .group(let group, let multiplicity): alive[group][index / multiplicity]
            }
        }
        func count(_ side: CostEdge.Side) -> Int {
            switch side {
            case .fixed(let units): units
            case .group(let group, let multiplicity): graph.groups[group].units * multiplicity
            }
        }
        func isReached(_ group: Int, _ unit: Int) -> Bool {
            if let parent = graph.groups[group].parent { return alive[parent.group][unit / parent.block] }
            var isFed = false
            for (edge, kept) in zip(graph.edges, kept) {
                guard case .group(group, _) = edge.output else { continue }
                isFed = true
                let inputs = count(edge.input)
                if (0..<inputs).contains(where: { kept[unit * inputs + $0] && isAlive(edge.input, $0) }) { return true }
            }
            return !isFed
        }
        func isNeeded(_ group: Int, _ unit: Int) -> Bool {
            var isUsed = false
            for (child, description) in graph.groups.enumerated() {
                guard let parent = description.parent, parent.group == group else { continue }
                isUsed = true
                if alive[child][(unit * parent.block)..<((unit + 1) * parent.block)].contains(true) { return true }
            }
            for (edge, kept) in zip(graph.edges, kept) {
                guard case .group(group, let multiplicity) = edge.input else { continue }
                isUsed = true
                let inputs = count(edge.input)
                for output in 0..<count(edge.output) where isAlive(edge.output, output) {
                    let features = (unit * multiplicity)..<((unit + 1) * multiplicity)
                    if features.contains(where: { kept[output * inputs + $0] }) { return true }
                }
            }
            return !isUsed
        }
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for group in graph.groups.indices {
                for unit in alive[group].indices where alive[group][unit] {
                    if !isReached(group, unit) || !isNeeded(group, unit) {
                        alive[group][unit] = false
                        hasChanged = true
                    }
                }
            }
        }
        return alive
    }

    private func strongest(_ graph: CostGraph, _ kept: [[Bool]]) -> [[Bool]] {
        WeightWays(graph: graph, strengths: kept.map { $0.map { $0 ? 2 : 0 } }).strongest().map { $0.map { $0 > 1 } }
    }

    /// Three inputs, two hidden layers of three, two logits.
    private static let chain = CostGraph(
        Architecture(
            name: "chain", inputShape: [3],
            layers: [
                .inputGate("input"), .dense(DenseDescription(name: "a", units: 3)),
                .dense(DenseDescription(name: "b", units: 3)),
                .dense(DenseDescription(name: "c", units: 2, activation: .none, gated: false)),
            ]))

    @Test func oneRemovalLeadsToTheNext() {
        // b2 has no weight out of it, so the only weight out of a2 is of no use, and with it input 2.
        let a = [[true, false, false], [false, true, false], [false, false, true]]
        let b = [[true, true, false], [false, true, false], [false, false, true]]
        let c = [[true, false, false], [false, true, false]]
        let alive = strongest(Self.chain, [a, b, c].map { Array($0.joined()) })
        #expect(alive == [[true, true, false], [true, true, false], [true, true, false]])
        // A unit with weights out of it and none into it: a1 goes, then b1 that only a1 feeds, then nothing more.
        let dead = [[true, false, false], [false, false, false], [false, false, true]]
        let rest = strongest(Self.chain, [dead, b, c].map { Array($0.joined()) })
        #expect(rest == [[true, false, false], [true, false, false], [true, false, false]])
    }

    @Test func nothingIsLeftWithoutAWay() {
        let all = [Bool](repeating: true, count: 9)
        let none = [Bool](repeating: false, count: 9)
        let last = [Bool](repeating: true, count: 6)
        #expect(strongest(Self.chain, [all, none, last]).joined().allSatisfy { !$0 })
        #expect(strongest(Self.chain, [all, all, last]).joined().allSatisfy { $0 })
    }

    /// A feature without weights out of it goes; the filter stays as long as one feature of it is used.
    @Test func aFilterIsUsedByAnyOfItsFeatures() {
        let graph = CostGraph(
            Architecture(
                name: "maps", inputShape: [1, 3, 3],
                layers: [
                    .convolution(ConvolutionDescription(name: "c", channels: 2, kernel: 2)), .flatten(gate: "f"),
                    .dense(DenseDescription(name: "d", units: 1, activation: .none, gated: false)),
                ]))
        let alive = strongest(graph, [[true, true], [false, true, false, false, false, false, false, false]])
        #expect(alive == [[true, false], [false, true, false, false, false, false, false, false]])
        let unfed = strongest(graph, [[false, true], [true, true, true, true, false, false, false, true]])
        #expect(unfed == [[false, true], [false, false, false, false, false, false, false, true]])
    }

    static let architectures: [Architecture] = [
        .leNet500300(inputs: 12, classes: 3),
        Architecture(
            name: "maps", inputShape: [2, 8, 8],
            layers: [
                .convolution(ConvolutionDescription(name: "a", channels: 5, kernel: 3)), .maxPool(2),
                .convolution(ConvolutionDescription(name: "b", channels: 4, kernel: 2)), .flatten(gate: "f"),
                .dense(DenseDescription(name: "c", units: 6)),
                .dense(DenseDescription(name: "d", units: 3, activation: .none, gated: false)),
            ]),
        // Flattened without a gate, and an ungated layer in the middle.
        Architecture(
            name: "mixed", inputShape: [2, 6, 6],
            layers: [
                .convolution(ConvolutionDescription(name: "a", channels: 4, kernel: 3)),
                .convolution(ConvolutionDescription(name: "b", channels: 3, kernel: 3, gated: false)),
                .convolution(ConvolutionDescription(name: "c", channels: 4, kernel: 1)),
                .flatten(gate: nil), .dense(DenseDescription(name: "d", units: 5)),
                .dense(DenseDescription(name: "e", units: 2, activation: .none, gated: false)),
            ]),
        .resNet18(k: 0.05, inputShape: [3, 8, 8]),
    ]

    @Test(arguments: architectures.indices, [0.03, 0.1, 0.3, 0.7])
    func theStrongestWayAnswersForEveryThreshold(architecture: Int, share: Double) {
        let graph = CostGraph(Self.architectures[architecture])
        var numbers = TestNumbers(seed: UInt64(architecture))
        func count(_ side: CostEdge.Side) -> Int {
            switch side {
            case .fixed(let units): units
            case .group(let group, let multiplicity): graph.groups[group].units * multiplicity
            }
        }
        let strengths = graph.edges.map { numbers.numbers(count($0.input) * count($0.output), in: 0...1) }
        let ways = WeightWays(graph: graph, strengths: strengths).strongest()
        for threshold in [1 - share, 0.5, 1 - share / 2] {
            let expected = survivors(graph, strengths.map { $0.map { $0 > threshold } })
            let alive = ways.map { $0.map { $0 > threshold } }
            #expect(alive == expected, "at \(threshold)")
            // Closed under the coupling of gates already.
            #expect(graph.effectiveMasks(alive) == alive)
        }
    }
}
