// SPDX-License-Identifier: Apache-2.0
// The images of a run, loaded and normalised, as the training loops of engines want them.

public import Datasets
public import EngineKit

/// Training and test images of a run.
public struct ClassifierData: Sendable {
    /// Images to learn from.
    public let train: ImageDataset
    /// Images to be judged on.
    public let test: ImageDataset
    /// How pixels on the scale 0…1 reach the network, in training and test.
    public let normalization: Normalization
    /// Random changes to the training images.
    public let augmentation: Augmentation
    /// Seed of the order of batches and of the augmentation.
    private let seed: UInt64

    /// Images per evaluation batch: large enough for the kernels, small enough to answer a key between two.
    private static let evaluationBatch = 250
    /// Batches prepared ahead on the loader's thread.
    private static let prefetched = 4

    /// Loads what a session asks for.
    ///
    /// - Parameter normalization: the scale of a run that is under way; otherwise it is measured on the training images.
    /// - Throws: `EngineError` with the file or folder that is wrong.
    public init(
        _ selection: DataSelection, _ context: EngineContext, normalization: Normalization? = nil
    ) throws(EngineError) {
        let split = try Self.load(selection, context)
        for note in split.notes { context.emit(.message(step: 0, level: .notice, text: note)) }
        train =
            switch selection.labels {
            case .given: split.train
            case .random(let seed): split.train.withRandomLabels(seed: seed ?? context.seed)
            }
        test = split.test
        seed = context.seed
        augmentation = selection.augmentation
        self.normalization = normalization ?? selection.normalization(of: split.train)
    }

    /// Stands in for images that are not here: a set of the right shape and classes, in training and test.
    public init(standIn: ImageDataset, normalization: Normalization, _ context: EngineContext) {
        train = standIn
        test = standIn
        self.normalization = normalization
        augmentation = .none
        seed = context.seed
    }

    /// The two parts as the session wants them, before any change of labels or scale.
    private static func load(
        _ selection: DataSelection, _ context: EngineContext
    ) throws(EngineError) -> DatasetSplit {
        let isHoldingOut = selection.holdOut > 0
        let isFiltering = selection.classes != .all
        var request = DatasetRequest(
            directories: context.dataDirectories, trainCount: selection.trainingLimit, testCount: selection.testLimit,
            seed: context.seed)
        if isHoldingOut {
            // The limits apply to what the division leaves on either side.
            (request.trainCount, request.testCount, request.requiredParts) = (nil, nil, [.train])
        } else if isFiltering {
            (request.trainCount, request.testCount) = (nil, nil)
        }
        do throws(DatasetError) {
            var split = try loadDataset(named: selection.name, request)
            if let classes = selection.classes.classes(of: split.train.classes, seed: context.seed) {
                if case .random = selection.classes {
                    let names = classes.map { "\($0) (\(split.train.classNames[$0]))" }.joined(separator: ", ")
                    split.notes.append("\(selection.name): the classes drawn are \(names)")
                }
                (split.train, split.test) = (
                    split.train.keeping(classes: classes), split.test.keeping(classes: classes)
                )
            }
            if isHoldingOut { return try holdingOut(selection, split) }
            if isFiltering { limit(&split.train, &split.test, selection) }
            return split
        } catch {
            throw EngineError(error.description)
        }
    }

    /// Test images of the classes that a selection leaves out, from the same part of the data as its own test images.
    ///
    /// - Throws: `EngineError` with the file or folder that is wrong, or when no class is left out.
    public static func otherTestImages(
        _ selection: DataSelection, _ context: EngineContext
    ) throws(EngineError) -> ImageDataset {
        let total = allDatasets.first { $0.name == selection.name }?.classNames.count ?? 0
        let others = selection.classes.others(of: total, seed: context.seed)
        guard !others.isEmpty else {
            throw EngineError("data.classes: \(selection.name) has no classes beside those that are learned")
        }
        var other = selection
        other.classes = .listed(others)
        return try load(other, context).test
    }

    /// Divides the training part; the test part stays unused.
    private static func holdingOut(
        _ selection: DataSelection, _ split: DatasetSplit
    ) throws(DatasetError) -> DatasetSplit {
        let (count, held) = (split.train.count, selection.holdOut)
        guard held < count else {
            throw DatasetError(
                .invalidOption, selection.name, at: "data.holdOut", found: "\(held)",
                allowed: "fewer than the \(count) training images")
        }
        var (train, test) = (
            split.train.prefix(count - held),
            split.train.selecting((count - held)..<count, name: "\(selection.name) held out")
        )
        limit(&train, &test, selection)
        let note = "\(selection.name): tested on the last \(held) of \(count) training images, trained on the others"
        return DatasetSplit(train: train, test: test, notes: split.notes + [note])
    }

    private static func limit(_ train: inout ImageDataset, _ test: inout ImageDataset, _ selection: DataSelection) {
        if let limit = selection.trainingLimit { train = train.prefix(limit) }
        if let limit = selection.testLimit { test = test.prefix(limit) }
    }

    /// Shape of one image, `[C, H, W]`.
    public var imageShape: [Int] { [train.shape.channels, train.shape.height, train.shape.width] }

    /// Number of classes K.
    public var classes: Int { train.classes }

    /// An endless loader of shuffled and changed training batches that begins with an epoch.
    ///
    /// - Parameter remainder: what happens to images that do not fill a batch.
    public func trainingBatches(
        size: Int, firstEpoch: Int = 0, remainder: BatchOptions.Remainder = .kept
    ) -> BatchLoader {
        let loader = BatchLoader(
            train,
            options: BatchOptions(
                batchSize: size, seed: seed, remainder: remainder, augmentation: augmentation,
                normalization: normalization,
                prefetch: Self.prefetched))
        loader.position = BatchPosition(epoch: firstEpoch, batch: 0)
        return loader
    }

    /// All test images once, in order.
    public var testBatches: EvaluationBatches {
        test.evaluationBatches(size: Self.evaluationBatch, normalization: normalization)
    }
}
