// SPDX-License-Identifier: Apache-2.0
// First weights: the distributions' bounds and moments, and that each layer has a stream of its own.

import Nets
import TensorCore
import TestSupport
import Testing

@Suite struct InitializerTests {
    private func weights(_ distribution: WeightDistribution, _ shape: Shape) -> [Double] {
        NetworkInitializer(seed: 7, convolution: distribution, dense: distribution).weight("w", shape).doubles()
    }

    private func expectVariance(_ values: [Double], _ variance: Double, kurtosis: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let actual = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        // Four standard errors of a mean and of a variance.
        expectClose(mean, 0, absolute: 4 * (variance / count).squareRoot(), "mean")
        expectClose(actual, variance, relative: 4 * ((kurtosis - 1) / count).squareRoot(), "variance")
    }

    @Test(arguments: [([30, 200], 200.0, 30.0), ([24, 10, 5, 5], 250.0, 600.0)])
    func distributionsHaveTheirBoundsAndVariances(sizes: [Int], fanIn: Double, fanOut: Double) throws {
        let shape = Shape(sizes)
        let xavier = weights(.xavierUniform, shape)
        let bound = (6 / (fanIn + fanOut)).squareRoot()
        expectVariance(xavier, bound * bound / 3, kurtosis: 1.8)
        #expect(xavier.allSatisfy { abs($0) <= bound * 1.000001 })
        #expect(try #require(xavier.max()) > 0.99 * bound)

        let fan = weights(.fanInUniform, shape)
        expectVariance(fan, 1 / (3 * fanIn), kurtosis: 1.8)
        #expect(fan.allSatisfy { abs($0) <= 1.000001 / fanIn.squareRoot() })

        expectVariance(weights(.heNormal, shape), 2 / fanIn, kurtosis: 3)

        let truncated = weights(.truncatedNormal(standardDeviation: 0.1), shape)
        // A normal cut at two standard deviations has 0.77374 of the variance and the kurtosis 2.3654.
        expectVariance(truncated, 0.01 * 0.773741, kurtosis: 2.3654)
        #expect(truncated.allSatisfy { abs($0) <= 0.2000001 })
    }

    @Test func kernelsAndDenseWeightsHaveDistributionsOfTheirOwn() {
        let initializer = NetworkInitializer(
            seed: 7, convolution: .truncatedNormal(standardDeviation: 0.01), dense: .fanInUniform)
        #expect(initializer.weight("w", [4, 4, 3, 3]).doubles().allSatisfy { abs($0) <= 0.0200001 })
        #expect(initializer.weight("w", [4, 4]).doubles().contains { abs($0) > 0.0200001 })
    }

    @Test func weightsDependOnSeedAndNameAlone() {
        let small = FeedForwardNetwork(
            .multilayerPerceptron(inputs: 4, hidden: [5], outputs: 3), initializer: NetworkInitializer(seed: 1))
        let large = FeedForwardNetwork(
            Architecture(
                name: "other", inputShape: [1, 2, 2],
                layers: [
                    .convolution(ConvolutionDescription(name: "conv1", channels: 4, kernel: 2)), .flatten(gate: nil),
                    .dense(DenseDescription(name: "fc1", units: 5)), .dense(DenseDescription(name: "fc3", units: 5)),
                ]), initializer: NetworkInitializer(seed: 1))
        let weight = small.parameter("fc1.weight")?.value.scalars()
        #expect(weight == large.parameter("fc1.weight")?.value.scalars())
        #expect(weight != NetworkInitializer(seed: 2).weight("fc1.weight", [5, 4]).scalars())
        #expect(weight != NetworkInitializer(seed: 1).weight("fc2.weight", [5, 4]).scalars())
        #expect(small.parameter("fc1.bias")?.value.scalars() == [0, 0, 0, 0, 0])
    }
}
