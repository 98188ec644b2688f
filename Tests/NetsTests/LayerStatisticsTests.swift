// SPDX-License-Identifier: Apache-2.0
// Statistics of single batch normalizations, given or observed, against plain loops.

import Probability
import TensorCore
import TestSupport
import Testing

@testable import Nets

@Suite struct LayerStatisticsTests {
    private var numbers = TestNumbers(seed: 5)

    private mutating func random(_ shape: Shape, in range: ClosedRange<Double> = -1...1) -> Tensor {
        Tensor(shape: shape, scalars: numbers.numbers(shape.count, in: range).map { Float($0) })
    }

    /// Two normalized convolutions and a normalized dense layer with odd widths and statistics that are not 0 and 1.
    private mutating func network(activation: Activation = .relu) -> FeedForwardNetwork {
        let network = FeedForwardNetwork(
            Architecture(
                name: "test", inputShape: [2, 7, 7],
                layers: [
                    .convolution(
                        ConvolutionDescription(
                            name: "c1", channels: 5, kernel: 3, batchNormalization: true, activation: activation)),
                    .convolution(
                        ConvolutionDescription(name: "c2", channels: 3, kernel: 2, batchNormalization: true)),
                    .maxPool(2), .flatten(gate: nil),
                    .dense(DenseDescription(name: "f1", units: 7, batchNormalization: true, activation: .none)),
                ]), initializer: NetworkInitializer(seed: 4))
        for parameter in network.parameters where parameter.name.contains(".bn.") {
            parameter.value.assign(random(parameter.value.shape, in: 0.3...1.7))
        }
        for statistic in network.statistics { statistic.value = random(statistic.value.shape, in: 0.3...1.7) }
        return network
    }

    /// The first block by hand, in double precision: `[N, C, H, W]`, channel by channel.
    private func firstBlock(
        _ network: FeedForwardNetwork, _ images: Tensor, mean: (Int, Int) -> Double, variance: (Int, Int) -> Double,
        activation: Activation
    ) -> [Double] {
        let plain = withoutGradients {
            convolution(images, weight: network.parameter("c1.weight")!.value.detached()).scalars()
        }
        let gamma = network.parameter("c1.bn.weight")!.value.scalars().map(Double.init)
        let beta = network.parameter("c1.bn.bias")!.value.scalars().map(Double.init)
        return plain.indices.map { index in
            let (object, channel) = (index / (5 * 25), index / 25 % 5)
            let factor = gamma[channel] / (variance(object, channel) + 1e-5).squareRoot()
            let value = (Double(plain[index]) - mean(object, channel)) * factor + beta[channel]
            return activation == .relu ? max(0, value) : value
        }
    }

    @Test(arguments: [false, true], [Activation.relu, .none])
    mutating func givenStatisticsTakeThePlaceOfTheRunningOnes(perObject: Bool, activation: Activation) {
        let network = network(activation: activation)
        let first = FeedForwardNetwork(
            Architecture(name: "first", inputShape: [2, 7, 7], layers: [network.architecture.layers[0]]),
            initializer: NetworkInitializer(seed: 4))
        for parameter in first.parameters { parameter.value.assign(network.parameter(parameter.name)!.value) }
        let images = random([4, 2, 7, 7])
        let shape: Shape = perObject ? [4, 5] : [5]
        let (mean, variance) = (random(shape), random(shape, in: 0...2))
        let (means, variances) = (mean.doubled, variance.doubled)
        let expected = firstBlock(
            first, images, mean: { means[(perObject ? $0 * 5 : 0) + $1] },
            variance: { variances[(perObject ? $0 * 5 : 0) + $1] }, activation: activation)
        let statistics = LayerStatistics(["c1.bn": .given(mean: mean, variance: variance)])
        let actual = withoutGradients { first(images, .prediction(statistics: statistics)).doubled }
        expectClose(actual, expected, relative: 1e-5, absolute: 1e-4, "features")
        let recorded = first(images, .prediction(statistics: statistics)).doubled
        expectClose(recorded, expected, relative: 1e-5, absolute: 1e-4, "features on the tape")
    }

