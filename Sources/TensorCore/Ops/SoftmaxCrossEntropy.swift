// SPDX-License-Identifier: Apache-2.0
// The classification loss: softmax and cross-entropy in one operation, which is stable and needs no logarithm of zero.

import Glibc

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
public func softmaxCrossEntropy(logits: Tensor, labels: [Int32], reduction: Reduction = .mean) -> Tensor {
    check(
        logits.rank == 2 && logits.dataType == .float32 && labels.count == logits.shape[0], "softmaxCrossEntropy",
        "[N, K] and N labels", "\(logits.shape) and \(labels.count) labels")
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    let source = logits.plain
    let probabilities = Tensor(uninitialized: logits.shape)
    var total = 0.0
    for row in 0..<rows {
        let label = Int(labels[row])
        check(label >= 0 && label < classes, "softmaxCrossEntropy", "labels below \(classes)", "\(label)")
        let (z, p) = (source.elements(Float.self) + row * classes, probabilities.elements(Float.self) + row * classes)
        var largest = -Float.infinity
        for index in 0..<classes { largest = max(largest, z[index]) }
        var sum: Float = 0
        for index in 0..<classes {
            p[index] = expf(z[index] - largest)
            sum += p[index]
        }
        for index in 0..<classes { p[index] /= sum }
        total += Double(logf(sum) - (z[label] - largest))
    }
    let scale = reduction == .mean ? 1 / Double(rows) : 1
    return record(.scalar(total * scale), logits) { gradient, inputs in
        check(!inputs.isRecording, "softmaxCrossEntropy", "a first derivative", "a differentiable gradient")
        let factor = Float(gradient.item() * scale)
        let result = Tensor(uninitialized: [rows, classes])
        let (y, p) = (result.elements(Float.self), probabilities.elements(Float.self))
        for index in 0..<(rows * classes) { y[index] = p[index] * factor }
        for row in 0..<rows { y[row * classes + Int(labels[row])] -= factor }
        inputs.add(0, result)
    }
}
