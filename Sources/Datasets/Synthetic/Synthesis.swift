// SPDX-License-Identifier: Apache-2.0
// How a built-in set is made: every image is a function of seed, part and number, so sets of any size agree.

import Probability

/// Default numbers of images of built-in sets.
let syntheticCounts: [DatasetPart: Int] = [.train: 10_000, .test: 2_000]

/// Draws both parts; classes take turns, so each is equally frequent.
///
/// - Parameter draw: draws an image of a class into memory of shape [C, H, W], taking what it needs from the stream.
func synthesize(
    _ kind: DatasetKind, _ request: DatasetRequest,
    draw: (Int, inout RandomStream, UnsafeMutableBufferPointer<UInt8>) -> Void
) -> DatasetSplit {
    func part(_ part: DatasetPart) -> ImageDataset {
        let count = request.count(of: part) ?? syntheticCounts[part]!
        let size = kind.shape.count
        let labels = (0..<count).map { Int32($0 % kind.classNames.count) }
        let purpose = StreamPurpose("synthesis/\(kind.name)/\(part.rawValue)")
        let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, initialized in
            buffer.initialize(repeating: 0)
            for index in 0..<count {
                var stream = RandomStream(seed: request.seed, purpose: purpose, index: UInt32(index))
                let image = UnsafeMutableBufferPointer(rebasing: buffer[index * size..<(index + 1) * size])
                draw(Int(labels[index]), &stream, image)
            }
            initialized = count * size
        }
        return ImageDataset(
            name: "\(kind.name) \(part.rawValue)", shape: kind.shape, pixels: .bytes(pixels), labels: labels,
            classNames: kind.classNames, source: "built in, seed \(request.seed)")
    }
    return DatasetSplit(train: part(.train), test: part(.test))
}
