// SPDX-License-Identifier: Apache-2.0
// The classification loss: softmax and cross-entropy in one operation, which is stable and needs no logarithm of zero.

import CKernels

/// How a loss over a batch becomes one number.
public enum Reduction: Hashable, Sendable {
    /// The mean over samples.
    case mean
    /// The sum over samples.
    case sum
}

/// `-log softmax(logits)[label]` in nats, over a batch.
///
/// Shapes: `logits` `[N, K]`, `labels` N class numbers from 0 to K-1; the result is a scalar. The first derivative only.
/// NaN for the mean of an empty batch.
/// - Precondition: every label is a class number.
public func softmaxCrossEntropy(logits: Tensor, labels: [Int32], reduction: Reduction = .mean) -> Tensor {
    check(
        logits.rank == 2 && logits.dataType == .float32 && labels.count == logits.shape[0], "softmaxCrossEntropy",
        "[N, K] and N labels", "\(logits.shape) and \(labels.count) labels")
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    for label in labels {
        check(label >= 0 && label < classes, "softmaxCrossEntropy", "labels below \(classes)", "\(label)")
    }
    let scale = reduction == .mean ? 1 / Float(rows) : 1
    let source = logits.plain
    let losses = Tensor(uninitialized: [rows])
    // The kernel gives the gradient along with the loss; it costs nothing then.
    let slopes = logits.node == nil ? nil : Tensor(uninitialized: logits.shape)
    elbo_softmax_cross_entropy_f32(
        source.elements(), labels, rows, classes, scale, losses.elements(), slopes?.elements(Float.self))
    let output = Tensor.scalar(Double(elbo_sum_f32(losses.elements(), rows) * scale))
    return record(output, logits) { gradient, inputs in
        check(!inputs.isRecording, "softmaxCrossEntropy", "a first derivative", "a differentiable gradient")
        let factor = gradient.item()
        inputs.add(0, factor == 1 ? slopes! : slopes! * factor)
    }
}
