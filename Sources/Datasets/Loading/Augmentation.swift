// SPDX-License-Identifier: Apache-2.0
// Random changes to training images; each depends on the seed, the epoch and the image only.

import Probability

/// Random changes applied in order to training images on the scale 0…1, before normalisation.
public struct Augmentation: Sendable, Hashable {
    /// One random change.
    public enum Step: Sendable, Hashable {
        /// Shifted by up to `padding` pixels in each direction; what comes in is black or a reflection.
        case shift(padding: Int, border: Border)
        /// Mirrored left to right with probability 1/2.
        case horizontalFlip
        /// All values plus a number uniform in ±`maximum`; not clipped.
        case brightness(maximum: Float)
        /// Each channel's distance from its mean times a number uniform in `lowest`…`highest`; not clipped.
        case contrast(lowest: Float, highest: Float)
    }

    /// What lies outside an image.
    public enum Border: Sendable, Hashable {
        /// Zero.
        case black
        /// The image mirrored at its edge pixels.
        case reflection
    }

    /// The changes, in order.
    public var steps: [Step]

    /// Creates an augmentation.
    ///
    /// - Precondition: at most 16 steps, and paddings smaller than the image where it is used.
    public init(_ steps: [Step]) {
        // Each image owns 64 words of the stream, and a step takes at most three.
        precondition(steps.count <= 16, "at most 16 augmentation steps")
        self.steps = steps
    }

    /// No change.
    public static let none = Augmentation([])

    /// The recipe of the released structured-pruning code for CIFAR-10: pad 2 and crop, flip, brightness ±63/255,
    /// contrast 0.2…1.8; to be followed by `Normalization.perImage`.
    public static let cifar = Augmentation([
        .shift(padding: 2, border: .black), .horizontalFlip, .brightness(maximum: 63.0 / 255),
        .contrast(lowest: 0.2, highest: 1.8),
    ])

    /// The recipe of the released stochastic batch normalization code: reflect 4 and crop, flip.
    public static let reflectedCrop = Augmentation([.shift(padding: 4, border: .reflection), .horizontalFlip])

    /// Changes one image in place.
    func apply(to image: UnsafeMutableBufferPointer<Float>, shape: ImageShape, from stream: inout RandomStream) {
        for step in steps {
            switch step {
            case .shift(let padding, let border):
                let dy = Self.offset(padding, &stream)
                let dx = Self.offset(padding, &stream)
                if dx != 0 || dy != 0 { Self.shift(image, shape, dy, dx, border) }
            case .horizontalFlip:
                if stream.nextUInt32() >> 31 == 1 { Self.flip(image, shape) }
            case .brightness(let maximum):
                let change = maximum * (2 * stream.uniformFloat() - 1)
                for index in image.indices { image[index] += change }
            case .contrast(let lowest, let highest):
                Self.scaleContrast(image, shape, lowest + (highest - lowest) * stream.uniformFloat())
            }
        }
    }

    /// Uniform on -padding…padding; one word whatever happens, so that steps never shift each other's numbers.
    private static func offset(_ padding: Int, _ stream: inout RandomStream) -> Int {
        Int(stream.uniformFloat() * Float(2 * padding + 1)) - padding
    }

    private static func shift(
        _ image: UnsafeMutableBufferPointer<Float>, _ shape: ImageShape, _ dy: Int, _ dx: Int, _ border: Border
    ) {
        let (height, width) = (shape.height, shape.width)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: height * width) { plane in
            for channel in 0..<shape.channels {
                let base = channel * height * width
                for index in 0..<height * width { plane[index] = image[base + index] }
                for y in 0..<height {
                    let row = source(y + dy, height, border)
                    for x in 0..<width {
                        let column = source(x + dx, width, border)
                        let inside = row >= 0 && column >= 0
                        image[base + y * width + x] = inside ? plane[row * width + column] : 0
                    }
                }
            }
        }
    }

    /// The index that a coordinate outside refers to; -1 for none.
    private static func source(_ index: Int, _ count: Int, _ border: Border) -> Int {
        if index >= 0, index < count { return index }
        guard border == .reflection, count > 1 else { return -1 }
        return index < 0 ? min(-index, count - 1) : max(2 * (count - 1) - index, 0)
    }

    private static func flip(_ image: UnsafeMutableBufferPointer<Float>, _ shape: ImageShape) {
        for row in 0..<shape.channels * shape.height {
            var (left, right) = (row * shape.width, (row + 1) * shape.width - 1)
            while left < right {
                image.swapAt(left, right)
                (left, right) = (left + 1, right - 1)
            }
        }
    }

    private static func scaleContrast(
        _ image: UnsafeMutableBufferPointer<Float>, _ shape: ImageShape, _ factor: Float
    ) {
        let plane = shape.height * shape.width
        for channel in 0..<shape.channels {
            let range = channel * plane..<(channel + 1) * plane
            var mean: Float = 0
            for index in range { mean += image[index] }
            mean /= Float(plane)
            for index in range { image[index] = (image[index] - mean) * factor + mean }
        }
    }
}
