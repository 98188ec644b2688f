// SPDX-License-Identifier: Apache-2.0
// The ways to predict against each other and against what must hold for any average of probabilities.

import Glibc
import Nets
import Probability
import TensorCore
import TestSupport
import Testing

@testable import StochasticBatchNorm

@Suite struct PredictionTests {
    private static let architecture = Architecture(
        name: "small", inputShape: [1, 6, 6],
        layers: [
            .convolution(ConvolutionDescription(name: "c1", channels: 6, kernel: 3, batchNormalization: true)),
            .dropout(rate: 0.25), .flatten(gate: nil),
            .dense(DenseDescription(name: "fc1", units: 9, batchNormalization: true)),
            .dense(DenseDescription(name: "fc2", units: 3, activation: .none)),
        ])

    /// Three noisy patterns; a network that has learned them, and the fit of its statistics for batches of 8.
    private struct Trained {
        let network: FeedForwardNetwork
        let distribution: StatisticsDistribution
        static func objects(_ count: Int, _ stream: inout RandomStream) -> (images: Tensor, labels: [Int32]) {
            let labels = (0..<count).map { _ in Int32(stream.integer(below: 3)) }
            let images = Tensor(shape: [count, 1, 6, 6]) { values in
                stream.fillNormal(values)
                for index in values.indices {
                    let (object, pixel) = (index / 36, index % 36)
                    values[index] += pixel % 3 == Int(labels[object]) ? 0.8 : 0
                }
            }
            return (images, labels)
        }

