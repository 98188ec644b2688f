// SPDX-License-Identifier: Apache-2.0
// A network file on images: those of a data set, or somebody's own. Needs no session and no run.

import Datasets
import EngineKit
import Training

/// The classification of images by a network file.
public struct PredictRun: Sendable {
    /// The network file.
    public var path: String
    /// What to classify.
    public var images: Images
    /// Images to classify, from the front; `nil` for all.
    public var limit: Int?
    /// Where data sets are looked for.
    public var dataDirectories: [String]
    /// Compute threads.
    public var threads: Int

    /// Images to classify.
    public enum Images: Sendable, Equatable {
        /// The test images of a data set; `nil` for the one that the network was trained on.
        case dataSet(String?)
        /// An idx file of grey images, with labels or without.
        case idx(images: String, labels: String?)
    }

    /// What a network said about images.
    public struct Outcome: Sendable {
        /// Name of the data set, or path of the file of images.
        public var source: String
        /// Number of images.
        public var images: Int
        /// Share of misclassified images, percent; `nil` without labels.
        public var error: Double?
        /// Mean of `-log p(label)`, nats; `nil` without labels.
        public var crossEntropy: Double?
        /// Images per second, scaling them included and reading them not.
        public var imagesPerSecond: Double
        /// What the classes are called.
        public var classNames: [String]
        /// Things to tell the user, such as classes of other names.
        public var notes: [String]
    }

    /// What the network says about one image.
    public struct Row: Sendable, Equatable {
        /// Place of the image in its set, from 0.
        public var index: Int
        /// The image's class, if it is known.
        public var label: Int?
        /// The class that the network chooses.
        public var predicted: Int
        /// The probability that it gives to this class; NaN when a logit is.
        public var probability: Double
    }

    /// Creates a task.
    public init(path: String, images: Images, limit: Int?, dataDirectories: [String], threads: Int) {
        self.path = path
        self.images = images
        self.limit = limit
        self.dataDirectories = dataDirectories
        self.threads = threads
    }

    /// Classifies on the calling thread.
    ///
    /// - Parameter each: takes the prediction of each image, in order.
    /// - Throws: `EngineError`, or what `each` throws, when file and images do not fit.
    public func perform(each: (Row) throws -> Void = { _ in }) throws -> Outcome {
        let file = try NetworkFile(path: path)
        let (source, dataset, isLabelled, notes) = try load(for: file)
        guard dataset.count > 0 else { throw EngineError("\(source) has no images") }
        let totals = try file.predict(limit.map(dataset.prefix) ?? dataset, isLabelled: isLabelled, threads: threads) {
            try each(
                Row(index: $0.index, label: $0.label, predicted: $0.predicted, probability: $0.probability))
        }
        return Outcome(
            source: source, images: totals.images, error: totals.error, crossEntropy: totals.crossEntropy,
            imagesPerSecond: Double(totals.images) / totals.seconds, classNames: file.classNames, notes: notes)
    }

    private func load(
        for file: NetworkFile
    ) throws -> (source: String, dataset: ImageDataset, isLabelled: Bool, notes: [String]) {
        switch images {
        case .dataSet(let wanted):
            let known = file.provenance["data"]?.object?["name"]?.string
            guard let name = wanted ?? known else {
                throw EngineError(
                    "\(path.printable()) does not say what it was trained on; name a data set with --set, "
                        + "or a file of images with --images")
            }
            // What cannot fit is refused before any file is looked for.
            let kind = try datasetKind(named: name)
            try requireFit(file, kind.shape, classes: kind.classNames.count, name)
            let split = try kind.load(
                DatasetRequest(
                    directories: dataDirectories, requiredParts: [.test], trainCount: 1, testCount: limit,
                    seed: UInt64(exactly: file.provenance["seed"]?.wholeNumber ?? 1) ?? 1))
            var notes: [String] = []
            if split.test.classNames != file.classNames {
                notes.append(
                    "the classes of \(name) are called otherwise than those of the network, "
                        + "\(split.test.classNames[0]) and not \(file.classNames[0]) is the first")
            }
            return (name, split.test, true, notes)
        case .idx(let images, let labels):
            let read = try readIdxImages(images)
            let classes = try labels.map { path throws(DatasetError) in
                try readIdxLabels(path, classes: file.classNames.count)
            }
            if let labels, let classes, classes.count != read.count {
                throw EngineError(
                    "\(labels.printable()) has \(classes.count) labels for the \(read.count) images of "
                        + images.printable())
            }
            try requireFit(file, read.shape, classes: file.classNames.count, images.printable())
            let dataset = ImageDataset(
                name: images, shape: read.shape, pixels: .bytes(read.pixels),
                labels: classes ?? Array(repeating: 0, count: read.count), classNames: file.classNames, source: images)
            return (images.printable(), dataset, classes != nil, [])
        }
    }

    private func requireFit(
        _ file: NetworkFile, _ shape: ImageShape, classes: Int, _ source: String
    ) throws(EngineError) {
        guard shape == file.imageShape else {
            throw EngineError("\(path.printable()) takes images of \(file.imageShape), those of \(source) are \(shape)")
        }
        guard classes == file.classNames.count else {
            throw EngineError("\(path.printable()) knows \(file.classNames.count) classes, \(source) has \(classes)")
        }
    }
}
