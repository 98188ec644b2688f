// SPDX-License-Identifier: Apache-2.0
// Labelled images in memory: selection, relabelling, scales.

import Datasets
import TestSupport
import Testing

/// Images of 2 channels and 3 x 4 pixels whose values tell image, channel and pixel apart.
func numberedImages(_ count: Int, classes: Int = 5) -> ImageDataset {
    let shape = ImageShape(channels: 2, height: 3, width: 4)
    return ImageDataset(
        name: "numbered", shape: shape,
        pixels: .bytes((0..<count * shape.count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 24 &* 11) }),
        labels: (0..<count).map { Int32($0 % classes) }, classNames: (0..<classes).map { "class \($0)" },
        source: "test")
}

@Suite("ImageDataset") struct ImageDatasetTests {
    @Test func bytesAndFloatsGiveTheSameImages() {
        let bytes = numberedImages(4)
        let floats = ImageDataset(
            name: "floats", shape: bytes.shape, pixels: .floats((0..<4).flatMap { bytes.image($0) }),
            labels: bytes.labels, classNames: bytes.classNames, source: "test")
        for index in 0..<4 { #expect(floats.image(index) == bytes.image(index)) }
        #expect(bytes.image(0)[1] == 37.0 / 255)
    }

    @Test func selectionKeepsImagesWithTheirLabels() {
        let all = numberedImages(12)
        let some = all.selecting([7, 0, 7])
        #expect(some.labels == [2, 0, 2])
        #expect(some.image(0) == all.image(7) && some.image(1) == all.image(0) && some.image(2) == all.image(7))
        #expect(all.prefix(5).count == 5 && all.prefix(100).count == 12)
    }

    @Test func keepingClassesRenumbersThemInTheOrderGiven() {
        let kept = numberedImages(10).keeping(classes: [3, 1])
        #expect(kept.labels == [1, 0, 1, 0])
        #expect(kept.classNames == ["class 3", "class 1"])
        #expect(kept.image(1) == numberedImages(10).image(3))
    }

    @Test func randomLabelsAreUniformRepeatableAndLeaveTheImages() {
        let all = numberedImages(5000)
        let random = all.withRandomLabels(seed: 3)
        #expect(random.labels == all.withRandomLabels(seed: 3).labels)
        #expect(random.labels != all.withRandomLabels(seed: 4).labels)
        #expect(random.image(17) == all.image(17))
        // Five standard deviations of a binomial count with p = 1/5.
        for count in random.labelCounts { expectClose(Double(count), 1000, absolute: 5 * 28.3) }
        let agreeing = zip(random.labels, all.labels).count { $0 == $1 }
        expectClose(Double(agreeing), 1000, absolute: 5 * 28.3, "labels that stayed by chance")
    }

    @Test func anEmptyDataSetHasNoMoments() {
        #expect(numberedImages(0).channelMoments.allSatisfy { $0.mean.isNaN && $0.standardDeviation.isNaN })
    }

    @Test func channelMomentsAreThoseOfTheDefinition() {
        let all = numberedImages(9)
        let floats = ImageDataset(
            name: "floats", shape: all.shape, pixels: .floats((0..<9).flatMap { all.image($0) }), labels: all.labels,
            classNames: all.classNames, source: "test")
        for (channel, moments) in (all.channelMoments + floats.channelMoments).enumerated() {
            let channel = channel % 2
            let values = (0..<9).flatMap { all.image($0)[channel * 12..<channel * 12 + 12] }.map(Double.init)
            let mean = values.reduce(0, +) / 108
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 108
            expectClose(moments.mean, mean, relative: 1e-6)
            // image() rounds to Float, the moments of bytes do not.
            expectClose(moments.standardDeviation, variance.squareRoot(), relative: 1e-6)
        }
    }
}
