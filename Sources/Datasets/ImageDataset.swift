// SPDX-License-Identifier: Apache-2.0
// Labelled images in memory; where they come from is in Registry/ and Synthetic/, how they are served in Loading/.

/// Size of an image: channels, height, width.
public struct ImageShape: Sendable, Hashable, CustomStringConvertible {
    /// 1 for grey, 3 for red, green, blue.
    public var channels: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int

    /// Creates a shape.
    public init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// Values per image.
    public var count: Int { channels * height * width }

    /// Such as `3 x 32 x 32`.
    public var description: String { "\(channels) x \(height) x \(width)" }
}

/// Labelled images of one size.
public struct ImageDataset: Sendable {
    /// Pixel values of all images, shape [N, C, H, W].
    public enum Pixels: Sendable {
        /// 0…255, standing for 0…1.
        case bytes([UInt8])
        /// Values on the scale 0…1.
        case floats([Float])

        var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .floats(let values): values.count
            }
        }
    }

    /// Name for people, such as `mnist train`.
    public var name: String
    /// Size of each image.
    public let shape: ImageShape
    /// All images, shape [N, C, H, W].
    public let pixels: Pixels
    /// One class per image, `0..<classes`.
    public private(set) var labels: [Int32]
    /// What the classes are called; their number is the number of classes.
    public private(set) var classNames: [String]
    /// Where the images came from: files, or what made them.
    public var source: String

    /// Creates a data set.
    ///
    /// - Precondition: there are as many images as labels, and every label has a class name.
    public init(
        name: String, shape: ImageShape, pixels: Pixels, labels: [Int32], classNames: [String], source: String
    ) {
        precondition(
            pixels.count == labels.count * shape.count,
            "\(name): \(labels.count) labels, but \(pixels.count) values for images of \(shape)")
        precondition(
            labels.allSatisfy { $0 >= 0 && Int($0) < classNames.count },
            "\(name): labels must be in 0..<\(classNames.count)")
        self.name = name
        self.shape = shape
        self.pixels = pixels
        self.labels = labels
        self.classNames = classNames
        self.source = source
    }

    /// Number of images.
    public var count: Int { labels.count }

    /// Number of classes.
    public var classes: Int { classNames.count }

    /// Number of images of each class.
    public var labelCounts: [Int] {
        var counts = [Int](repeating: 0, count: classes)
        for label in labels { counts[Int(label)] += 1 }
        return counts
    }

    /// Writes an image on the scale 0…1 into `output`, shape [C, H, W].
    ///
    /// - Precondition: `output` holds `shape.count` values.
    public func copyImage(_ index: Int, to output: UnsafeMutableBufferPointer<Float>) {
        precondition(output.count == shape.count && index >= 0 && index < count, "an image of the data set")
        let start = index * shape.count
        switch pixels {
        case .bytes(let values):
            values.withUnsafeBufferPointer { values in
                for offset in output.indices { output[offset] = Float(values[start + offset]) / 255 }
            }
        case .floats(let values):
            values.withUnsafeBufferPointer { values in
                for offset in output.indices { output[offset] = values[start + offset] }
            }
        }
    }

    /// An image on the scale 0…1, shape [C, H, W].
    public func image(_ index: Int) -> [Float] {
        var result = [Float](repeating: 0, count: shape.count)
        result.withUnsafeMutableBufferPointer { copyImage(index, to: $0) }
        return result
    }

    /// The images with the given indices, in that order.
    public func selecting(_ indices: some Sequence<Int>, name: String? = nil) -> ImageDataset {
        let indices = Array(indices)
        let selected: Pixels =
            switch pixels {
            case .bytes(let values): .bytes(gather(values, indices))
            case .floats(let values): .floats(gather(values, indices))
            }
        return ImageDataset(
            name: name ?? self.name, shape: shape, pixels: selected, labels: indices.map { labels[$0] },
            classNames: classNames, source: source)
    }

    private func gather<Value>(_ values: [Value], _ indices: [Int]) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(indices.count * shape.count)
        for index in indices { result.append(contentsOf: values[index * shape.count..<(index + 1) * shape.count]) }
        return result
    }

    /// The first `count` images, or all when there are fewer.
    public func prefix(_ count: Int) -> ImageDataset {
        count >= self.count ? self : selecting(0..<max(count, 0))
    }

    /// The images of the given classes only, which become classes 0, 1, … in the order given.
    ///
    /// Such as classes 0…4 of CIFAR-10 for training and 5…9 as images from another domain.
    public func keeping(classes kept: [Int]) -> ImageDataset {
        let newLabel = Dictionary(uniqueKeysWithValues: kept.enumerated().map { (Int32($1), Int32($0)) })
        var result = selecting(labels.indices.filter { newLabel[labels[$0]] != nil })
        result.labels = result.labels.map { newLabel[$0]! }
        result.classNames = kept.map { classNames[$0] }
        return result
    }

    /// The same images with other labels.
    ///
    /// - Precondition: one valid class per image.
    public func relabeled(_ newLabels: [Int32]) -> ImageDataset {
        ImageDataset(
            name: name, shape: shape, pixels: pixels, labels: newLabels, classNames: classNames, source: source)
    }
}
