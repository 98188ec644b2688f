// SPDX-License-Identifier: Apache-2.0
// Noise on weights on a problem whose answer is known: half of the inputs say nothing about the class.

import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite struct WeightPosteriorTests {
    /// Two classes that the first two inputs tell apart; the other six are noise.
    private struct Toy {
        static let inputs = 8
        static let objects = 400
        let images: Tensor
        let labels: [Int32]

        init() {
            var numbers = TestNumbers(seed: 31)
            let values = numbers.numbers(Self.objects * Self.inputs, in: -1...1)
            images = Tensor(shape: [Self.objects, Self.inputs], scalars: values.map { Float($0) })
            labels = (0..<Self.objects).map { row in
                values[row * Self.inputs] + 0.7 * values[row * Self.inputs + 1] > 0 ? 1 : 0
            }
        }

        static let architecture = Architecture(
            name: "toy", inputShape: [inputs],
            layers: [
                .inputGate("input"), .dense(DenseDescription(name: "fc1", units: 12)),
                .dense(DenseDescription(name: "fc2", units: 2, activation: .none, gated: false)),
            ])
    }

    /// Steps of the engine's rule on the whole toy set.
    private func train(
        _ network: FeedForwardNetwork, _ posterior: WeightPosterior, _ toy: Toy, steps: Int, warmUp: Int
    ) -> (first: (crossEntropy: Double, divergence: Double), last: (crossEntropy: Double, divergence: Double)) {
        let optimizer = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), network.parameters)
        var stream = RandomStream(seed: 8, purpose: .noise)
        var history: [(crossEntropy: Double, divergence: Double)] = []
        for step in 0..<steps {
            let noise = posterior.noise(stream)
            let pass = ForwardPass(normalization: .running, dropout: nil, gates: [], weightNoise: noise)
            let loss = softmaxCrossEntropy(logits: network(toy.images, pass), labels: toy.labels, reduction: .mean)
            stream = noise.stream
            let parameters = network.parameters.map(\.value)
            let slopes = gradients(of: loss, for: parameters + posterior.layers.map(\.logVariance.value))
            var weights = Array(slopes[..<parameters.count])
            let weight = min(1, Double(step) / Double(warmUp)) / Double(Toy.objects)
            // Falls to 0 over the second half: weights that still jitter are no smaller than their steps.
            let rate = min(1, 2 * (1 - Double(step) / Double(steps)))
            posterior.update(
                &weights, logVarianceGradients: Array(slopes[parameters.count...]),
                divergenceWeights: posterior.layers.map { _ in weight }, learningRate: 0.05 * rate)
            optimizer.update(weights, learningRate: 0.02 * rate)
            history.append((loss.item(), posterior.divergences.reduce(0, +)))
        }
        return (history[0], history[steps - 1])
    }

    @Test(arguments: [true, false])
    func uselessInputsGoAndTheErrorStaysLow(masksTraining: Bool) {
        Compute.configure(threads: 1)
        let toy = Toy()
        let network = FeedForwardNetwork(Toy.architecture, initializer: NetworkInitializer(seed: 2))
        var settings = WeightNoiseSettings()
        settings.masksTraining = masksTraining
        settings.initialLogVariance = -6
        let posterior = WeightPosterior(
            network, settings, following: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        let graph = CostGraph(Toy.architecture)
        let before = posterior.divergences.reduce(0, +)
        let course = train(network, posterior, toy, steps: 1500, warmUp: 200)
        #expect(course.last.crossEntropy < 0.5 * course.first.crossEntropy)
        #expect(course.last.divergence < 0.5 * before)

        let ways = WeightWays(graph: graph, strengths: posterior.layers.indices.map { posterior.scores($0) })
        let scores = ways.strongest()
        #expect(scores[0][0] > 1 && scores[0][1] > 1, "\(scores[0])")
        // Weights that are left out for good stay out; without that, four hundred objects may have a use for some noise.
        #expect(scores[0][2...].count { $0 > 1 } <= (masksTraining ? 0 : 1), "\(scores[0])")
        #expect((1..<12).contains(scores[1].count { $0 > 1 }))
        // What remains, with the mean weights, still knows the answer.
        let kept = posterior.layers.indices.map { posterior.scores($0).map { $0 > 1 } }
        var values: [String: Tensor] = [:]
        for (layer, kept) in zip(posterior.layers, kept) {
            let means = layer.mean.value.scalars()
            values[layer.mean.name] = Tensor(
                shape: layer.mean.value.shape, scalars: means.indices.map { kept[$0] ? means[$0] : 0 })
        }
        let pruned = network.copied(replacing: values)
        let logits = withoutGradients { pruned(toy.images, .prediction()) }
        let error = 100 * Double(Evaluation.mistakes(logits, toy.labels)) / Double(Toy.objects)
        #expect(error < 6, "\(error) % error")
        #expect(kept.joined().count { $0 } < 60, "of 120 weights")
    }

    /// Above the score 1 is below log alpha = 3, or what the settings say.
    @Test(arguments: [3.0, 1, -2])
    func theScoreIsOneAtTheThreshold(threshold: Double) {
        let network = FeedForwardNetwork(Toy.architecture, initializer: NetworkInitializer(seed: 2))
        var settings = WeightNoiseSettings()
        settings.logAlphaThreshold = threshold
        settings.initialLogVariance = -6
        let posterior = WeightPosterior(
            network, settings, following: .stochasticGradientDescent(momentum: 0, nesterov: false))
        let weights: [Float] = (0..<96).map { 0.002 * Float($0 + 1) * ($0 % 2 == 0 ? 1 : -1) }
        posterior.layers[0].mean.value.assign(Tensor(shape: [12, 8], scalars: weights))
        for (weight, score) in zip(weights, posterior.scores(0)) {
            let logAlpha = -6 - 2 * log(abs(Double(weight)))
            expectClose(score, exp(0.5 * (threshold - logAlpha)), relative: 1e-6)
            #expect((score > 1) == (logAlpha < threshold))
        }
        posterior.layers[0].mean.value.assign(Tensor.zeros([12, 8]))
        #expect(posterior.scores(0).allSatisfy { $0 == 0 })
    }

    /// With masks a weight that counts as noise has neither mean nor variance nor gradient.
    @Test func maskedWeightsTakeNoPart() {
        let network = FeedForwardNetwork(Toy.architecture, initializer: NetworkInitializer(seed: 2))
        let toy = Toy()
        let posterior = WeightPosterior(
            network, WeightNoiseSettings(), following: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        var logVariances = [Float](repeating: -10, count: 96)
        for index in stride(from: 0, to: 96, by: 3) { logVariances[index] = 6 }
        posterior.layers[0].logVariance.value.assign(Tensor(shape: [12, 8], scalars: logVariances))
        let noise = posterior.noise(RandomStream(seed: 8, purpose: .noise))
        let means = noise.layers["fc1.weight"]?.mean.scalars() ?? []
        let variances = noise.layers["fc1.weight"]?.variance.scalars() ?? []
        let own = posterior.layers[0].mean.value.scalars()
        let pass = ForwardPass(normalization: .running, dropout: nil, gates: [], weightNoise: noise)
        let loss = softmaxCrossEntropy(logits: network(toy.images, pass), labels: toy.labels)
        let slopes = gradients(
            of: loss, for: [posterior.layers[0].mean.value, posterior.layers[0].logVariance.value]
        ).map { $0.scalars() }
        #expect(means.count == 96 && variances.count == 96)
        for index in 0..<96 {
            if index % 3 == 0 {
                #expect(means[index] == 0 && variances[index] == 0)
                #expect(slopes[0][index] == 0 && slopes[1][index] == 0)
            } else if abs(own[index]) > 0.01 {
                #expect(means[index] == own[index] && variances[index] > 0)
            }
        }
        #expect(slopes[0].contains { $0 != 0 } && slopes[1].contains { $0 != 0 })
    }

    /// Adam moves the log variances at the rates of the weights where Adam moves these.
    @Test func theRatesFollowTheWeights() {
        #expect(AdamRates(following: .adam(beta1: 0.95, beta2: 0.99, epsilon: 1e-6)) != AdamRates())
        #expect(AdamRates(following: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)) == AdamRates())
        #expect(AdamRates(following: .stochasticGradientDescent(momentum: 0.9, nesterov: true)) == AdamRates())
        #expect(AdamRates(following: .rootMeanSquarePropagation(decay: 0.9, epsilon: 1e-8)) == AdamRates())
        let rates = AdamRates(following: .adam(beta1: 0.95, beta2: 0.99, epsilon: 1e-6))
        #expect(rates.beta1 == 0.95 && rates.beta2 == 0.99 && rates.epsilon == 1e-6)
    }
}
