// SPDX-License-Identifier: Apache-2.0
// What follows from an architecture: names, shapes, gates and weight sites of every model.

import TensorCore
import Testing

@testable import Nets

@Suite struct ArchitectureTests {
    @Test func parametersOfLeNet5HaveStableNamesAndShapes() {
        let network = FeedForwardNetwork(.leNet5(), initializer: NetworkInitializer(seed: 1))
        let names = network.parameters.map { "\($0.name) \($0.value.shape)" }
        #expect(
            names == [
                "conv1.weight [20, 1, 5, 5]", "conv1.bias [20]", "conv2.weight [50, 20, 5, 5]", "conv2.bias [50]",
                "fc1.weight [500, 800]", "fc1.bias [500]", "fc2.weight [10, 500]", "fc2.bias [10]",
            ])
        #expect(network.statistics.isEmpty)
        #expect(network.parameter("fc1.weight")?.value.shape == [500, 800])
        #expect(network.parameter("fc9.weight") == nil)
    }

    /// A normalization makes the bias in front of it pointless, so there is none; the last layer has one.
    @Test func parametersOfANarrowVGGHaveStableNamesAndShapes() {
        let network = FeedForwardNetwork(.vggLike(k: 0.1), initializer: NetworkInitializer(seed: 1))
        let widths = [6, 6, 12, 12, 25, 25, 25, 51, 51, 51, 51, 51, 51]
        var expected: [String] = []
        var inputs = 3
        for (index, width) in widths.enumerated() {
            expected.append("conv\(index + 1).weight [\(width), \(inputs), 3, 3]")
            expected += ["conv\(index + 1).bn.weight [\(width)]", "conv\(index + 1).bn.bias [\(width)]"]
            inputs = width
        }
        expected += [
            "fc1.weight [51, 51]", "fc1.bn.weight [51]", "fc1.bn.bias [51]", "fc2.weight [10, 51]", "fc2.bias [10]",
        ]
        #expect(network.parameters.map { "\($0.name) \($0.value.shape)" } == expected)
        let statistics = (1...13).map { "conv\($0)" } + ["fc1"]
        #expect(
            network.statistics.map(\.name)
                == statistics.flatMap { ["\($0).bn.running_mean", "\($0).bn.running_var"] })
        #expect(network.statistic("fc1.bn.running_var")?.value.scalars() == Array(repeating: 1, count: 51))
    }

    /// Per block: both convolutions, then the shortcut where the shape changes.
    @Test func parametersOfANarrowResNetHaveStableNamesAndShapes() {
        let network = FeedForwardNetwork(.resNet18(k: 0.1), initializer: NetworkInitializer(seed: 1))
        var expected: [String] = []
        func block(_ name: String, _ outputs: Int, _ inputs: Int, _ kernel: Int) {
            expected.append("\(name).weight [\(outputs), \(inputs), \(kernel), \(kernel)]")
            expected += ["\(name).bn.weight [\(outputs)]", "\(name).bn.bias [\(outputs)]"]
        }
        block("conv1", 6, 3, 3)
        var inputs = 6
        for (stage, width) in [6, 12, 25, 51].enumerated() {
            for index in 0..<2 {
                let name = "layer\(stage + 1).\(index)"
                block("\(name).conv1", width, inputs, 3)
                block("\(name).conv2", width, width, 3)
                if inputs != width { block("\(name).shortcut", width, inputs, 1) }
                inputs = width
            }
        }
        expected += ["fc.weight [10, 51]", "fc.bias [10]"]
        #expect(network.parameters.map { "\($0.name) \($0.value.shape)" } == expected)
        #expect(network.statistics.count == 2 * 20)
        #expect(network.statistic("layer2.0.shortcut.bn.running_var")?.value.shape == [12])
        #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
    }

    @Test(arguments: [
        (Architecture.leNet5(), ["conv1 20", "conv2 50", "flatten 800 in 1 by 16", "fc1 500"]),
        (.leNet500300(), ["input 784", "fc1 500", "fc2 300"]),
        (.leNet500300(inputs: 20, classes: 3), ["input 20", "fc1 500", "fc2 300"]),
        (.multilayerPerceptron(inputs: 4, hidden: [7, 6], outputs: 2), ["fc1 7", "fc2 6"]),
        (.multilayerPerceptron(inputs: 4, hidden: [7], outputs: 2, gated: false), []),
        (.multilayerPerceptron(inputs: 4, hidden: [], outputs: 2), []),
        (
            .vggLike(k: 0.1),
            zip(1..., [6, 6, 12, 12, 25, 25, 25, 51, 51, 51, 51, 51, 51]).map { "conv\($0) \($1)" }
                + ["flatten 51 in 12 by 1", "fc1 51"]
        ),
        (
            .resNet18(k: 0.1),
            zip(0..., [6, 6, 12, 12, 25, 25, 51, 51]).map { "layer\($0 / 2 + 1).\($0 % 2).conv1 \($1)" }
        ),
    ])
    func gatesFollowFromTheLayers(architecture: Architecture, expected: [String]) {
        let gates = architecture.gates.map { gate in
            "\(gate.name) \(gate.units)" + (gate.parent.map { " in \($0.gate) by \($0.block)" } ?? "")
        }
        #expect(gates == expected)
        #expect(FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1)).gates == architecture.gates)
    }

    @Test func weightSitesFollowFromTheLayers() {
        #expect(
            Architecture.leNet5().weights == [
                WeightSite(
                    name: "conv1", input: .fixed(1), output: .gate(0, multiplicity: 1), macsPerPair: 24 * 24 * 25,
                    weightsPerPair: 25),
                WeightSite(
                    name: "conv2", input: .gate(0, multiplicity: 1), output: .gate(1, multiplicity: 1),
                    macsPerPair: 8 * 8 * 25, weightsPerPair: 25),
                WeightSite(
                    name: "fc1", input: .gate(2, multiplicity: 1), output: .gate(3, multiplicity: 1), macsPerPair: 1,
                    weightsPerPair: 1),
                WeightSite(
                    name: "fc2", input: .gate(3, multiplicity: 1), output: .fixed(10), macsPerPair: 1,
                    weightsPerPair: 1),
            ])
        let perceptron = Architecture.multilayerPerceptron(inputs: 4, hidden: [7], outputs: 2, gated: false)
        #expect(perceptron.weights.map(\.input) == [.fixed(4), .fixed(7)])
        #expect(perceptron.weights.map(\.output) == [.fixed(7), .fixed(2)])
    }

    @Test func flatteningWithoutAGateMultipliesTheInputsOfAUnit() {
        let architecture = Architecture(
            name: "plain", inputShape: [1, 8, 8],
            layers: [
                .convolution(ConvolutionDescription(name: "a", channels: 5, kernel: 3)), .maxPool(2),
                .flatten(gate: nil),
                .dense(DenseDescription(name: "b", units: 3, activation: .none, gated: false)),
            ])
        #expect(architecture.weights[1].input == .gate(0, multiplicity: 9))
    }

    /// Weights of a network are what the cost model counts, for every model.
    @Test(arguments: [
        Architecture.leNet5(), .leNet500300(), .vggLike(k: 0.1), .vggLike(k: 0.1, dropout: true),
        .multilayerPerceptron(inputs: 9, hidden: [8, 7], outputs: 3), .resNet18(k: 0.1),
    ])
    func weightSitesCountTheWeights(architecture: Architecture) {
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        func units(_ side: WeightSite.Side) -> Int {
            switch side {
            case .fixed(let count): count
            case .gate(let gate, let multiplicity): architecture.gates[gate].units * multiplicity
            }
        }
        let counted = architecture.weights.map { units($0.input) * units($0.output) * $0.weightsPerPair }
        #expect(counted == network.parameters.filter { $0.value.rank > 1 }.map(\.value.count))
    }

    @Test(arguments: [
        (Architecture.leNet5(), 10), (.leNet5(inputShape: [3, 32, 32], classes: 7), 7), (.leNet500300(classes: 4), 4),
        (.vggLike(k: 0.05), 10), (.vggLike(k: 0.05, classes: 100, dropout: true), 100),
        (.multilayerPerceptron(inputs: 5, hidden: [3], outputs: 2, activation: .tanh), 2),
        (.resNet18(k: 0.1, classes: 100), 100), (.resNet18(k: 0.05, inputShape: [1, 28, 28]), 10),
    ])
    func logitsHaveOneRowPerObject(architecture: Architecture, classes: Int) {
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        let images = Tensor.full(Shape([3] + architecture.inputShape), 0.5)
        let logits = withoutGradients { network(images, .prediction()) }
        #expect(logits.shape == [3, classes])
        #expect(logits.isFinite)
        #expect(architecture.shapes().last == [classes])
        // Images in another arrangement with as many values are the same images.
        let flat = withoutGradients { network(images.reshape([3, images.count / 3, 1, 1]).flatten(), .prediction()) }
        #expect(flat.scalars() == logits.scalars())
    }
}
