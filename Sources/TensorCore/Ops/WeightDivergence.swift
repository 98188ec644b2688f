// SPDX-License-Identifier: Apache-2.0
// Weights that are normal variables with a log-uniform prior: their variances, and what they cost [MAV17].

import CKernels

/// `exp(logVariances)`, with 0 in place of the variances of weights that are more noise than signal.
///
/// A weight w counts as noise where `log alpha = log variance - log w²` is `threshold` or more. The gradient goes to the
/// log variances of the others. Shapes: both alike. 32-bit.
///
/// The log variances take on the layout of the weights, in place.
/// - Parameter threshold: `nil` for no weight.
public func weightVariances(_ weights: Tensor, logVariances: Tensor, noiseFrom threshold: Double?) -> Tensor {
    check(
        weights.shape == logVariances.shape && weights.dataType == .float32 && logVariances.dataType == .float32,
        "weightVariances", "log variances of shape \(weights.shape), float32",
        "\(logVariances.shape) \(logVariances.dataType)")
    logVariances.storage.follow(weights.storage)
    // Padding is a weight of 0: with a threshold it counts as noise and stays 0.
    let source = elementwiseSource(logVariances.storage, keepsZero: threshold != nil)
    let values = weights.storage.following(source)
    let output = Tensor(source.makeSimilar(), weights.shape)
    elbo_weight_variances_f32(
        values.elements(), source.elements(), threshold.map { Float($0) } ?? .infinity, output.storage.elements(),
        source.physicalCount)
    return record(output, logVariances) { gradient, inputs in
        inputs.add(0, gradient * inputs.output(output))
    }
}

/// The divergence of normal weights from the log-uniform prior, the sum over them, nats [MAV17].
///
/// Per weight `k₁ - k₁ sigmoid(k₂ + k₃ log alpha) + ½ log(1 + 1 / alpha)` with log alpha limited to [-8, 8], within 0.0094
/// of the exact value there.
public func weightDivergence(_ weights: Tensor, logVariances: Tensor) -> Double {
    let (source, spread) = (weights.plain, logVariances.plain)
    return elbo_weight_divergence_f32(source.elements(), spread.elements(), source.count)
}

/// Adds the gradient of `scale` times the divergence to the gradients of a loss by weights and by log variances.
///
/// Beyond the limits of log alpha the divergence has no slope, as in the published code.
/// - Returns: the sums, of the same shapes.
public func addingWeightDivergence(
    _ gradients: (weights: Tensor, logVariances: Tensor), scale: Double, _ weights: Tensor, logVariances: Tensor
) -> (weights: Tensor, logVariances: Tensor) {
    let lead = elementwiseSource(weights.storage, keepsZero: true)
    let spread = logVariances.storage.following(lead)
    // The kernel adds in place, and a gradient may share its memory with others.
    func copy(_ gradient: Tensor) -> Tensor {
        let result = Tensor(lead.makeSimilar(), gradient.shape)
        result.assign(gradient)
        return result
    }
    let (byWeight, byLogVariance) = (copy(gradients.weights), copy(gradients.logVariances))
    elbo_weight_divergence_slopes_f32(
        lead.elements(), spread.elements(), Float(scale), byWeight.storage.elements(),
        byLogVariance.storage.elements(), lead.physicalCount)
    return (byWeight, byLogVariance)
}
