// SPDX-License-Identifier: Apache-2.0
// A mini-batch and how it is made: a pure function of data set, options, epoch and number.

import Probability

/// Some images with their labels, ready for a network.
public struct Batch: Sendable {
    /// Normalised values, shape [N, C, H, W].
    public internal(set) var images: [Float] = []
    /// One class per image, [N].
    public internal(set) var labels: [Int32] = []
    /// Where each image stands in the data set, [N].
    public internal(set) var indices: [Int] = []
    /// Size of each image.
    public internal(set) var shape: ImageShape
    /// Which batch this is.
    public internal(set) var position: BatchPosition
    /// Whether the epoch ends with this batch.
    public internal(set) var isLastOfEpoch = false

    /// Number of images N.
    public var count: Int { labels.count }

    init(shape: ImageShape) {
        self.shape = shape
        position = BatchPosition(epoch: 0, batch: 0)
    }

    mutating func resize(to count: Int) {
        labels.resize(to: count, filling: 0)
        indices.resize(to: count, filling: 0)
        images.resize(to: count * shape.count, filling: 0)
    }
}

extension Array {
    /// Changes the number of elements and keeps the memory.
    fileprivate mutating func resize(to count: Int, filling value: Element) {
        if count < self.count {
            removeLast(self.count - count)
        } else {
            append(contentsOf: repeatElement(value, count: count - self.count))
        }
    }
}

/// Which batch: epoch and number within it, both from 0.
public struct BatchPosition: Sendable, Hashable, Comparable {
    /// Epoch, from 0.
    public var epoch: Int
    /// Batch within the epoch, from 0.
    public var batch: Int

    /// Creates a position.
    public init(epoch: Int, batch: Int) {
        self.epoch = epoch
        self.batch = batch
    }

    /// Earlier in training.
    public static func < (left: BatchPosition, right: BatchPosition) -> Bool {
        (left.epoch, left.batch) < (right.epoch, right.batch)
    }

    /// The position after this one.
    func advanced(batchesPerEpoch: Int) -> BatchPosition {
        batch + 1 < batchesPerEpoch
            ? BatchPosition(epoch: epoch, batch: batch + 1) : BatchPosition(epoch: epoch + 1, batch: 0)
    }
}

/// How batches are made from a data set.
public struct BatchOptions: Sendable {
    /// What happens to the images left over when the batch size does not divide their number.
    public enum Remainder: Sendable, Equatable {
        /// They form a smaller last batch.
        case kept
        /// They are left out of the epoch; with shuffling, others the next time.
        case dropped
    }

    /// Images per batch.
    public var batchSize: Int
    /// Seed of order and augmentation.
    public var seed: UInt64
    /// Whether each epoch has a new random order; without, the order of the data set.
    public var shuffles: Bool
    /// What happens to a smaller last batch.
    public var remainder: Remainder
    /// Random changes to the images.
    public var augmentation: Augmentation
    /// The scale of the images.
    public var normalization: Normalization
    /// Batches prepared ahead on a thread of its own; 0 prepares them when asked.
    ///
    /// The batches are the same either way.
    public var prefetch: Int

    /// Creates options.
    public init(
        batchSize: Int, seed: UInt64 = 0, shuffles: Bool = true, remainder: Remainder = .kept,
        augmentation: Augmentation = .none, normalization: Normalization = .unit, prefetch: Int = 0
    ) {
        self.batchSize = batchSize
        self.seed = seed
        self.shuffles = shuffles
        self.remainder = remainder
        self.augmentation = augmentation
        self.normalization = normalization
        self.prefetch = prefetch
    }
}

/// Makes batches; keeps nothing but the order of the latest epoch, which is a function of the seed.
struct BatchMaker: Sendable {
    let dataset: ImageDataset
    let options: BatchOptions
    let batchesPerEpoch: Int
    private var order: [Int] = []
    private var orderedEpoch = -1

    init(_ dataset: ImageDataset, _ options: BatchOptions) {
        precondition(options.batchSize > 0 && options.prefetch >= 0, "a positive batch size, no negative prefetch")
        precondition(options.normalization.fits(dataset.shape), "a normalisation for images of \(dataset.shape)")
        self.dataset = dataset
        self.options = options
        let full = dataset.count / options.batchSize
        let left = dataset.count % options.batchSize
        batchesPerEpoch = full + (left > 0 && options.remainder == .kept ? 1 : 0)
    }

    /// Overwrites `batch`, reusing its memory.
    mutating func fill(_ batch: inout Batch, at position: BatchPosition) {
        prepareOrder(ofEpoch: position.epoch)
        let start = position.batch * options.batchSize
        let count = min(options.batchSize, dataset.count - start)
        batch.resize(to: count)
        batch.position = position
        batch.isLastOfEpoch = position.batch + 1 == batchesPerEpoch
        var stream = RandomStream(
            seed: options.seed, purpose: .augmentation, index: UInt32(truncatingIfNeeded: position.epoch))
        let size = dataset.shape.count
        batch.images.withUnsafeMutableBufferPointer { images in
            for offset in 0..<count {
                let index = options.shuffles ? order[start + offset] : start + offset
                batch.indices[offset] = index
                batch.labels[offset] = dataset.labels[index]
                let image = UnsafeMutableBufferPointer(rebasing: images[offset * size..<(offset + 1) * size])
                dataset.copyImage(index, to: image)
                if !options.augmentation.steps.isEmpty {
                    // 64 words for each image, wherever it stands in the epoch.
                    stream.seek(to: UInt64(index) * 64)
                    options.augmentation.apply(to: image, shape: dataset.shape, from: &stream)
                }
                options.normalization.apply(to: image, shape: dataset.shape)
            }
        }
    }

    private mutating func prepareOrder(ofEpoch epoch: Int) {
        guard options.shuffles, epoch != orderedEpoch else { return }
        var stream = RandomStream(seed: options.seed, purpose: .shuffle, index: UInt32(truncatingIfNeeded: epoch))
        order = stream.permutation(count: dataset.count)
        orderedEpoch = epoch
    }
}
