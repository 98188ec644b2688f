// SPDX-License-Identifier: Apache-2.0
// The error of a classifier over a whole set, in slices so that a run stays answerable.

public import Datasets
public import TensorCore

/// An evaluation under way: the batches to come, the mistakes and the cross-entropy so far.
public struct Evaluation {
    private var batches: EvaluationBatches
    private var mistakes = 0
    private var crossEntropySum = 0.0
    private var seen = 0

    /// What an evaluation found.
    public struct Result: Sendable, Equatable {
        /// Share of misclassified objects, percent; NaN without objects.
        public var error: Double
        /// Mean of `-log p(label)`, nats; NaN without objects.
        public var crossEntropy: Double

        /// Creates a result.
        public init(error: Double, crossEntropy: Double) {
            self.error = error
            self.crossEntropy = crossEntropy
        }
    }

    /// Starts at the first batch of a set.
    public init(_ batches: EvaluationBatches) {
        self.batches = batches
    }

    /// Evaluates the rest of the set.
    ///
    /// - Parameter logits: `[N, C, H, W] → [N, K]`, called outside of the tape.
    public mutating func finish(logits: (Tensor) -> Tensor) -> Result {
        while true {
            if let result = advance(batches: 64, logits: logits) { return result }
        }
    }

    /// Evaluates up to `count` more batches.
    ///
    /// - Returns: the result once the whole set is done, else `nil`.
    public mutating func advance(batches count: Int, logits: (Tensor) -> Tensor) -> Result? {
        for _ in 0..<count {
            guard let batch = batches.next() else {
                let objects = Double(seen)
                return Result(error: 100 * Double(mistakes) / objects, crossEntropy: crossEntropySum / objects)
            }
            withoutGradients {
                let output = logits(Tensor(batch))
                crossEntropySum += softmaxCrossEntropy(logits: output, labels: batch.labels, reduction: .sum).item()
                mistakes += Self.mistakes(output, batch.labels)
            }
            seen += batch.count
        }
        return nil
    }

    /// Objects whose largest logit is not at their label.
    ///
    /// The first of equal logits counts. A NaN among the logits of an object is a mistake wherever it stands, since no
    /// class has a probability then.
    public static func mistakes(_ logits: Tensor, _ labels: [Int32]) -> Int {
        let classes = logits.shape[1]
        return logits.withScalars { values in
            labels.indices.count { row in
                let logits = values[(row * classes)..<((row + 1) * classes)]
                let own = logits.startIndex + Int(labels[row])
                // The label wins against every later logit by not being smaller, against every earlier one by being
                // larger; a comparison with NaN is never true.
                return !logits.indices.allSatisfy { place in
                    place < own ? logits[own] > logits[place] : logits[own] >= logits[place]
                }
            }
        }
    }
}

extension Tensor {
    /// The images of a batch, `[N, C, H, W]`.
    public init(_ batch: Batch) {
        self.init(
            shape: [batch.count, batch.shape.channels, batch.shape.height, batch.shape.width], scalars: batch.images)
    }
}
