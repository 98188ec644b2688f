// SPDX-License-Identifier: Apache-2.0
// The loss of two-class predictions given as logits; with logits it needs no logarithm of 0.

/// `-(t log σ(x) + (1 - t) log(1 - σ(x)))` in nats, over all elements.
///
/// Computed as `max(x, 0) - x t + log(1 + e^-|x|)`, which is exact to rounding for logits of any size.
///
/// Shapes: `logits` and `targets` equal and arbitrary; the result is a scalar. NaN for the mean of nothing.
/// - Parameter targets: probabilities of the class "1", from 0 to 1.
public func binaryCrossEntropyWithLogits(
    logits: Tensor, targets: Tensor, reduction: Reduction = .mean
) -> Tensor {
    check(
        logits.shape == targets.shape && logits.dataType == targets.dataType, "binaryCrossEntropyWithLogits",
        "targets like the logits, \(logits.shape) \(logits.dataType)", "\(targets.shape) \(targets.dataType)")
    let losses = withoutGradients { logits.relu() - logits * targets + (-logits.abs()).softplus() }
    // Own rule: the three terms have kinks at 0 that only cancel in their sum.
    let recorded = record(losses.detached(), logits, targets) { gradient, inputs in
        inputs.add(0, gradient * (logits.sigmoid() - targets))
        inputs.add(1, -(gradient * logits))
    }
    return reduction == .mean ? recorded.mean() : recorded.sum()
}
