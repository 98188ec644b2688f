// SPDX-License-Identifier: Apache-2.0
// What the program knows about a data set before loading it; the sets themselves are in the files beside this one.

/// One row of `allDatasets`.
public struct DatasetKind: Sendable {
    /// The name in session files, such as `mnist`.
    public let name: String
    /// What it is, in one line.
    public let summary: String
    /// Size of each image.
    public let shape: ImageShape
    /// What the classes are called.
    public let classNames: [String]
    /// Where the images come from.
    public let origin: Origin
    /// Where files of the set can be had; empty for built-in sets.
    public internal(set) var downloads: [Download] = []
    /// Loads it; use `load(_:)`, which checks the request first.
    let loader: @Sendable (DatasetKind, DatasetRequest) throws(DatasetError) -> DatasetSplit

    /// Where images come from.
    public enum Origin: Sendable {
        /// Drawn by the program from a seed.
        case builtIn
        /// Read from files, looked for in each data folder under these names, each with or without `.gz` where marked.
        case files([DataFile])
    }

    /// A file that belongs to a data set.
    public struct DataFile: Sendable, Hashable {
        /// Path below a data folder, such as `mnist/train-images-idx3-ubyte`.
        public var path: String
        /// Which part it belongs to.
        public var part: DatasetPart
        /// Whether it is usually compressed, its name ending in `.gz`.
        public var mayBeCompressed: Bool

        /// The names to look for, in this order.
        public var candidates: [String] { mayBeCompressed ? [path + ".gz", path] : [path] }
    }
}

/// A part of a data set.
public enum DatasetPart: String, Sendable, Hashable, CaseIterable {
    /// What a network is trained on.
    case train
    /// What it is judged on.
    case test
}

/// What is wanted of a data set.
public struct DatasetRequest: Sendable {
    /// Folders to search, in this order.
    public var directories: [String]
    /// Parts that must be there; without the others the load still succeeds and they are empty.
    public var requiredParts: Set<DatasetPart>
    /// Images of the training part: the first so many of a set from files (all when `nil`), or how many are drawn.
    public var trainCount: Int?
    /// Images of the test part, likewise.
    public var testCount: Int?
    /// Seed of built-in sets; the same seed gives the same images.
    public var seed: UInt64

    /// Creates a request.
    public init(
        directories: [String] = [], requiredParts: Set<DatasetPart> = [.train, .test], trainCount: Int? = nil,
        testCount: Int? = nil, seed: UInt64 = 0
    ) {
        self.directories = directories
        self.requiredParts = requiredParts
        self.trainCount = trainCount
        self.testCount = testCount
        self.seed = seed
    }

    /// The limit for a part.
    public func count(of part: DatasetPart) -> Int? {
        part == .train ? trainCount : testCount
    }
}

/// A loaded data set.
public struct DatasetSplit: Sendable {
    /// Training images; empty when the part was not required and is missing.
    public var train: ImageDataset
    /// Test images; likewise.
    public var test: ImageDataset
    /// Things to tell the user, such as which batches were found.
    public var notes: [String]

    /// Creates a split.
    public init(train: ImageDataset, test: ImageDataset, notes: [String] = []) {
        self.train = train
        self.test = test
        self.notes = notes
    }
}

extension DatasetKind {
    /// Loads or draws the data set.
    ///
    /// - Throws: `DatasetError` with the place that is wrong, or with all places searched when a required part is missing.
    public func load(_ request: DatasetRequest) throws(DatasetError) -> DatasetSplit {
        for part in DatasetPart.allCases {
            if let count = request.count(of: part), count < 1 || count > 10_000_000 {
                throw DatasetError(
                    .invalidOption, name, at: "\(part.rawValue) images", found: "\(count)",
                    allowed: "1 to 10000000")
            }
        }
        return try loader(self, request)
    }

    /// The files of this data set with the place where each was found, `nil` for those that are missing.
    public func locate(in directories: [String]) -> [(file: DataFile, found: String?)] {
        guard case .files(let files) = origin else { return [] }
        return files.map { ($0, $0.locate(in: directories)) }
    }

    /// An empty part.
    func empty(_ part: DatasetPart) -> ImageDataset {
        ImageDataset(
            name: "\(name) \(part.rawValue)", shape: shape, pixels: .bytes([]), labels: [], classNames: classNames,
            source: "not found")
    }

    /// The error for a missing part: names the first missing file and every folder searched.
    func missing(_ part: DatasetPart, _ file: String, _ request: DatasetRequest) -> DatasetError {
        let folders = request.directories.isEmpty ? "no data folder" : request.directories.joined(separator: ", ")
        return DatasetError(
            .notFound, name, at: "\(part.rawValue) part", found: "no \(file) in \(folders)",
            allowed: "that file in a data folder (--data DIR, ELBO_DATA or ./data)")
    }
}

extension DatasetKind.DataFile {
    /// The first existing file under one of the candidate names in the first folder that has one.
    public func locate(in directories: [String]) -> String? {
        for directory in directories {
            for candidate in candidates where fileExists("\(directory)/\(candidate)") {
                return "\(directory)/\(candidate)"
            }
        }
        return nil
    }
}
