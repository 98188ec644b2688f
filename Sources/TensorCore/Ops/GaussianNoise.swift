// SPDX-License-Identifier: Apache-2.0
// Normal noise on the outputs of a layer, with the way back to their means and variances.

import CKernels

/// A place in a counter-based random stream: Philox 4x32-10 [SMDS11], four words a block.
public struct RandomWords: Sendable, Equatable {
    /// The key.
    public var seed: UInt64
    /// The last quarter of the counter: what the stream is for.
    public var purpose: UInt32
    /// The third quarter: which of the streams for that.
    public var index: UInt32
    /// The lower half of the counter: which block is the next.
    public var block: UInt64

    /// Creates a place.
    public init(seed: UInt64, purpose: UInt32, index: UInt32, block: UInt64) {
        self.seed = seed
        self.purpose = purpose
        self.index = index
        self.block = block
    }
}

/// `activation(mean + sqrt(variance + floor) e)` with a standard normal e for each element: what a sum of many
/// independent normal terms is, drawn directly [KSW15].
///
/// Takes one word of `words` for each element, in the order in which the means lie in memory. 32-bit.
///
/// - Parameters:
///   - variance: not negative, in the shape of `mean`.
///   - floor: added to the variances; above 0, so that the slope at variance 0 is finite.
/// - Returns: the noisy values. The gradient is that for fixed e; it is not differentiable again by the variance.
public func gaussianNoise(
    mean: Tensor, variance: Tensor, floor: Double, activation: Activation = .none, words: RandomWords
) -> Tensor {
    check(
        mean.shape == variance.shape && mean.dataType == .float32 && variance.dataType == .float32, "gaussianNoise",
        "a variance of shape \(mean.shape), float32", "\(variance.shape) \(variance.dataType)")
    // Padding would not stay zero.
    let lead = elementwiseSource(mean.storage, keepsZero: false)
    let spread = variance.storage.following(lead)
    let output = Tensor(lead.makeSimilar(), mean.shape)
    let slope = Tensor(lead.makeSimilar(), mean.shape)
    var stream = elbo_random_words(
        seed: words.seed, purpose: words.purpose, index: words.index, block: words.block)
    elbo_gaussian_noise_f32(
        &stream, lead.elements(), spread.elements(), Float(floor), activation == .relu ? 0 : -Float.infinity,
        output.storage.elements(), slope.storage.elements(), lead.physicalCount)
    let result = activation == .tanh ? withoutGradients { output.tanh() } : output
    return record(result, mean, variance) { gradient, inputs in
        let gradient = activation.backward(gradient, inputs.output(result), isRecording: inputs.isRecording)
        inputs.add(0, gradient)
        inputs.add(1, gradient * slope)
    }
}
