// SPDX-License-Identifier: Apache-2.0
// The scale on which images reach a network; applied to training and test images alike, after augmentation.

/// How pixel values on the scale 0…1 are shifted and scaled.
public enum Normalization: Sendable, Equatable {
    /// Left on 0…1.
    case unit
    /// Mapped to -1…1, what generators with a tanh output are trained on.
    case signed
    /// Minus the mean image, shape [C, H, W].
    case centered(meanImage: [Float])
    /// Minus the mean and divided by the standard deviation of each channel, both [C].
    case standardized(mean: [Float], standardDeviation: [Float])
    /// Each image minus its own mean, divided by its own standard deviation; the latter is kept from vanishing by a
    /// lower bound of `1 / (255 sqrt(C H W))`, so a constant image becomes zero.
    case perImage

    /// Subtraction of the mean image of a data set.
    public static func meanImage(of dataset: ImageDataset) -> Normalization {
        var sums = [Double](repeating: 0, count: dataset.shape.count)
        dataset.forEachImage { image in
            for index in image.indices { sums[index] += Double(image[index]) }
        }
        return .centered(meanImage: sums.map { Float($0 / Double(max(dataset.count, 1))) })
    }

    /// Standardisation by the channel means and deviations of a data set.
    public static func channels(of dataset: ImageDataset) -> Normalization {
        let moments = dataset.channelMoments
        return .standardized(
            mean: moments.map { Float($0.mean) }, standardDeviation: moments.map { Float($0.standardDeviation) })
    }

    /// Applies the change to one image, in place.
    func apply(to image: UnsafeMutableBufferPointer<Float>, shape: ImageShape) {
        switch self {
        case .unit:
            return
        case .signed:
            for index in image.indices { image[index] = 2 * image[index] - 1 }
        case .centered(let mean):
            mean.withUnsafeBufferPointer { mean in
                for index in image.indices { image[index] -= mean[index] }
            }
        case .standardized(let mean, let deviation):
            let plane = shape.height * shape.width
            for channel in 0..<shape.channels {
                // A constant channel has no scale; it becomes zero.
                let factor = deviation[channel] > 0 ? 1 / deviation[channel] : 0
                let offset = mean[channel]
                for index in channel * plane..<(channel + 1) * plane {
                    image[index] = (image[index] - offset) * factor
                }
            }
        case .perImage:
            let count = Float(image.count)
            let mean = image.reduce(0, +) / count
            let variance = image.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            let factor = 1 / max(variance.squareRoot(), 1 / (255 * count.squareRoot()))
            for index in image.indices { image[index] = (image[index] - mean) * factor }
        }
    }

    /// Whether images of this shape can be normalised.
    func fits(_ shape: ImageShape) -> Bool {
        switch self {
        case .unit, .signed, .perImage: true
        case .centered(let mean): mean.count == shape.count
        case .standardized(let mean, let deviation):
            mean.count == shape.channels && deviation.count == shape.channels
        }
    }
}

extension ImageDataset {
    /// Visits every image on the scale 0…1; the memory is reused.
    func forEachImage(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: shape.count) { image in
            for index in 0..<count {
                copyImage(index, to: image)
                body(image)
            }
        }
    }
}
