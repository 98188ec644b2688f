// SPDX-License-Identifier: Apache-2.0
// Batches: each image once per epoch, repeatable, resumable, the same with and without a thread.

import Datasets
import TestSupport
import Testing

/// What a batch contains, for comparison.
private struct Contents: Equatable {
    var images: [Float]
    var labels: [Int32]
    var indices: [Int]
    var position: BatchPosition
    var isLast: Bool

    init(_ batch: Batch) {
        images = batch.images
        labels = batch.labels
        indices = batch.indices
        position = batch.position
        isLast = batch.isLastOfEpoch
    }
}

@Suite("BatchLoader") struct BatchLoaderTests {
    static let dataset = numberedImages(23)
    static let augmentation = Augmentation([
        .shift(padding: 1, border: .reflection), .horizontalFlip, .brightness(maximum: 0.2),
        .contrast(lowest: 0.5, highest: 1.5),
    ])

    private func options(prefetch: Int = 0, remainder: BatchOptions.Remainder = .kept) -> BatchOptions {
        BatchOptions(
            batchSize: 5, seed: 7, remainder: remainder, augmentation: Self.augmentation, normalization: .perImage,
            prefetch: prefetch)
    }

    private func take(_ count: Int, from loader: BatchLoader) -> [Contents] {
        (0..<count).map { _ in Contents(loader.nextBatch()) }
    }

    @Test func everyImageComesOncePerEpochInANewOrder() {
        let loader = BatchLoader(Self.dataset, options: BatchOptions(batchSize: 5, seed: 1))
        #expect(loader.batchesPerEpoch == 5)
        var orders: [[Int]] = []
        for epoch in 0..<3 {
            let batches = take(5, from: loader)
            #expect(batches.map(\.indices.count) == [5, 5, 5, 5, 3])
            #expect(batches.map(\.isLast) == [false, false, false, false, true])
            #expect(batches.map(\.position) == (0..<5).map { BatchPosition(epoch: epoch, batch: $0) })
            orders.append(batches.flatMap(\.indices))
            #expect(orders[epoch].sorted() == Array(0..<23))
            for batch in batches {
                #expect(batch.labels == batch.indices.map { Self.dataset.labels[$0] })
                #expect(batch.images == batch.indices.flatMap { Self.dataset.image($0) })
            }
        }
        #expect(orders[0] != orders[1] && orders[1] != orders[2] && orders[0] != Array(0..<23))
    }

    @Test func aSmallerLastBatchCanBeLeftOut() {
        let loader = BatchLoader(Self.dataset, options: options(remainder: .dropped))
        #expect(loader.batchesPerEpoch == 4)
        let batches = take(8, from: loader)
        #expect(batches.allSatisfy { $0.indices.count == 5 })
        #expect(batches[4].position == BatchPosition(epoch: 1, batch: 0))
        #expect(Set(batches[0..<4].flatMap(\.indices)).count == 20)
    }

    @Test func withoutShufflingTheOrderIsThatOfTheDataSet() {
        let loader = BatchLoader(Self.dataset, options: BatchOptions(batchSize: 10, shuffles: false))
        #expect(take(3, from: loader).flatMap(\.indices) == Array(0..<23))
    }

    @Test func theSeedDecides() {
        let first = take(6, from: BatchLoader(Self.dataset, options: options()))
        #expect(first == take(6, from: BatchLoader(Self.dataset, options: options())))
        var other = options()
        other.seed = 8
        #expect(first != take(6, from: BatchLoader(Self.dataset, options: other)))
    }

    @Test(arguments: [1, 2, 7]) func preparationOnAThreadGivesTheSameBatches(prefetch: Int) {
        let plain = BatchLoader(Self.dataset, options: options())
        let ahead = BatchLoader(Self.dataset, options: options(prefetch: prefetch))
        #expect(take(27, from: ahead) == take(27, from: plain))
        #expect(ahead.position == plain.position)
        // Holding on to batches must not disturb later ones.
        let held = (0..<9).map { _ in ahead.nextBatch() }
        #expect(held.map(Contents.init) == take(9, from: plain))
    }

    @Test(arguments: [0, 3]) func aRestoredPositionGivesTheSameBatchesBitForBit(prefetch: Int) {
        let loader = BatchLoader(Self.dataset, options: options(prefetch: prefetch))
        _ = take(7, from: loader)
        let saved = loader.position
        #expect(saved == BatchPosition(epoch: 1, batch: 2))
        let expected = take(12, from: loader)
        let fresh = BatchLoader(Self.dataset, options: options(prefetch: prefetch))
        fresh.position = saved
        #expect(take(12, from: fresh) == expected)
        // Back and forth in one loader, while its thread is at work.
        for _ in 0..<5 {
            loader.position = saved
            #expect(take(3, from: loader) == Array(expected.prefix(3)))
        }
    }

    @Test func aLoaderLetGoOfWithAFullQueueEndsItsThread() {
        for _ in 0..<50 {
            let loader = BatchLoader(Self.dataset, options: options(prefetch: 4))
            _ = loader.nextBatch()
        }
    }

    @Test func theImagesOfABatchDoNotDependOnTheBatchSize() {
        var wide = options()
        wide.batchSize = 23
        let small = take(5, from: BatchLoader(Self.dataset, options: options()))
        let large = take(1, from: BatchLoader(Self.dataset, options: wide))
        #expect(small.flatMap(\.images) == large[0].images)
    }

    @Test(arguments: [0, 2]) func theMemoryOfBatchesIsUsedAgain(prefetch: Int) {
        let loader = BatchLoader(Self.dataset, options: options(prefetch: prefetch))
        var addresses: Set<UInt> = []
        for _ in 0..<40 {
            let batch = loader.nextBatch()
            batch.images.withUnsafeBufferPointer { _ = addresses.insert(UInt(bitPattern: $0.baseAddress)) }
        }
        // One in the caller's hands, one being made, and those that wait.
        #expect(addresses.count <= 1 + (prefetch > 0 ? prefetch + 2 : 0), "\(addresses.count) places")
    }

    @Test func evaluationVisitsAllImagesInOrderWithoutAugmentation() {
        var indices: [Int] = []
        for batch in Self.dataset.evaluationBatches(size: 10, normalization: .signed) {
            #expect(batch.images == batch.indices.flatMap { Self.dataset.image($0).map { 2 * $0 - 1 } })
            indices += batch.indices
        }
        #expect(indices == Array(0..<23))
        #expect(Self.dataset.prefix(0).evaluationBatches(size: 10).map(\.count).isEmpty)
    }
}
