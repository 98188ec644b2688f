// SPDX-License-Identifier: Apache-2.0
// The variational posterior of all weights, sparse variational dropout: how it is trained and what it says about weights.

import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import Training

/// Independent normal posteriors of the weights of a network, `w ~ N(W, sigma²)`, with a log-uniform prior [MAV17].
///
/// The means W are the network's own weights. Trained are (W, log sigma²), not log alpha, whose gradients have a far
/// larger variance.
final class WeightPosterior {
    /// The weights of one convolution or dense layer.
    struct Layer {
        /// Name of the layer, such as `conv1`.
        let name: String
        /// The means, a parameter of the network, `[O, I, …]`.
        let mean: Parameter
        /// Natural logarithms of the variances, in the same shape.
        let logVariance: Parameter
        /// Place of `mean` among the parameters of the network.
        let index: Int
    }

    /// One layer per edge of the cost graph, in its order.
    let layers: [Layer]
    let settings: WeightNoiseSettings
    private let optimizer: Optimizer

    /// Creates the posterior that training begins with.
    ///
    /// - Parameter weights: the rule of the weights; the log variances follow it where it is Adam.
    init(_ network: FeedForwardNetwork, _ settings: WeightNoiseSettings, following weights: OptimizerKind) {
        self.settings = settings
        let suffix = ".weight"
        layers = network.parameters.enumerated().filter { $0.element.value.rank > 1 }.map { index, mean in
            let name = String(mean.name.dropLast(suffix.count))
            let initial = Tensor.full(mean.value.shape, settings.initialLogVariance)
            return Layer(
                name: name, mean: mean, logVariance: Parameter("\(name).logVariance", initial), index: index)
        }
        let rates = AdamRates(following: weights)
        optimizer = Optimizer(
            .adam(beta1: rates.beta1, beta2: rates.beta2, epsilon: rates.epsilon), layers.map(\.logVariance))
    }

    /// What a training pass needs to draw outputs; on the tape, down to means and log variances.
    func noise(_ stream: RandomStream) -> WeightNoise {
        let threshold = settings.masksTraining ? settings.logAlphaThreshold : nil
        var noisy: [String: WeightNoise.Layer] = [:]
        for layer in layers {
            let variance = weightVariances(
                layer.mean.value, logVariances: layer.logVariance.value, noiseFrom: threshold)
            let mean = threshold == nil ? layer.mean.value : layer.mean.value * variance.detached().sign()
            noisy[layer.mean.name] = WeightNoise.Layer(mean: mean, variance: variance)
        }
        return WeightNoise(layers: noisy, stream: stream)
    }

    /// Adds the gradient of the divergence to those of a loss, and does one Adam step on the log variances.
    ///
    /// - Parameters:
    ///   - gradients: of all parameters of the network; those of the means are changed.
    ///   - logVarianceGradients: one per layer.
    ///   - divergenceWeights: of each layer, over the number of training objects.
    func update(
        _ gradients: inout [Tensor], logVarianceGradients: [Tensor], divergenceWeights: [Double], learningRate: Double
    ) {
        var slopes = logVarianceGradients
        for (place, layer) in layers.enumerated() where divergenceWeights[place] > 0 {
            let sum = addingWeightDivergence(
                (gradients[layer.index], slopes[place]), scale: divergenceWeights[place], layer.mean.value,
                logVariances: layer.logVariance.value)
            (gradients[layer.index], slopes[place]) = sum
        }
        optimizer.update(slopes, learningRate: learningRate)
    }

    /// Sum over the weights of each layer of KL(q || p), nats.
    var divergences: [Double] {
        layers.map { weightDivergence($0.mean.value, logVariances: $0.logVariance.value) }
    }

    /// The signal-to-noise ratio `|W| / sigma` of every weight of a layer, in units of that at the threshold: a weight is
    /// kept where it is above 1, which is `log alpha < logAlphaThreshold`.
    func scores(_ layer: Int) -> [Double] {
        let half = 0.5 * settings.logAlphaThreshold
        return layers[layer].mean.value.withScalars { means in
            layers[layer].logVariance.value.withScalars { logVariances in
                means.indices.map { Double(abs(means[$0])) * exp(half - 0.5 * Double(logVariances[$0])) }
            }
        }
    }

    func save(_ checkpoint: inout Checkpoint) {
        for layer in layers {
            let value = layer.logVariance.value
            checkpoint.put("noise.\(layer.logVariance.name)", value.scalars(), shape: value.shape.sizes)
        }
        checkpoint.put(optimizer, prefix: "noise.optimizer.")
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        for layer in layers {
            let value = layer.logVariance.value
            let saved = try checkpoint.floats("noise.\(layer.logVariance.name)", shape: value.shape.sizes)
            value.assign(Tensor(shape: value.shape, scalars: saved))
        }
        try checkpoint.restore(optimizer, prefix: "noise.optimizer.")
    }
}
