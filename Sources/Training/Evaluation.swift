// SPDX-License-Identifier: Apache-2.0
// The error of a classifier over a whole set, in slices so that a run stays answerable.

public import Datasets
public import TensorCore

/// An evaluation under way: a position in a set, the mistakes and the cross-entropy so far.
public struct Evaluation {
    private let iterator: EvaluationBatches
    private var next = 0
    private var mistakes = 0
    private var crossEntropySum = 0.0
    private var seen = 0

    /// What an evaluation found.
    public struct Result: Sendable, Equatable {
        /// Share of misclassified objects, percent.
        public var error: Double
        /// Mean of `-log p(label)`, nats.
        public var crossEntropy: Double
    }

    /// Starts at the first object of a set.
    public init(_ batches: EvaluationBatches) {
        iterator = batches
    }

    /// Evaluates up to `batches` more batches.
    ///
    /// - Parameter logits: `[N, C, H, W] → [N, K]`, called outside of the tape.
    /// - Returns: the result once the whole set is done, else `nil`.
    public mutating func advance(batches: Int = .max, logits: (Tensor) -> Tensor) -> Result? {
        let end = min(iterator.count, batches == .max ? .max : next + batches)
        while next < end {
            let batch = iterator[next]
            next += 1
            withoutGradients {
                let output = logits(Tensor(shape: Shape([batch.count] + iterator.imageShape), scalars: batch.images))
                crossEntropySum +=
                    softmaxCrossEntropy(logits: output, labels: batch.labels, reduction: .sum).item()
                mistakes += Self.mistakes(output, batch.labels)
            }
            seen += batch.count
        }
        guard next == iterator.count else { return nil }
        return Result(
            error: 100 * Double(mistakes) / Double(max(seen, 1)), crossEntropy: crossEntropySum / Double(max(seen, 1)))
    }

    /// Objects whose largest logit is not at their label; the first of equal logits counts, NaN counts as a mistake.
    public static func mistakes(_ logits: Tensor, _ labels: [Int32]) -> Int {
        let classes = logits.shape[1]
        return logits.withScalars { values in
            labels.indices.count { row in
                var best = 0
                for k in 1..<classes where values[row * classes + k] > values[row * classes + best] { best = k }
                return best != Int(labels[row]) || values[row * classes + best].isNaN
            }
        }
    }
}
