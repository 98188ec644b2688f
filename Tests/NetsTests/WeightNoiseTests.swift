// SPDX-License-Identifier: Apache-2.0
// Networks with random weights: the draws of their outputs, and gradients with the same draws by differences.

import Probability
import TensorCore
import TestSupport
import Testing

@testable import Nets

@Suite struct WeightNoiseTests {
    private var numbers = TestNumbers(seed: 21)

    private mutating func random(_ shape: Shape, in range: ClosedRange<Double> = -1...1) -> Tensor {
        Tensor(shape: shape, scalars: numbers.numbers(shape.count, in: range).map { Float($0) })
    }

    private static let stream = RandomStream(seed: 3, purpose: "test")

    /// Smooth, so that differences say something: a dense network and one of convolutions, with and without
    /// normalization, with a residual block.
    private static let architectures: [Architecture] = [
        Architecture(
            name: "dense", inputShape: [6],
            layers: [
                .dense(DenseDescription(name: "fc1", units: 5, activation: .tanh)),
                .dense(DenseDescription(name: "fc2", units: 4, batchNormalization: true, activation: .tanh)),
                .dense(DenseDescription(name: "fc3", units: 3, activation: .none, gated: false)),
            ]),
        Architecture(
            name: "maps", inputShape: [2, 6, 6],
            layers: [
                .convolution(
                    ConvolutionDescription(
                        name: "conv1", channels: 4, kernel: 3, activation: .tanh, gated: false)),
                .residual(
                    ResidualDescription(
                        name: "block",
                        body: [
                            .convolution(
                                ConvolutionDescription(
                                    name: "conv2", channels: 3, kernel: 3, padding: 1, batchNormalization: true,
                                    activation: .none)),
                            .convolution(
                                ConvolutionDescription(
                                    name: "conv3", channels: 4, kernel: 1, activation: .none, gated: false)),
                        ], activation: .tanh)),
                .flatten(gate: nil),
                .dense(DenseDescription(name: "fc1", units: 3, activation: .none, gated: false)),
            ]),
    ]

    private func weighted(_ network: FeedForwardNetwork) -> [Parameter] {
        network.parameters.filter { $0.value.rank > 1 }
    }

    private func noise(_ network: FeedForwardNetwork, _ means: [Tensor], _ variances: [Tensor]) -> WeightNoise {
        var layers: [String: WeightNoise.Layer] = [:]
        for (index, parameter) in weighted(network).enumerated() {
            layers[parameter.name] = WeightNoise.Layer(mean: means[index], variance: variances[index])
        }
        return WeightNoise(layers: layers, stream: Self.stream)
    }

    @Test(arguments: architectures.indices, [ForwardPass.Normalization.running, .batch])
    mutating func gradientsOfMeansAndVariancesAgreeWithDifferences(
        architecture: Int, normalization: ForwardPass.Normalization
    ) {
        let network = FeedForwardNetwork(Self.architectures[architecture], initializer: NetworkInitializer(seed: 4))
        let images = random(Shape([3] + network.architecture.inputShape))
        let shapes = weighted(network).map(\.value.shape)
        let count = shapes.reduce(0) { $0 + $1.count }
        let point = weighted(network).flatMap { $0.value.doubles() } + numbers.numbers(count, in: 0.1...0.5)

        func tensors(_ values: ArraySlice<Double>) -> [Tensor] {
            var rest = values
            return shapes.map { shape in
                defer { rest = rest.dropFirst(shape.count) }
                return Tensor(shape: shape, scalars: rest.prefix(shape.count).map { Float($0) })
            }
        }
        func loss(_ means: [Tensor], _ variances: [Tensor]) -> Tensor {
            let pass = ForwardPass(
                normalization: normalization, dropout: nil, gates: [], weightNoise: noise(network, means, variances))
            return softmaxCrossEntropy(logits: network(images, pass), labels: [0, 2, 1], reduction: .sum)
        }

        let means = tensors(point[..<count]).map { $0.requiringGradient() }
        let variances = tensors(point[count...]).map { $0.requiringGradient() }
        let slopes = gradients(of: loss(means, variances), for: means + variances).flatMap { $0.doubles() }
        var moved = 0
        for direction in trialDirections(point.count, using: &numbers) + trialDirections(point.count, using: &numbers) {
            let difference = directionalDerivative(at: point, along: direction, step: 5e-3) { point in
                withoutGradients { loss(tensors(point[..<count]), tensors(point[count...])).item() }
            }
            let slope = zip(slopes, direction).reduce(0) { $0 + $1.0 * $1.1 }
            // In single precision: 1e-6 of rounding over a step of 1e-2, and third derivatives.
            expectClose(slope, difference, relative: 2e-2, absolute: 2e-3, "slope")
            if abs(difference) > 0.01 { moved += 1 }
        }
        #expect(moved >= 4, "most directions must matter")
    }

