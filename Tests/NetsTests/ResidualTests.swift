// SPDX-License-Identifier: Apache-2.0
// Residual blocks and offsets: sums against the same computed by hand, gates inside, and gradients.

import TensorCore
import TestSupport
import Testing

@testable import Nets

@Suite struct ResidualTests {
    private var numbers = TestNumbers(seed: 8)

    private mutating func random(_ shape: Shape, in range: ClosedRange<Double> = -1...1) -> Tensor {
        Tensor(shape: shape, scalars: numbers.numbers(shape.count, in: range).map { Float($0) })
    }

    /// A block whose two convolutions are 1x1, so that pixels stay apart and a few products make the reference.
    private func block(_ activation: Activation, projects: Bool) -> FeedForwardNetwork {
        func convolution(_ name: String, gated: Bool) -> LayerDescription {
            .convolution(
                ConvolutionDescription(
                    name: name, channels: 2, kernel: 1, activation: gated ? .relu : .none, gated: gated))
        }
        return FeedForwardNetwork(
            Architecture(
                name: "test", inputShape: [2, 3, 3],
                layers: [
                    .residual(
                        ResidualDescription(
                            name: "block", body: [convolution("a", gated: true), convolution("b", gated: false)],
                            shortcut: projects ? [convolution("s", gated: false)] : [], activation: activation))
                ]), initializer: NetworkInitializer(seed: 3))
    }

    @Test(arguments: [Activation.none, .relu], [false, true])
    mutating func theSumOfBothWaysComesOut(activation: Activation, projects: Bool) {
        let network = block(activation, projects: projects)
        let images = random([2, 2, 3, 3])
        let gate: [Double] = [0.5, 1]
        func product(_ name: String, _ x: [Double]) -> [Double] {
            let w = network.parameter("\(name).weight")?.value.doubles() ?? []
            return [w[0] * x[0] + w[1] * x[1], w[2] * x[0] + w[3] * x[1]]
        }
        let x = images.doubles()
        var expected = [Double](repeating: 0, count: x.count)
        for object in 0..<2 {
            for pixel in 0..<9 {
                let places = [18 * object + pixel, 18 * object + 9 + pixel]
                let input = places.map { x[$0] }
                let inner = zip(product("a", input), gate).map { max(0, $0) * $1 }
                let way = projects ? product("s", input) : input
                for (place, value) in zip(places, zip(product("b", inner), way).map(+)) {
                    expected[place] = activation == .relu ? max(0, value) : value
                }
            }
        }
        let gates = [Tensor(shape: [2], scalars: gate.map { Float($0) })]
        expectClose(
            network(images, .prediction(gates: gates)).scalars(), expected.map { Float($0) }, relative: 1e-5,
            absolute: 1e-6, "sum")
    }

    /// Both ways carry the gradient of the sum; a smooth network, so that differences mean something.
    @Test(arguments: [false, true])
    mutating func theGradientFlowsThroughBothWays(projects: Bool) {
        let network = block(.tanh, projects: projects)
        let images = random([2, 2, 3, 3], in: 0.2...1)
        let weights = random([2, 2, 3, 3])
        // Positive weights in front of the inner rectifier keep it away from its kink.
        network.parameter("a.weight")?.value.assign(random([2, 2, 1, 1], in: 0.2...1))
        func loss() -> Tensor { (network(images, .prediction()) * weights).sum() }
        let parameters = network.parameters
        let slopes = gradients(of: loss(), for: parameters.map(\.value))
        for (parameter, slope) in zip(parameters, slopes) {
            let value = parameter.value.scalars()
            let direction = trialDirections(value.count, using: &numbers)[0]
            let difference = directionalDerivative(at: value.map(Double.init), along: direction, step: 1e-2) { point in
                parameter.value.assign(Tensor(shape: slope.shape, scalars: point.map { Float($0) }))
                return withoutGradients { loss().item() }
            }
            parameter.value.assign(Tensor(shape: slope.shape, scalars: value))
            expectClose(
                zip(slope.doubles(), direction).reduce(0) { $0 + $1.0 * $1.1 }, difference, relative: 5e-3,
                absolute: 5e-4, "\(parameter.name)")
        }
    }

    @Test mutating func anOffsetAddsItsNumberToEachPixelOfAChannel() {
        let network = FeedForwardNetwork(
            Architecture(
                name: "test", inputShape: [3, 2, 2],
                layers: [.offset(OffsetDescription(name: "o", channels: 3)), .globalAveragePool]),
            initializer: NetworkInitializer(seed: 1))
        #expect(network.parameters.map(\.name) == ["o.bias"])
        network.parameter("o.bias")?.value.assign(Tensor(shape: [3], scalars: [0.5, -2, 0]))
        let images = random([2, 3, 2, 2])
        let x = images.doubles()
        let offsets: [Double] = [0.5, -2, 0]
        let expected = (0..<6).map { row -> Double in
            let pixels = (0..<4).map { max(0, x[4 * row + $0] + offsets[row % 3]) }
            return pixels.reduce(0, +) / 4
        }
        expectClose(network(images, .prediction()).doubles(), expected, relative: 1e-5, absolute: 1e-6, "mean")
    }

    /// A closed gate makes the body a constant per channel: the difference to the shortcut is the same for all images.
    @Test mutating func aBlockWithoutInnerUnitsIsItsShortcutPlusAConstant() {
        let network = FeedForwardNetwork(
            Architecture(
                name: "test", inputShape: [4, 5, 5],
                layers: [
                    .residual(
                        ResidualDescription(
                            name: "block",
                            body: [
                                .convolution(
                                    ConvolutionDescription(
                                        name: "a", channels: 3, kernel: 3, padding: 1, batchNormalization: true)),
                                .convolution(
                                    ConvolutionDescription(
                                        name: "b", channels: 4, kernel: 3, padding: 1, batchNormalization: true,
                                        activation: .none, gated: false)),
                            ], activation: .none))
                ]), initializer: NetworkInitializer(seed: 3))
        network.parameter("b.bn.bias")?.value.assign(Tensor(shape: [4], scalars: [1, -1, 0.5, 0]))
        let images = random([2, 4, 5, 5])
        let added = network(images, .prediction(gates: [Tensor.zeros([3])])) - images
        let offsets: [Float] = [1, -1, 0.5, 0]
        expectClose(added.scalars(), (0..<200).map { offsets[$0 / 25 % 4] }, absolute: 1e-6, "what the body adds")
    }
}
