// SPDX-License-Identifier: Apache-2.0
// One pass over a whole data set in its own order, for evaluation.

extension ImageDataset {
    /// All images once, in order, unchanged except for normalisation; the last batch may be smaller.
    ///
    /// - Precondition: a positive batch size; the normalisation fits the images.
    public func evaluationBatches(size: Int, normalization: Normalization = .unit) -> EvaluationBatches {
        EvaluationBatches(self, BatchOptions(batchSize: size, shuffles: false, normalization: normalization))
    }
}

/// A sequence of batches that ends with the data set; the memory of a batch is reused once the caller lets go of it.
public struct EvaluationBatches: Sequence, IteratorProtocol {
    private var maker: BatchMaker
    private var lent: Batch
    private var number = 0

    init(_ dataset: ImageDataset, _ options: BatchOptions) {
        maker = BatchMaker(dataset, options)
        lent = Batch(shape: dataset.shape)
    }

    /// The next batch, or `nil` at the end.
    public mutating func next() -> Batch? {
        guard number < maker.batchesPerEpoch else { return nil }
        maker.fill(&lent, at: BatchPosition(epoch: 0, batch: number))
        number += 1
        return lent
    }
}
