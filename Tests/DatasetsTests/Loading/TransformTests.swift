// SPDX-License-Identifier: Apache-2.0
// Augmentation and normalisation, step by step, by what they must keep.

import Datasets
import TestSupport
import Testing

@Suite("Augmentation and normalisation") struct TransformTests {
    static let dataset = numberedImages(40)

    /// All images in order after one pass with these changes.
    private func images(
        _ augmentation: Augmentation, normalization: Normalization = .unit, epoch: Int = 0,
        of dataset: ImageDataset = dataset
    ) -> [[Float]] {
        let loader = BatchLoader(
            dataset,
            options: BatchOptions(
                batchSize: dataset.count, seed: 5, shuffles: false, augmentation: augmentation,
                normalization: normalization))
        loader.position = BatchPosition(epoch: epoch, batch: 0)
        let all = loader.nextBatch().images
        let size = dataset.shape.count
        return (0..<dataset.count).map { Array(all[$0 * size..<($0 + 1) * size]) }
    }

    private let originals = (0..<40).map { dataset.image($0) }

    @Test func flipsMirrorRowsOfAboutHalfOfTheImages() {
        let flipped = images(Augmentation([.horizontalFlip]))
        var count = 0
        for (image, original) in zip(flipped, originals) {
            let mirror = (0..<6).flatMap { row in original[row * 4..<row * 4 + 4].reversed() }
            #expect(image == original || image == mirror)
            if image == mirror { count += 1 }
        }
        // Five standard deviations of a binomial count of 40.
        #expect(count > 4 && count < 36)
        #expect(flipped != images(Augmentation([.horizontalFlip]), epoch: 1))
    }

    @Test(arguments: [Augmentation.Border.black, .reflection]) func shiftsMoveWholeImages(border: Augmentation.Border) {
        var seen: Set<[Int]> = []
        for (image, original) in zip(images(Augmentation([.shift(padding: 2, border: border)])), originals) {
            // The only offset in ±2 that explains the image, by the definition written out once more.
            let offsets = (-2...2).flatMap { dy in (-2...2).map { dx in [dy, dx] } }.filter { offset in
                (0..<24).allSatisfy { index in
                    var (y, x) = (index / 4 % 3 + offset[0], index % 4 + offset[1])
                    let inside = (0..<3).contains(y) && (0..<4).contains(x)
                    if border == .reflection {
                        y = y < 0 ? -y : y > 2 ? 4 - y : y
                        x = x < 0 ? -x : x > 3 ? 6 - x : x
                    } else if !inside {
                        return image[index] == 0
                    }
                    return image[index] == original[index / 12 * 12 + y * 4 + x]
                }
            }
            #expect(!offsets.isEmpty)
            if let offset = offsets.first { seen.insert(offset) }
        }
        // Some of the 25 offsets; 40 draws miss a given one with probability 0.2.
        #expect(seen.count > 12)
    }

    @Test func brightnessAddsOneNumberPerImage() {
        var changes: [Float] = []
        for (image, original) in zip(images(Augmentation([.brightness(maximum: 0.25)])), originals) {
            let change = image[0] - original[0]
            expectClose(image, original.map { $0 + change }, absolute: 1e-6)
            changes.append(change)
        }
        #expect(changes.allSatisfy { abs($0) <= 0.25 } && Set(changes).count > 30)
        #expect(changes.contains { $0 > 0.1 } && changes.contains { $0 < -0.1 })
    }

    @Test func contrastKeepsTheMeanOfEachChannelAndScalesTheRest() {
        for (image, original) in zip(images(Augmentation([.contrast(lowest: 0.2, highest: 1.8)])), originals) {
            var factors: [Float] = []
            for channel in 0..<2 {
                let range = channel * 12..<channel * 12 + 12
                let before = original[range].reduce(0, +) / 12
                expectClose(Double(image[range].reduce(0, +) / 12), Double(before), absolute: 1e-6, "channel mean")
                let farthest = range.max { abs(original[$0] - before) < abs(original[$1] - before) }!
                factors.append((image[farthest] - before) / (original[farthest] - before))
            }
            expectClose(Double(factors[0]), Double(factors[1]), relative: 1e-4, "the factor of both channels")
            #expect(factors[0] > 0.199 && factors[0] < 1.801)
        }
    }

    @Test func meanImageSubtractionLeavesMeanZeroAtEveryPixel() {
        let centred = images(.none, normalization: .meanImage(of: Self.dataset))
        for pixel in 0..<24 {
            let mean = centred.reduce(0) { $0 + Double($1[pixel]) } / 40
            expectClose(mean, 0, absolute: 1e-6, "mean at pixel \(pixel)")
        }
    }

    @Test func channelStandardisationLeavesMeanZeroAndDeviationOne() {
        let standard = images(.none, normalization: .channels(of: Self.dataset))
        for channel in 0..<2 {
            let values = standard.flatMap { $0[channel * 12..<channel * 12 + 12] }.map(Double.init)
            expectClose(values.reduce(0, +) / 480, 0, absolute: 1e-6)
            expectClose(values.reduce(0) { $0 + $1 * $1 } / 480, 1, absolute: 1e-5)
        }
    }

    @Test func perImageStandardisationIsInvariantToBrightnessAndContrastOfTheWholeImage() {
        let standard = images(.none, normalization: .perImage)
        for image in standard {
            expectClose(Double(image.reduce(0, +)) / 24, 0, absolute: 1e-6)
            expectClose(image.reduce(0) { $0 + Double($1) * Double($1) } / 24, 1, absolute: 1e-5)
        }
        let brighter = images(Augmentation([.brightness(maximum: 0.25)]), normalization: .perImage)
        for (image, expected) in zip(brighter, standard) { expectClose(image, expected, absolute: 1e-5) }
    }

    @Test func aConstantImageBecomesZeroAndNotNaN() {
        let constant = ImageDataset(
            name: "constant", shape: ImageShape(channels: 1, height: 2, width: 2),
            pixels: .bytes([UInt8](repeating: 128, count: 4)), labels: [0], classNames: ["only"], source: "test")
        for normalization in [Normalization.perImage, .channels(of: constant), .meanImage(of: constant)] {
            let image = images(.none, normalization: normalization, of: constant)[0]
            expectClose(image, [0, 0, 0, 0], absolute: 1e-6)
        }
    }

    @Test func theRecipesOfThePapersHaveTheirNumbers() {
        #expect(
            Augmentation.cifar.steps == [
                .shift(padding: 2, border: .black), .horizontalFlip, .brightness(maximum: 63.0 / 255),
                .contrast(lowest: 0.2, highest: 1.8),
            ])
        #expect(Augmentation.reflectedCrop.steps == [.shift(padding: 4, border: .reflection), .horizontalFlip])
    }
}