    /// Of one dense layer: normal with the mean and the variance of the sum, independent between objects.
    @Test mutating func outputsHaveTheMomentsOfTheSum() {
        let objects = 40_000
        let network = FeedForwardNetwork(
            Architecture(
                name: "one", inputShape: [3],
                layers: [.dense(DenseDescription(name: "d", units: 2, activation: .none, gated: false))]),
            initializer: NetworkInitializer(seed: 1))
        network.parameter("d.bias")?.value.assign(Tensor(shape: [2], scalars: [0.5, -1]))
        let (mean, variance) = (random([2, 3]), random([2, 3], in: 0.1...1))
        let x: [Double] = [0.7, -1.5, 0.2]
        let images = Tensor(shape: [1, 3], scalars: x.map { Float($0) }).broadcast(to: [objects, 3])
        let pass = ForwardPass(
            normalization: .running, dropout: nil, gates: [], weightNoise: noise(network, [mean], [variance]))
        let y = network(images, pass).doubles()
        let (m, v) = (mean.doubles(), variance.doubles())
        for unit in 0..<2 {
            let column = (0..<objects).map { y[2 * $0 + unit] }
            let expectedMean = (0..<3).reduce([0.5, -1][unit]) { $0 + x[$1] * m[3 * unit + $1] }
            let expectedVariance = (0..<3).reduce(0) { $0 + x[$1] * x[$1] * v[3 * unit + $1] }
            let average = column.reduce(0, +) / Double(objects)
            let spread = column.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(objects)
            // Four standard deviations of the sample moments.
            let root = Double(objects).squareRoot()
            expectClose(average, expectedMean, absolute: 4 * expectedVariance.squareRoot() / root)
            expectClose(spread, expectedVariance, absolute: 4 * 2.0.squareRoot() * expectedVariance / root)
        }
    }

    /// The kernel's numbers are those of the stream, word for word, from the next whole block of four on.
    @Test mutating func drawsAreThoseOfTheStream() {
        let network = FeedForwardNetwork(
            Architecture(
                name: "one", inputShape: [2],
                layers: [.dense(DenseDescription(name: "d", units: 3, activation: .none, gated: false))]),
            initializer: NetworkInitializer(seed: 1))
        let zeros = Tensor.zeros([3, 2])
        // x² adds up to 1 - 1e-8 with these.
        let variance = Tensor.full([3, 2], 0.5)
        var stream = RandomStream(seed: 9, purpose: "test", index: 2)
        stream.seek(to: 5)
        let noise = WeightNoise(
            layers: ["d.weight": WeightNoise.Layer(mean: zeros, variance: variance)], stream: stream)
        let pass = ForwardPass(normalization: .running, dropout: nil, gates: [], weightNoise: noise)
        let y = network(Tensor.ones([5, 2]), pass).scalars()
        #expect(noise.stream.state.position == 8 + 15)
        stream.seek(to: 8)
        var expected = [Float](repeating: 0, count: 15)
        stream.fillNormal(&expected)
        expectClose(y, expected, relative: 3e-6, absolute: 1e-6)
        // The next pass takes the next block.
        #expect(Set(network(Tensor.ones([5, 2]), pass).scalars()).isDisjoint(with: y))
        #expect(noise.stream.state.position == 24 + 15)
    }

    @Test mutating func layersThatAreNotListedAreAsTheyWere() {
        let network = FeedForwardNetwork(Self.architectures[1], initializer: NetworkInitializer(seed: 4))
        let images = random([2, 2, 6, 6])
        let quiet = WeightNoise(layers: [:], stream: Self.stream)
        let pass = ForwardPass(normalization: .running, dropout: nil, gates: [], weightNoise: quiet)
        #expect(network(images, pass).scalars() == network(images, .prediction()).scalars())
        #expect(quiet.stream.state == Self.stream.state)
    }

    /// Without variance there is only the floor of 1e-8 left, a noise of 1e-4.
    @Test(arguments: architectures.indices)
    mutating func withoutVarianceTheMeansArePropagated(architecture: Int) {
        let network = FeedForwardNetwork(Self.architectures[architecture], initializer: NetworkInitializer(seed: 4))
        let images = random(Shape([3] + network.architecture.inputShape))
        let means = weighted(network).map(\.value)
        let pass = ForwardPass(
            normalization: .running, dropout: nil, gates: [],
            weightNoise: noise(network, means, means.map { Tensor.zeros($0.shape) }))
        expectClose(network(images, pass).scalars(), network(images, .prediction()).scalars(), absolute: 5e-3)
    }

    /// A gate waits behind the noise: the weights of the layer are not there to fold it into.
    @Test mutating func gatesScaleNoisyOutputs() {
        let network = FeedForwardNetwork(
            Architecture(
                name: "gated", inputShape: [2, 4, 4],
                layers: [
                    .convolution(ConvolutionDescription(name: "c", channels: 3, kernel: 3)), .maxPool(2),
                    .flatten(gate: nil),
                ]),
            initializer: NetworkInitializer(seed: 4))
        let images = random([3, 2, 4, 4])
        let weight = network.parameters[0].value
        func pass(_ gates: [Tensor?]) -> ForwardPass {
            ForwardPass(
                normalization: .running, dropout: nil, gates: gates,
                weightNoise: noise(network, [weight], [Tensor.full(weight.shape, 0.1)]))
        }
        let gate = Tensor(shape: [3], scalars: [0.5, 0, 1])
        let free = network(images, pass([]))
        expectClose(
            network(images, pass([gate])).scalars(), free.scaleChannels(by: gate).scalars(), relative: 1e-6)
    }
}
