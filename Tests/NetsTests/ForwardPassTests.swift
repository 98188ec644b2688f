// SPDX-License-Identifier: Apache-2.0
// Gates, normalization and dropout in the forward pass, against the same computed by hand.

import Probability
import TensorCore
import TestSupport
import Testing

@testable import Nets

@Suite struct ForwardPassTests {
    private var numbers = TestNumbers(seed: 3)

    private mutating func random(_ shape: Shape, in range: ClosedRange<Double> = -1...1) -> Tensor {
        Tensor(shape: shape, scalars: numbers.numbers(shape.count, in: range).map { Float($0) })
    }

    private func network(_ inputShape: [Int], _ layers: [LayerDescription]) -> FeedForwardNetwork {
        FeedForwardNetwork(
            Architecture(name: "test", inputShape: inputShape, layers: layers), initializer: NetworkInitializer(seed: 2)
        )
    }

    /// A gate at 0 makes the features 0, whatever bias and normalization would make of them.
    @Test(arguments: [true, false], [Activation.none, .relu, .tanh])
    mutating func aClosedGateZeroesItsFeatures(normalized: Bool, activation: Activation) {
        let network = network(
            [2, 5, 5],
            [
                .convolution(
                    ConvolutionDescription(
                        name: "c", channels: 4, kernel: 3, batchNormalization: normalized, activation: activation))
            ])
        network.parameter("c.bias")?.value.assign(.full([4], 0.7))
        network.parameter("c.bn.bias")?.value.assign(.full([4], 0.7))
        let gate = Tensor(shape: [4], scalars: [1, 0, 0.5, 0])
        let images = random([3, 2, 5, 5])
        let free = network(images, .prediction()).scalars()
        let gated = network(images, .prediction(gates: [gate])).scalars()
        let factors = gate.scalars()
        #expect(free.contains { $0 != 0 })
        // 9 pixels per channel; folding into the normalization rounds differently.
        expectClose(
            gated, free.indices.map { free[$0] * factors[($0 / 9) % 4] }, relative: 1e-5, absolute: 1e-6, "features")
        for index in gated.indices where factors[(index / 9) % 4] == 0 { #expect(gated[index] == 0) }
    }

    /// Gates wait behind a pooling, because they commute with a maximum; per object they are never folded.
    @Test(arguments: [true, false], [false, true])
    mutating func gatesBeforeAPoolingEqualGatesBehindIt(normalized: Bool, perObject: Bool) {
        let network = network(
            [2, 6, 6],
            [
                .convolution(
                    ConvolutionDescription(
                        name: "c", channels: 4, kernel: 3, padding: 1, batchNormalization: normalized)),
                .maxPool(2), .flatten(gate: nil),
            ])
        let images = random([3, 2, 6, 6])
        let gate = random(perObject ? [3, 4] : [4], in: 0...1)
        let free = network(images, .prediction()).reshape([3, 4, 3, 3]).scaleChannels(by: gate)
        expectClose(
            network(images, .prediction(gates: [gate])).scalars(), free.scalars(), relative: 1e-5, absolute: 1e-6)
    }

    @Test mutating func inputAndFlattenedFeaturesHaveGatesOfTheirOwn() {
        let network = network(
            [2, 2, 2],
            [.flatten(gate: "flatten"), .dense(DenseDescription(name: "d", units: 3, activation: .none, gated: false))])
        let images = random([2, 2, 2, 2])
        let gate = random([8], in: 0...1)
        let scaled = images.reshape([2, 8]).scaleChannels(by: gate).reshape([2, 2, 2, 2])
        expectClose(
            network(images, .prediction(gates: [gate])).scalars(), network(scaled, .prediction()).scalars(),
            relative: 1e-5, absolute: 1e-6)
        let gatedInput = self.network(
            [8], [.inputGate("input"), .dense(DenseDescription(name: "d", units: 3, activation: .none, gated: false))])
        expectClose(
            gatedInput(images.reshape([2, 8]), .prediction(gates: [gate])).scalars(),
            gatedInput(scaled.reshape([2, 8]), .prediction()).scalars(), relative: 1e-5, absolute: 1e-6)
    }

    /// PyTorch's rule: `r <- 0.9 r + 0.1 s`, the running variance from the unbiased one, the output from the biased one.
    @Test(arguments: [false, true])
    mutating func runningStatisticsFollowTheBatches(gated: Bool) {
        let network = network([3], [.dense(DenseDescription(name: "d", units: 2, batchNormalization: true))])
        network.parameter("d.weight")?.value.assign(Tensor(shape: [2, 3], scalars: [1, 0, 0, 0, 2, 0]))
        var mean = [0.0, 0]
        var variance = [1.0, 1]
        for _ in 0..<3 {
            let images = random([5, 3])
            let x = images.doubles()
            let columns: [[Double]] = [
                (0..<5).map { row in x[3 * row] },
                (0..<5).map { row in 2 * x[3 * row + 1] },
            ]
            let gates: [Tensor?] = gated ? [Tensor(shape: [2], scalars: [0.5, 0])] : []
            let output = network(images, .training(dropout: nil, gates: gates)).doubles()
            for (unit, column) in columns.enumerated() {
                let m = column.reduce(0, +) / 5
                let squares = column.reduce(0) { $0 + ($1 - m) * ($1 - m) }
                mean[unit] = 0.9 * mean[unit] + 0.1 * m
                variance[unit] = 0.9 * variance[unit] + 0.1 * squares / 4
                let factor: Double = gated ? [0.5, 0][unit] : 1
                let deviation: Double = (squares / 5 + 1e-5).squareRoot()
                for row in 0..<5 {
                    let expected: Double = factor * max(0, (column[row] - m) / deviation)
                    expectClose(output[2 * row + unit], expected, relative: 1e-4, absolute: 1e-5)
                }
            }
            expectClose(network.statistic("d.bn.running_mean")?.value.doubles() ?? [], mean, absolute: 1e-6)
            expectClose(network.statistic("d.bn.running_var")?.value.doubles() ?? [], variance, relative: 1e-5)
        }
        // Prediction uses them and leaves them alone.
        let image = random([1, 3])
        let output = network(image, .prediction()).doubles()
        let x = image.doubles()
        let inputs: [Double] = [x[0], 2 * x[1]]
        for unit in 0..<2 {
            let deviation: Double = (variance[unit] + 1e-5).squareRoot()
            let expected: Double = max(0, (inputs[unit] - mean[unit]) / deviation)
            expectClose(output[unit], expected, relative: 1e-4, absolute: 1e-5)
        }
        expectClose(network.statistic("d.bn.running_mean")?.value.doubles() ?? [], mean, absolute: 1e-6)
    }

    /// Predictions fold the normalization into the weights and keep them: whatever changes must be seen.
    @Test(arguments: [Activation.none, .relu, .tanh])
    mutating func predictionsFollowEveryChangeOfWhatTheyFold(activation: Activation) throws {
        let network = network(
            [3, 6, 6],
            [
                .convolution(
                    ConvolutionDescription(
                        name: "c", channels: 5, kernel: 3, padding: 1, batchNormalization: true, activation: activation)
                ),
                .flatten(gate: nil),
                .dense(DenseDescription(name: "d", units: 4, batchNormalization: true, activation: activation)),
            ])
        let images = random([2, 3, 6, 6])
        func check(_ what: String) {
            // Recording, the normalization is an operation of its own.
            let expected = network(images, .prediction()).detached().scalars()
            let folded = withoutGradients { network(images, .prediction()).scalars() }
            expectClose(folded, expected, relative: 1e-5, absolute: 1e-6, what)
            #expect(withoutGradients { network(images, .prediction()).scalars() } == folded)
        }
        check("as built")
        var before = withoutGradients { network(images, .prediction()).scalars() }
        for name in ["c.weight", "c.bn.weight", "c.bn.bias", "d.weight", "d.bn.weight", "d.bn.bias"] {
            let parameter = try #require(network.parameter(name))
            // Small enough that a tanh is not saturated.
            parameter.value.assign(random(parameter.value.shape, in: 0.01...0.1))
            check(name)
            let now = withoutGradients { network(images, .prediction()).scalars() }
            #expect(now != before, "\(name)")
            before = now
        }
        for statistic in network.statistics {
            statistic.value = random(statistic.value.shape, in: 0.5...2)
            check(statistic.name)
            statistic.value.assign(random(statistic.value.shape, in: 0.5...2))
            check("\(statistic.name) in place")
        }
        let optimizer = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), network.parameters)
        for _ in 0..<2 {
            let loss = network(images, .training(dropout: nil)).square().mean()
            optimizer.update(gradients(of: loss, for: network.parameters.map(\.value)), learningRate: 0.1)
            check("after a step")
        }
    }

    @Test func dropoutScalesWhatIsLeftAndIsOffInPrediction() {
        let network = network([4000], [.dropout(rate: 0.3)])
        let ones = Tensor.ones([2, 4000])
        let stream = DropoutStream(RandomStream(seed: 4, purpose: .dropout))
        let values = network(ones, .training(dropout: stream)).scalars()
        #expect(Set(values) == [0, Float(1 / 0.7)])
        // 8000 trials: four standard deviations of the share are 0.02.
        expectClose(Double(values.count { $0 == 0 }) / 8000, 0.3, absolute: 0.021, "dropped share")
        #expect(network(ones, .training(dropout: stream)).scalars() != values)
        #expect(network(ones, .training(dropout: nil)).scalars() == ones.scalars())
        #expect(network(ones, .prediction()).scalars() == ones.scalars())
        let again = DropoutStream(RandomStream(seed: 4, purpose: .dropout))
        #expect(network(ones, .training(dropout: again)).scalars() == values)
    }

    @Test mutating func selectedFeaturesComeInTheirOrder() {
        let network = network([5], [.selectFeatures([3, 0])])
        let output = network(Tensor(shape: [2, 5], scalars: (0..<10).map { Float($0) }), .prediction())
        #expect(output.scalars() == [3, 0, 8, 5])
    }
}
