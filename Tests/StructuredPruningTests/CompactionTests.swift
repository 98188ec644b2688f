// SPDX-License-Identifier: Apache-2.0
// The compact network computes what the masked one computes, whatever is removed from whatever network.

import EngineKit
import Nets
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct CompactionTests {
    /// Both networks add the same products in another order; 1e-4 of the largest logit is some hundred roundings.
    private static let tolerance = 1e-4

    static let architectures: [Architecture] = [
        .leNet5(), .leNet500300(), .vggLike(k: 0.05), .resNet18(k: 0.1, inputShape: [3, 16, 16]),
        .leNet5Normalized(dropout: 0.5), .vgg11(k: 0.05),
        // A gate in front of ungated layers, a plain flattening, no pooling behind the first gate.
        Architecture(
            name: "mixed", inputShape: [2, 9, 9],
            layers: [
                .convolution(ConvolutionDescription(name: "a", channels: 6, kernel: 3, padding: 1)),
                .convolution(ConvolutionDescription(name: "b", channels: 5, kernel: 3, stride: 2, gated: false)),
                .convolution(
                    ConvolutionDescription(
                        name: "c", channels: 7, kernel: 1, batchNormalization: true, activation: .tanh)),
                .flatten(gate: nil), .dropout(rate: 0.5),
                .dense(DenseDescription(name: "d", units: 8, activation: .tanh)),
                .dense(DenseDescription(name: "e", units: 4, activation: .none, gated: false)),
            ]),
        Architecture(
            name: "averaged", inputShape: [3, 8, 8],
            layers: [
                .convolution(ConvolutionDescription(name: "a", channels: 9, kernel: 3, batchNormalization: true)),
                .maxPool(2),
                .convolution(ConvolutionDescription(name: "b", channels: 8, kernel: 3, activation: .none)),
                .globalAveragePool,
                .dense(DenseDescription(name: "c", units: 4, activation: .none, gated: false)),
            ]),
    ]

    @Test(arguments: architectures.indices, [0.9, 0.5, 0.1])
    func maskedAndCompactLogitsAgree(architecture: Int, share: Double) throws {
        let network = randomNetwork(Self.architectures[architecture])
        var numbers = TestNumbers(seed: UInt64(architecture))
        let keep = masks(network, share: share, &numbers)
        let scales = network.gates.map { numbers.numbers($0.units, in: 0.2...1) }
        let compact = try #require(Compaction.compact(network, keep: keep, scales: scales))
        let gates = zip(keep, scales).map { mask, scale in
            Tensor(shape: [mask.count], scalars: zip(mask, scale).map { $0 ? Float($1) : 0 })
        }
        let images = Tensor(
            shape: Shape([4] + network.architecture.inputShape),
            scalars: numbers.numbers(4 * network.architecture.inputShape.reduce(1, *)).map { Float($0) })
        let masked = withoutGradients { network(images, .prediction(gates: gates)).scalars() }
        let small = withoutGradients { compact(images, .prediction()).scalars() }
        let largest = masked.map { Double(abs($0)) }.max() ?? 0
        #expect(largest > 0)
        expectClose(small, masked, absolute: Self.tolerance * largest, "logits")

        // And it is really smaller: each gated layer has as many units as its mask.
        let removed = keep.joined().contains(false)
        #expect(removed == (compact.parameters.map(\.value.count) != network.parameters.map(\.value.count)))
        let cost = CostGraph(network.architecture).cost(survivors: keep.map { mask in mask.count { $0 } })
        let weights = compact.parameters.filter { $0.value.rank > 1 }.reduce(0) { $0 + $1.value.count }
        #expect(weights == cost.parameters)
    }

    @Test func nothingRemovedIsTheSameNetworkWithItsScalesFoldedIn() throws {
        let network = randomNetwork(.leNet5())
        let keep = network.gates.map { Array(repeating: true, count: $0.units) }
        let ones = network.gates.map { Array(repeating: 1.0, count: $0.units) }
        let compact = try #require(Compaction.compact(network, keep: keep, scales: ones))
        #expect(compact.parameters.map(\.name) == network.parameters.map(\.name))
        for (a, b) in zip(compact.parameters, network.parameters) { #expect(a.value.scalars() == b.value.scalars()) }
    }

    @Test func aNetworkWithADeadLayerIsAConstant() {
        let network = randomNetwork(.leNet500300())
        let ones = network.gates.map { Array(repeating: 1.0, count: $0.units) }
        for dead in network.gates.indices {
            let keep = network.gates.enumerated().map { Array(repeating: $0 != dead, count: $1.units) }
            #expect(Compaction.compact(network, keep: keep, scales: ones) == nil)
        }
    }

    /// Whole blocks may go: what is left of one is its shortcut and a number per channel.
    @Test(arguments: [[0], [3], [2, 5], Array(0..<8)])
    func blocksWithoutInnerUnitsLeaveTheirShortcutAndAnOffset(dead: [Int]) throws {
        let network = randomNetwork(.resNet18(k: 0.1, inputShape: [3, 16, 16]))
        var numbers = TestNumbers(seed: 12)
        var keep = masks(network, share: 0.6, &numbers)
        for gate in dead { keep[gate] = keep[gate].map { _ in false } }
        let scales = network.gates.map { numbers.numbers($0.units, in: 0.2...1) }
        let compact = try #require(Compaction.compact(network, keep: keep, scales: scales))
        let images = Tensor(
            shape: [4, 3, 16, 16], scalars: numbers.numbers(4 * 3 * 256).map { Float($0) })
        let gates = zip(keep, scales).map { mask, scale in
            Tensor(shape: [mask.count], scalars: zip(mask, scale).map { $0 ? Float($1) : 0 })
        }
        let masked = withoutGradients { network(images, .prediction(gates: gates)).scalars() }
        let small = withoutGradients { compact(images, .prediction()).scalars() }
        let largest = masked.map { Double(abs($0)) }.max() ?? 0
        expectClose(small, masked, absolute: Self.tolerance * largest, "logits")
        let offsets = compact.parameters.map(\.name).filter {
            $0.hasPrefix("layer") && $0.split(separator: ".").count == 3
        }
        #expect(offsets == dead.map { "layer\($0 / 2 + 1).\($0 % 2).bias" })
        let cost = CostGraph(network.architecture).cost(survivors: keep.map { mask in mask.count { $0 } })
        #expect(compact.parameters.filter { $0.value.rank > 1 }.reduce(0) { $0 + $1.value.count } == cost.parameters)
        // Cut once more with nothing to remove, it is the same network.
        let again = try #require(Compaction.compact(compact, keep: [], scales: []))
        #expect(again.architecture == compact.architecture)
        for (a, b) in zip(again.parameters, compact.parameters) { #expect(a.value.scalars() == b.value.scalars()) }
    }

    /// A body of three convolutions whose first gate is closed: constant behind a 1x1 convolution, not behind a padded one.
    @Test(arguments: [(1, true), (3, false)])
    func onlyABodyWithAConstantOutputCanGo(lastKernel: Int, canGo: Bool) throws {
        func inner(_ name: String) -> LayerDescription {
            .convolution(
                ConvolutionDescription(name: name, channels: 6, kernel: 3, padding: 1, batchNormalization: true))
        }
        let network = randomNetwork(
            Architecture(
                name: "bottleneck", inputShape: [4, 6, 6],
                layers: [
                    .residual(
                        ResidualDescription(
                            name: "block",
                            body: [
                                inner("a"), inner("b"),
                                .convolution(
                                    ConvolutionDescription(
                                        name: "c", channels: 4, kernel: lastKernel, padding: lastKernel / 2,
                                        activation: .none, gated: false)),
                            ])),
                    .globalAveragePool,
                ]))
        let keep = [Array(repeating: false, count: 6), [true, false, true, true, false, true]]
        let scales = [Array(repeating: 1.0, count: 6), Array(repeating: 0.5, count: 6)]
        let compact = Compaction.compact(network, keep: keep, scales: scales)
        #expect((compact != nil) == canGo)
        guard let compact else { return }
        let gates = zip(keep, scales).map { mask, scale in
            Tensor(shape: [mask.count], scalars: zip(mask, scale).map { $0 ? Float($1) : 0 })
        }
        var numbers = TestNumbers(seed: 4)
        let images = Tensor(shape: [2, 4, 6, 6], scalars: numbers.numbers(288).map { Float($0) })
        withoutGradients {
            expectClose(
                compact(images, .prediction()).scalars(), network(images, .prediction(gates: gates)).scalars(),
                relative: 1e-5, absolute: 1e-5)
        }
    }

    /// Random masks with at least one unit in each gate, closed under the coupling of the gates.
    private func masks(_ network: FeedForwardNetwork, share: Double, _ numbers: inout TestNumbers) -> [[Bool]] {
        var keep = network.gates.map { gate in
            (0..<gate.units).map { _ in Double.random(in: 0..<1, using: &numbers) < share }
        }
        for (index, gate) in network.gates.enumerated() {
            // The last unit, whose parent is the last unit too.
            keep[index][gate.units - 1] = true
        }
        return CostGraph(network.architecture).effectiveMasks(keep)
    }
}

/// A network in which every parameter and statistic is random, also those that begin as 0 and 1.
func randomNetwork(_ architecture: Architecture) -> FeedForwardNetwork {
    let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 5))
    var numbers = TestNumbers(seed: 6)
    for parameter in network.parameters where parameter.value.rank == 1 {
        let range = parameter.name.hasSuffix("bn.weight") ? 0.5...1.5 : -0.2...0.2
        let values = numbers.numbers(parameter.value.count, in: range).map { Float($0) }
        parameter.value.assign(Tensor(shape: parameter.value.shape, scalars: values))
    }
    for statistic in network.statistics {
        let range = statistic.name.hasSuffix("running_var") ? 0.5...2.0 : -0.3...0.3
        let values = numbers.numbers(statistic.value.count, in: range).map { Float($0) }
        statistic.value = Tensor(shape: statistic.value.shape, scalars: values)
    }
    return network
}