    /// The same numbers for every object are the same bits as once for all.
    @Test mutating func rowsOfEqualStatisticsHaveTheBitsOfOne() {
        let network = network()
        let images = random([9, 2, 7, 7])
        var (once, often): (LayerStatistics, LayerStatistics) = (LayerStatistics([:]), LayerStatistics([:]))
        for site in network.architecture.normalizations {
            let (mean, variance) = (random([site.channels]), random([site.channels], in: 0.1...2))
            func rows(_ row: Tensor) -> Tensor {
                Tensor(
                    shape: [9, site.channels], scalars: (0..<9).flatMap { _ in row.scalars() })
            }
            once.sources[site.name] = .given(mean: mean, variance: variance)
            often.sources[site.name] = .given(mean: rows(mean), variance: rows(variance))
        }
        withoutGradients {
            let one = network(images, .prediction(statistics: once)).scalars()
            #expect(network(images, .prediction(statistics: often)).scalars() == one)
            #expect(one != network(images, .prediction()).scalars())
        }
    }

    /// Rows for copies make copies of the objects, whatever layout the maps have.
    @Test(arguments: [3, 16, 20]) mutating func rowsForCopiesCopyTheObjects(channels: Int) {
        let network = FeedForwardNetwork(
            Architecture(
                name: "test", inputShape: [2, 6, 6],
                layers: [
                    .convolution(
                        ConvolutionDescription(name: "c", channels: channels, kernel: 3, batchNormalization: true)),
                    .convolution(ConvolutionDescription(name: "d", channels: 5, kernel: 3, batchNormalization: true)),
                    .flatten(gate: nil),
                ]), initializer: NetworkInitializer(seed: 2))
        let images = random([3, 2, 6, 6])
        let given = LayerStatistics.Source.given(
            mean: random([12, channels]), variance: random([12, channels], in: 0.5...1))
        let statistics = LayerStatistics(["c.bn": given])
        let (inside, outside) = withoutGradients {
            (
                network(images, .prediction(statistics: statistics)).doubled,
                network(images.repeatingObjects(4), .prediction(statistics: statistics)).doubled
            )
        }
        #expect(inside.count == 12 * 5 * 4)
        // A convolution of more images at once may add in another order.
        expectClose(inside, outside, relative: 1e-5, absolute: 1e-5, "features")
        let recorded = network(images, .prediction(statistics: statistics)).doubled
        expectClose(recorded, inside, relative: 1e-5, absolute: 1e-5, "features on the tape")
    }

    @Test mutating func aGateScalesWhatIsNormalizedByGivenStatistics() {
        let network = FeedForwardNetwork(
            Architecture(
                name: "test", inputShape: [2, 5, 5],
                layers: [
                    .convolution(ConvolutionDescription(name: "c", channels: 3, kernel: 3, batchNormalization: true))
                ]), initializer: NetworkInitializer(seed: 2))
        let images = random([2, 2, 5, 5])
        let statistics = LayerStatistics(["c.bn": .given(mean: random([2, 3]), variance: random([2, 3], in: 0.5...1))])
        let free = withoutGradients { network(images, .prediction(statistics: statistics)).doubled }
        for gate in [
            Tensor(shape: [3], scalars: [1, 0, 0.5]), Tensor(shape: [2, 3], scalars: [1, 0, 0.5, 1, 0, 0.5]),
        ] {
            let gated = withoutGradients {
                network(images, .prediction(gates: [gate], statistics: statistics)).doubled
            }
            let factors = [1, 0, 0.5]
            expectClose(
                gated, free.indices.map { free[$0] * factors[$0 / 9 % 3] }, relative: 1e-5, absolute: 1e-6, "features")
        }
    }

