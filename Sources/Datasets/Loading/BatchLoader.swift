// SPDX-License-Identifier: Apache-2.0
// An endless sequence of training batches that can be left and taken up again exactly.

/// Serves the batches of a data set, epoch after epoch.
///
/// Every batch is a function of the data set, the options and its position, so setting `position` to a value read
/// earlier gives the same batches again, bit for bit, with or without prefetch. Belongs to one thread.
public final class BatchLoader {
    /// Batches in one epoch.
    public let batchesPerEpoch: Int
    /// What the batches are made of.
    public let dataset: ImageDataset
    /// How they are made.
    public let options: BatchOptions

    private var maker: BatchMaker
    private var prefetcher: Prefetcher?
    /// The batch handed out last; its memory is used again if the caller has let go of it.
    private var lent: Batch?
    private var next = BatchPosition(epoch: 0, batch: 0)

    /// Creates a loader at the beginning of epoch 0.
    ///
    /// - Precondition: an epoch has at least one batch: some images, and a whole batch of them when the remainder is
    ///   dropped; the normalisation fits the images.
    public init(_ dataset: ImageDataset, options: BatchOptions) {
        self.dataset = dataset
        self.options = options
        maker = BatchMaker(dataset, options)
        batchesPerEpoch = maker.batchesPerEpoch
        precondition(batchesPerEpoch > 0, "\(dataset.name): \(dataset.count) images give no batch")
    }

    /// The position of the batch that `nextBatch()` will return; set it to continue elsewhere.
    ///
    /// - Precondition: the epoch is not negative and the batch exists.
    public var position: BatchPosition {
        get { next }
        set {
            precondition(
                newValue.epoch >= 0 && newValue.batch >= 0 && newValue.batch < batchesPerEpoch,
                "no batch \(newValue.batch) in epoch \(newValue.epoch), an epoch has \(batchesPerEpoch)")
            next = newValue
            prefetcher?.restart(at: newValue)
        }
    }

    /// The next batch.
    ///
    /// Its memory is reused by the next call if the caller keeps no copy by then.
    public func nextBatch() -> Batch {
        if options.prefetch > 0, prefetcher == nil {
            prefetcher = Prefetcher(maker, limit: options.prefetch, from: next)
        }
        let batch: Batch
        if let prefetcher {
            batch = prefetcher.take(givingBack: &lent)
        } else {
            var memory = lent.take() ?? Batch(shape: dataset.shape)
            maker.fill(&memory, at: next)
            batch = memory
        }
        lent = batch
        next = next.advanced(batchesPerEpoch: batchesPerEpoch)
        return batch
    }
}
