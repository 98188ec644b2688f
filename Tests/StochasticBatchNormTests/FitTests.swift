// SPDX-License-Identifier: Apache-2.0
// The fitted moments against closed forms of normal data, plain sums, and what is stored of them.

import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import TestSupport
import Testing

@testable import StochasticBatchNorm

@Suite struct FitTests {
    /// A 1x1 convolution that hands its channels on, so that a batch's statistics are those of its images.
    private func identity(_ channels: Int) -> FeedForwardNetwork {
        let network = FeedForwardNetwork(
            Architecture(
                name: "identity", inputShape: [channels, 2, 2],
                layers: [
                    .convolution(
                        ConvolutionDescription(name: "c", channels: channels, kernel: 1, batchNormalization: true))
                ]), initializer: NetworkInitializer(seed: 1))
        network.parameter("c.weight")?.value.assign(
            Tensor(
                shape: [channels, channels, 1, 1],
                scalars: (0..<channels * channels).map { $0 % (channels + 1) == 0 ? 1 : 0 }))
        return network
    }

    private func fit(
        _ rule: MomentRule, batches: Int, objects: Int, deviations: [Double], means: [Double]
    ) -> BatchStatisticsFit {
        let network = identity(deviations.count)
        var fit = BatchStatisticsFit(network.architecture.normalizations, rule: rule)
        var stream = RandomStream(seed: 21, purpose: "test/images")
        for _ in 0..<batches {
            let images = Tensor(shape: [objects, deviations.count, 2, 2]) { values in
                stream.fillNormal(values)
                for index in values.indices {
                    let channel = index / 4 % deviations.count
                    values[index] = values[index] * Float(deviations[channel]) + Float(means[channel])
                }
            }
            withoutGradients {
                _ = network(images, .prediction(statistics: .batch(["c.bn"]) { fit.add($0) }))
            }
        }
        return fit
    }

    /// n iid normal numbers with variance v: `Var mu = v / n`, and with the biased variance
    /// `E log sigma = (log v + psi((n-1)/2) + log(2/n)) / 2`, `Var log sigma = psi'((n-1)/2) / 4`.
    @Test(arguments: [2, 4, 8]) func normalDataHaveTheMomentsOfTheClosedForms(objects: Int) {
        let (deviations, means) = ([0.5, 1, 3], [-2.0, 0, 7])
        let batches = 1000
        let layer = fit(.exact, batches: batches, objects: objects, deviations: deviations, means: means)
            .distribution.layers[0]
        let n = Double(4 * objects)
        // Five standard errors; a variance of about normal numbers has the relative one sqrt(2 / batches), that of
        // log sigma, which has a tail to the left, somewhat more.
        let ofVariance = 5 * (2 / Double(batches)).squareRoot() * 1.4
        for channel in 0..<3 {
            let variance = deviations[channel] * deviations[channel]
            let muVariance = variance / n
            let logVariance = trigamma((n - 1) / 2) / 4
            let logMean = (log(variance) + digamma((n - 1) / 2) + log(2 / n)) / 2
            expectClose(
                layer.muMean[channel], means[channel], absolute: 5 * (muVariance / Double(batches)).squareRoot(), "mu")
            expectClose(
                layer.muDeviation[channel] * layer.muDeviation[channel], muVariance, relative: ofVariance, "Var mu")
            expectClose(
                layer.logSigmaMean[channel], logMean, absolute: 5 * (logVariance / Double(batches)).squareRoot(),
                "log sigma")
            expectClose(
                layer.logSigmaDeviation[channel] * layer.logSigmaDeviation[channel], logVariance, relative: ofVariance,
                "Var log sigma")
        }
    }

    @Test func exactMomentsAreThoseOfTwoPasses() {
        var numbers = TestNumbers(seed: 3)
        // A large mean with a small spread, where a difference of squares would lose everything.
        let batches = (0..<50).map { _ in numbers.numbers(4).map { 1e6 + 1e-3 * $0 } }
        var moments = MomentAccumulator(.exact, count: 4)
        #expect(moments.variances == [0, 0, 0, 0])
        for batch in batches { moments.add(batch) }
        for channel in 0..<4 {
            let values = batches.map { $0[channel] - 1e6 }
            let mean = values.reduce(0, +) / 50
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 49
            expectClose(moments.means[channel] - 1e6, mean, absolute: 1e-9, "mean")
            expectClose(moments.variances[channel], variance, relative: 1e-5, "variance")
        }
    }

    @Test func exponentialMomentsForget() {
        var moments = MomentAccumulator(.exponential, count: 1)
        moments.add([3])
        expectClose(moments.means, [3], relative: 1e-14, "the first batch alone")
        moments.add([5])
        // Weights 0.09 and 0.1 over their sum.
        let (first, second) = (0.09 / 0.19, 0.1 / 0.19)
        expectClose(moments.means, [first * 3 + second * 5], relative: 1e-14, "mean")
        expectClose(moments.variances, [first * second * 4], relative: 1e-12, "variance")
    }

    @Test func aConstantChannelHasALogarithm() {
        let layer = fit(.exact, batches: 4, objects: 2, deviations: [0], means: [1]).distribution.layers[0]
        expectClose(layer.logSigmaMean, [0.5 * log(1e-6)], relative: 1e-9, "log sigma")
        #expect(layer.muDeviation == [0] && layer.logSigmaDeviation == [0])
    }

    @Test(arguments: MomentRule.allCases) func aFitGoesOnFromACheckpoint(rule: MomentRule) throws {
        let whole = fit(rule, batches: 6, objects: 2, deviations: [1, 2], means: [0, 1])
        var checkpoint = Checkpoint()
        whole.save(&checkpoint, prefix: "fit.")
        whole.distribution.save(&checkpoint, prefix: "r.")
        let sites = identity(2).architecture.normalizations
        var restored = BatchStatisticsFit(sites, rule: rule)
        let stored = try Safetensors.decode(Safetensors.encode(checkpoint))
        try restored.restore(stored, prefix: "fit.")
        #expect(restored.batches == 6 && restored.distribution == whole.distribution)
        #expect(try StatisticsDistribution(stored, sites, prefix: "r.") == whole.distribution)
        var other = BatchStatisticsFit(identity(3).architecture.normalizations, rule: rule)
        let error = #expect(throws: EngineError.self) { try other.restore(stored, prefix: "fit.") }
        #expect(error?.description.contains("fit.c.bn.mu.first") == true)
    }
}