    @Test mutating func aBatchIsObservedAndTheRunningStatisticsStay() {
        let network = network()
        let images = random([6, 2, 7, 7])
        let before = network.statistics.map { $0.value.scalars() }
        let prediction = withoutGradients { network(images, .prediction()).scalars() }
        var seen: [LayerStatistics.Observation] = []
        let names = network.architecture.normalizations.map(\.name)
        let observed = withoutGradients {
            network(images, .prediction(statistics: .batch(names) { seen.append($0) })).scalars()
        }
        #expect(seen.map(\.name) == ["c1.bn", "c2.bn", "f1.bn"])
        #expect(network.statistics.map { $0.value.scalars() } == before)
        // What was folded before is still right.
        #expect(withoutGradients { network(images, .prediction()).scalars() } == prediction)

        let plain = withoutGradients {
            convolution(images, weight: network.parameter("c1.weight")!.value.detached()).doubled
        }
        for channel in 0..<5 {
            let values = plain.indices.filter { $0 / 25 % 5 == channel }.map { plain[$0] }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            expectClose(seen[0].mean.doubled[channel], mean, relative: 1e-5, absolute: 1e-6, "mean")
            expectClose(seen[0].variance.doubled[channel], variance, relative: 1e-5, "variance")
        }
        // The usual pass of a training gives the same outputs, and moves the running statistics.
        #expect(withoutGradients { network(images, .training(dropout: nil)).scalars() } == observed)
        #expect(network.statistics.map { $0.value.scalars() } != before)
    }

    @Test mutating func gradientsFlowIntoGivenStatistics() {
        let network = network()
        let images = random([3, 2, 7, 7])
        let start = random([3, 5]).doubled
        let variance = random([3, 5], in: 0.5...1)
        func loss(_ mean: Tensor) -> Tensor {
            let given = LayerStatistics(["c1.bn": .given(mean: mean, variance: variance)])
            return network(images, .prediction(statistics: given)).square().sum()
        }
        let mean = Tensor(shape: [3, 5], scalars: start.map { Float($0) }).requiringGradient()
        let slope = gradients(of: loss(mean), for: [mean])[0].doubled
        for element in [0, 7, 14] {
            func moved(_ step: Double) -> Double {
                var point = start
                point[element] += step
                return loss(Tensor(shape: [3, 5], scalars: point.map { Float($0) })).item()
            }
            // Single precision and kinks of the rectifier: a coarse comparison.
            expectClose(
                slope[element], (moved(2e-3) - moved(-2e-3)) / 4e-3, relative: 0.05, absolute: 0.1, "slope \(element)")
        }
    }

    @Test(arguments: [
        Architecture.leNet5Normalized(), .leNet5Normalized(dropout: 0.5), .vgg11(k: 0.1), .resNet18(k: 0.1),
        .vggLike(k: 0.1), .leNet5(),
    ])
    func sitesAreThoseOfTheNetwork(architecture: Architecture) {
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        let names = network.statistics.map(\.name).filter { $0.hasSuffix(".running_mean") }
        #expect(architecture.normalizations.map { "\($0.name).running_mean" } == names)
        for site in architecture.normalizations {
            #expect(network.statistic("\(site.name).running_mean")?.value.count == site.channels)
            #expect(site.followsConvolution == !site.name.hasPrefix("fc"))
        }
    }

    @Test func theNetworksOfStochasticBatchNormalization() {
        let lenet = Architecture.leNet5Normalized()
        #expect(lenet.shapes().last == [10])
        #expect(lenet.gates.map(\.units) == [20, 50, 800, 500])
        #expect(lenet.normalizations.map(\.channels) == [20, 50, 500])
        let dropped = Architecture.leNet5Normalized(dropout: 0.25)
        #expect(dropped.layers.filter { $0 == .dropout(rate: 0.25) }.count == 3)
        let vgg = Architecture.vgg11(k: 0.5, classes: 5, dropout: 0.5)
        #expect(vgg.normalizations.map(\.channels) == [32, 64, 128, 128, 256, 256, 256, 256])
        #expect(vgg.shapes().last == [5])
        // Behind convolutions 3, 5 and 7, and in front of the dense layer.
        #expect(vgg.layers.filter { $0 == .dropout(rate: 0.5) }.count == 4)
    }
}

extension Tensor {
    fileprivate var doubled: [Double] { scalars().map(Double.init) }
}
