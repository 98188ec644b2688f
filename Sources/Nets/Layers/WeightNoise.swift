// SPDX-License-Identifier: Apache-2.0
// Weights that are normal variables while a network trains: what the layers need to draw their outputs.

public import Probability
public import TensorCore

/// Independent normal weights `w ~ N(mean, variance)`, met by local reparametrisation [KSW15]: a layer draws its outputs,
/// which are normal with mean `x * mean` and variance `x² * variance`, one draw per object and output value.
///
/// Biases and batch normalizations have values as ever. In a convolution, where outputs share weights, the draws are
/// independent all the same, as published [MAV17].
public final class WeightNoise {
    /// The weights of one layer.
    public struct Layer {
        /// Takes the place of the layer's weight, in its shape.
        public var mean: Tensor
        /// Not negative, in the same shape.
        public var variance: Tensor

        /// Creates the weights of a layer.
        public init(mean: Tensor, variance: Tensor) {
            self.mean = mean
            self.variance = variance
        }
    }

    /// The noisy layers by the name of their weight, such as `conv1.weight`; others are as they were.
    public let layers: [String: Layer]
    /// The stream of the draws; its position belongs into a checkpoint.
    public private(set) var stream: RandomStream

    /// Added to the variance of an output, as in the published code: a slope at variance 0 would be infinite.
    static let varianceFloor = 1e-8

    /// Wraps weights and a stream.
    public init(layers: [String: Layer], stream: RandomStream) {
        self.layers = layers
        self.stream = stream
    }

    /// Draws outputs with the given means and variances.
    func outputs(mean: Tensor, variance: Tensor, activation: Activation) -> Tensor {
        let state = stream.state
        // Four words a block: draws begin with a whole one.
        let first = (state.position + 3) / 4
        stream.seek(to: 4 * first + UInt64(mean.count))
        return gaussianNoise(
            mean: mean, variance: variance, floor: Self.varianceFloor, activation: activation,
            words: RandomWords(seed: state.seed, purpose: state.purpose, index: state.index, block: first))
    }
}
