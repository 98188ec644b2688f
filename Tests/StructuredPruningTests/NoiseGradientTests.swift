// SPDX-License-Identifier: Apache-2.0
// The gradient of the loss with respect to the noise, through whole networks, against central differences.

import Nets
import TensorCore
import TestSupport
import Testing

@Suite(.serialized) struct NoiseGradientTests {
    /// Smooth networks only: a difference across a kink of the rectifier or of a maximum says nothing.
    static let architectures: [Architecture] = [
        // Gates on the input, behind dense layers.
        Architecture(
            name: "dense", inputShape: [6],
            layers: [
                .inputGate("input"),
                .dense(DenseDescription(name: "fc1", units: 5, activation: .tanh)),
                .dense(DenseDescription(name: "fc2", units: 4, batchNormalization: true, activation: .tanh)),
                .dense(DenseDescription(name: "fc3", units: 3, activation: .none, gated: false)),
            ]),
        // Gates folded into a batch normalization, behind a convolution, and on flattened features.
        Architecture(
            name: "maps", inputShape: [2, 6, 6],
            layers: [
                .convolution(
                    ConvolutionDescription(
                        name: "conv1", channels: 4, kernel: 3, batchNormalization: true, activation: .none)),
                .convolution(ConvolutionDescription(name: "conv2", channels: 3, kernel: 3, activation: .tanh)),
                .flatten(gate: "flatten"),
                .dense(DenseDescription(name: "fc1", units: 3, activation: .none, gated: false)),
            ]),
    ]

    @Test(arguments: architectures.indices, [false, true])
    func theTapeAgreesWithDifferences(architecture: Int, perObject: Bool) {
        let network = randomNetwork(Self.architectures[architecture])
        var numbers = TestNumbers(seed: 9)
        let objects = 3
        let labels: [Int32] = [0, 2, 1]
        let inputs = network.architecture.inputShape
        let images = Tensor(
            shape: Shape([objects] + inputs),
            scalars: numbers.numbers(objects * inputs.reduce(1, *)).map { Float($0) })
        let shapes = network.gates.map { gate -> Shape in perObject ? [objects, gate.units] : [gate.units] }
        let point = numbers.numbers(shapes.reduce(0) { $0 + $1.count }, in: 0.3...1)

        func thetas(_ values: [Double]) -> [Tensor] {
            var rest = values[...]
            return shapes.map { shape in
                defer { rest = rest.dropFirst(shape.count) }
                return Tensor(shape: shape, scalars: rest.prefix(shape.count).map { Float($0) })
            }
        }
        func loss(_ thetas: [Tensor]) -> Tensor {
            softmaxCrossEntropy(
                logits: network(images, .prediction(gates: thetas)), labels: labels, reduction: .sum)
        }

        let leaves = thetas(point).map { $0.requiringGradient() }
        let slopes = gradients(of: loss(leaves), for: leaves).flatMap { $0.doubles() }
        #expect(slopes.count == point.count)
        for direction in trialDirections(point.count, using: &numbers) {
            // In single precision: 1e-7 of rounding over a step of 2e-2, and a third derivative below 10 over 1e-4.
            let difference = directionalDerivative(at: point, along: direction, step: 1e-2) {
                values in withoutGradients { loss(thetas(values)).item() }
            }
            let slope = zip(slopes, direction).reduce(0) { $0 + $1.0 * $1.1 }
            expectClose(slope, difference, relative: 5e-3, absolute: 5e-4, "slope")
        }
    }

    /// With statistics at rest, weights, scales and shifts have the gradient of the function that is evaluated, with
    /// closed and open gates folded into the scales.
    @Test(arguments: architectures.indices)
    func weightsAndNormalizationsAgreeWithDifferencesWhileStatisticsRest(architecture: Int) {
        let network = randomNetwork(Self.architectures[architecture])
        let statistics = network.statistics.map { $0.value.scalars() }
        var numbers = TestNumbers(seed: 10)
        let inputs = network.architecture.inputShape
        let images = Tensor(
            shape: Shape([3] + inputs), scalars: numbers.numbers(3 * inputs.reduce(1, *)).map { Float($0) })
        let gates = network.gates.map { gate in
            Tensor(
                shape: [gate.units],
                scalars: (0..<gate.units).map { $0 == 1 ? 0 : Float(numbers.numbers(1, in: 0.3...1)[0]) })
        }
        func loss() -> Tensor {
            softmaxCrossEntropy(
                logits: network(images, ForwardPass(normalization: .running, dropout: nil, gates: gates)),
                labels: [0, 2, 1], reduction: .sum)
        }
        let parameters = network.parameters
        let slopes = gradients(of: loss(), for: parameters.map(\.value))
        var moved = 0
        for (parameter, slope) in zip(parameters, slopes) {
            let value = parameter.value.scalars()
            for direction in trialDirections(value.count, using: &numbers) {
                let difference = directionalDerivative(at: value.map(Double.init), along: direction, step: 1e-2) {
                    point in
                    parameter.value.assign(Tensor(shape: slope.shape, scalars: point.map { Float($0) }))
                    return withoutGradients { loss().item() }
                }
                let expected = zip(slope.doubles(), direction).reduce(0) { $0 + $1.0 * $1.1 }
                expectClose(expected, difference, relative: 1e-2, absolute: 1e-3, parameter.name)
                if abs(difference) > 0.01 { moved += 1 }
            }
            parameter.value.assign(Tensor(shape: slope.shape, scalars: value))
        }
        #expect(moved > parameters.count, "most directions must matter")
        #expect(network.statistics.map { $0.value.scalars() } == statistics)
    }
}