        init() {
            var stream = RandomStream(seed: 9, purpose: "test/patterns")
            let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 6))
            let optimizer = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), network.parameters)
            for _ in 0..<120 {
                let (images, labels) = Self.objects(8, &stream)
                let loss = softmaxCrossEntropy(
                    logits: network(images, .training(dropout: nil)), labels: labels, reduction: .mean)
                optimizer.update(
                    gradients(of: loss, for: network.parameters.map(\.value)), learningRate: 3e-3)
            }
            var fit = BatchStatisticsFit(architecture.normalizations)
            for _ in 0..<500 {
                let images = Self.objects(8, &stream).images
                withoutGradients {
                    _ = network(images, .prediction(statistics: .batch(["c1.bn", "fc1.bn"]) { fit.add($0) }))
                }
            }
            self.network = network
            distribution = fit.distribution.restricted(to: ["c1.bn"])
        }
    }

    private static func streams(_ label: String = "test") -> DrawStreams {
        DrawStreams(seed: 4, label: label, object: 0)
    }

    private func predict(
        _ name: String, _ predictor: Predictor, _ images: Tensor, draws: Int,
        companions: () -> Tensor = { fatalError() }
    ) throws -> [Double] {
        predictor.logProbabilities(
            try #require(PredictionMethod.named(name)), images: images, draws: draws, randomness: Self.streams(name),
            companions: companions)
    }

    private func mean(_ logs: [Double], draws: Int) -> [Double] {
        var sums = EnsembleSums(objects: logs.count / draws / 3, classes: 3, draws: draws)
        sums.add(logs, first: 0)
        return sums.logMeans(sums.drawCounts.count - 1, members: 1, objects: 0..<sums.objects)
    }

    @Test func withoutSpreadOneDrawIsTheMiddleToTheBit() throws {
        let trained = Trained()
        var distribution = trained.distribution
        for index in distribution.layers.indices {
            distribution.layers[index].muDeviation = distribution.layers[index].muDeviation.map { _ in 0 }
            distribution.layers[index].logSigmaDeviation = distribution.layers[index].logSigmaDeviation.map { _ in 0 }
        }
        let predictor = Predictor(network: trained.network, distribution: distribution)
        var stream = RandomStream(seed: 1, purpose: "test/objects")
        let images = Trained.objects(20, &stream).images
        let middle = try predict("fitted", predictor, images, draws: 1)
        #expect(try predict("virtual", predictor, images, draws: 1) == middle)
        #expect(try predict("one-draw", predictor, images, draws: 1) == middle)
        // More copies of the same: the average of equal numbers, up to rounding of the average and of larger batches.
        expectClose(
            mean(try predict("virtual", predictor, images, draws: 3), draws: 3), middle, absolute: 1e-5, "log p")
    }

    /// Where the middle is the running statistics, the usual prediction comes out; the normalization is then a pass of its
    /// own instead of being folded into the weights, so only up to rounding.
    @Test func aDistributionWithoutSpreadAtTheRunningStatisticsIsTheUsualPrediction() throws {
        let trained = Trained()
        func running(_ part: String) -> [Double] {
            trained.network.statistic("c1.bn.running_\(part)")!.value.scalars().map(Double.init)
        }
        let zeros = [Double](repeating: 0, count: 6)
        let distribution = StatisticsDistribution(layers: [
            StatisticsDistribution.Layer(
                name: "c1.bn", muMean: running("mean"), muDeviation: zeros,
                logSigmaMean: running("var").map { 0.5 * log($0) }, logSigmaDeviation: zeros)
        ])
        let predictor = Predictor(network: trained.network, distribution: distribution)
        var stream = RandomStream(seed: 1, purpose: "test/objects")
        let images = Trained.objects(20, &stream).images
        expectClose(
            try predict("virtual", predictor, images, draws: 1), try predict("running", predictor, images, draws: 1),
            absolute: 1e-4, "log p")
    }

    @Test func copiesOfAnObjectHaveDrawsOfTheirOwn() throws {
        let trained = Trained()
        let predictor = Predictor(network: trained.network, distribution: trained.distribution)
        var stream = RandomStream(seed: 1, purpose: "test/objects")
        let image = Trained.objects(1, &stream).images
        let images = image.gather([0, 0])
        func rows(_ logs: [Double]) -> [[Double]] {
            (0..<logs.count / 3).map { Array(logs[$0 * 3..<($0 + 1) * 3]) }
        }
        // Two objects with two draws each.
        let own = rows(try predict("virtual", predictor, images, draws: 2))
        #expect(Set(own).count == 4)
        let shared = rows(try predict("one-draw", predictor, images, draws: 2))
        #expect(shared[0] == shared[2] && shared[1] == shared[3] && shared[0] != shared[1])
        let masks = rows(try predict("dropout", predictor, images, draws: 2))
        #expect(Set(masks).count == 4)
        #expect(Set(rows(try predict("dropout-virtual", predictor, images, draws: 2))).count == 4)
        // The same streams give the same draws.
        #expect(rows(try predict("virtual", predictor, images, draws: 2)) == own)
    }

    /// `-log mean_k p_k <= mean_k -log p_k` for every object and class.
    @Test(arguments: ["virtual", "one-draw", "dropout"]) func averagingIsNeverWorseThanTheAverage(name: String) throws {
        let trained = Trained()
        let predictor = Predictor(network: trained.network, distribution: trained.distribution)
        var stream = RandomStream(seed: 2, purpose: "test/objects")
        let images = Trained.objects(30, &stream).images
        let logs = try predict(name, predictor, images, draws: 16)
        let averaged = mean(logs, draws: 16)
        for index in averaged.indices {
            let (object, label) = index.quotientAndRemainder(dividingBy: 3)
            let single = (0..<16).reduce(0.0) { $0 + logs[(object * 16 + $1) * 3 + label] } / 16
            #expect(averaged[index] >= single - 1e-12)
        }
    }

    /// The virtual batch stands for real ones: mean probabilities agree but for the spread of the draws and for what the
    /// approximation leaves out, which is that the object is a member of its batch and that channels move together.
    @Test func virtualAndRealBatchesAgree() throws {
        let trained = Trained()
        let predictor = Predictor(network: trained.network, distribution: trained.distribution)
        var stream = RandomStream(seed: 3, purpose: "test/objects")
        let (images, labels) = Trained.objects(60, &stream)
        let draws = 64
        let drawn = try predict("virtual", predictor, images, draws: draws)
        let real = try predict(
            "direct", predictor, images, draws: draws, companions: { Trained.objects(7, &stream).images })
        let (virtual, direct) = (mean(drawn, draws: draws), mean(real, draws: draws))
        let own = labels.map { Int($0) }
        let difference =
            zip(virtual, direct).reduce(0) { $0 + abs(exp($1.0) - exp($1.1)) } / Double(virtual.count)
        let (one, other) = (
            UncertaintyScores.negativeLogLikelihood(virtual, own) / 60,
            UncertaintyScores.negativeLogLikelihood(direct, own) / 60
        )
        /// Deviation of log p over the draws, mean over objects and classes.
        func spread(_ logs: [Double]) -> Double {
            (0..<180).reduce(0) { sum, index in
                let (object, label) = index.quotientAndRemainder(dividingBy: 3)
                let values = (0..<draws).map { logs[(object * draws + $0) * 3 + label] }
                let mean = values.reduce(0, +) / Double(draws)
                return sum + (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)).squareRoot()
            } / 180
        }
        // Measured 0.006; the mean of 64 draws alone scatters by about a tenth of the spread of log p times p.
        #expect(difference < 0.02)
        expectClose(spread(drawn), spread(real), relative: 0.15, "spread of log p")
        expectClose(one, other, absolute: 0.03, "nll")
    }
}
