// SPDX-License-Identifier: Apache-2.0
// What a network from a file says about images.

public import Datasets
import EngineKit
import Glibc
import Nets
import TensorCore

/// What a network says about one image.
public struct Prediction: Sendable, Equatable {
    /// Place of the image in its set, from 0.
    public var index: Int
    /// The image's class, if it is known.
    public var label: Int?
    /// The class with the largest logit, the first of equal ones.
    public var predicted: Int
    /// The probability that the network gives to it, in [0, 1]; NaN when a logit is.
    public var probability: Double
}

/// What a network says about a set of images.
public struct PredictionTotals: Sendable, Equatable {
    /// Number of images.
    public var images: Int
    /// Share of misclassified images, percent; `nil` without labels.
    public var error: Double?
    /// Mean of `-log p(label)`, nats; `nil` without labels.
    public var crossEntropy: Double?
    /// Seconds for scaling the images and for the network.
    public var seconds: Double
}

extension NetworkFile {
    /// Classifies all images in order.
    ///
    /// - Parameters:
    ///   - images: of the network's shape, labels below its number of classes.
    ///   - isLabelled: whether the labels mean something.
    ///   - threads: compute threads.
    ///   - each: takes the prediction of each image.
    public func predict(
        _ images: ImageDataset, isLabelled: Bool, threads: Int, each: (Prediction) throws -> Void
    ) rethrows -> PredictionTotals {
        Compute.configure(threads: threads)
        let started = monotonicNanoseconds()
        var (mistakes, sum, seconds) = (0, 0.0, 0.0)
        for batch in images.evaluationBatches(size: batchSize, normalization: normalization) {
            let logits = logits(Tensor(batch))
            if isLabelled {
                mistakes += Evaluation.mistakes(logits, batch.labels)
                sum += withoutGradients {
                    softmaxCrossEntropy(logits: logits, labels: batch.labels, reduction: .sum).item()
                }
            }
            let rows = logits.scalars()
            let before = monotonicNanoseconds()
            for row in 0..<batch.count {
                let (predicted, probability) = Self.largest(rows[(row * classNames.count)...].prefix(classNames.count))
                try each(
                    Prediction(
                        index: batch.indices[row], label: isLabelled ? Int(batch.labels[row]) : nil,
                        predicted: predicted, probability: probability))
            }
            // What is done with the predictions is not the network's time.
            seconds -= Double(monotonicNanoseconds() - before) * 1e-9
        }
        seconds += Double(monotonicNanoseconds() - started) * 1e-9
        let count = Double(images.count)
        return PredictionTotals(
            images: images.count, error: isLabelled ? 100 * Double(mistakes) / count : nil,
            crossEntropy: isLabelled ? sum / count : nil, seconds: seconds)
    }

    /// As many images as evaluations take, fewer when a file asks for very large maps.
    private var batchSize: Int {
        let values = network.architecture.shapes().map { $0.reduce(1, *) } + [imageShape.count]
        return max(1, min(250, (1 << 26) / (values.max() ?? 1)))
    }

    /// The first place of the largest logit, and its share of `sum exp(logit)`.
    static func largest(_ logits: ArraySlice<Float>) -> (place: Int, probability: Double) {
        var place = logits.startIndex
        for index in logits.indices where logits[index] > logits[place] { place = index }
        let largest = Double(logits[place])
        let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
        return (place - logits.startIndex, 1 / sum)
    }
}
