// SPDX-License-Identifier: Apache-2.0
// Built-in sets: repeatable, balanced, different by seed and part, and neither blank nor saturated.

import Datasets
import TestSupport
import Testing

@Suite("Built-in sets") struct SyntheticTests {
    static let names = allDatasets.filter { if case .builtIn = $0.origin { true } else { false } }.map(\.name)

    private func load(_ name: String, train: Int = 60, test: Int = 40, seed: UInt64 = 0) throws -> DatasetSplit {
        try loadDataset(named: name, DatasetRequest(trainCount: train, testCount: test, seed: seed))
    }

    private func pixels(_ dataset: ImageDataset) -> [[Float]] {
        (0..<dataset.count).map { dataset.image($0) }
    }

    @Test(arguments: names) func theSameSeedGivesTheSameImagesWhateverTheSize(name: String) throws {
        let small = try load(name)
        let large = try load(name, train: 75, test: 41)
        #expect(pixels(small.train) == pixels(large.train.prefix(60)))
        #expect(pixels(small.test) == pixels(large.test.prefix(40)))
    }

    @Test(arguments: names) func imagesDifferBySeedPartAndNumber(name: String) throws {
        let first = try load(name)
        let all = pixels(first.train) + pixels(first.test) + pixels(try load(name, seed: 1).train)
        #expect(Set(all).count == all.count)
    }

    @Test(arguments: names) func classesAreBalancedAndImagesHaveContent(name: String) throws {
        let split = try load(name)
        let kind = try datasetKind(named: name)
        #expect(split.train.labelCounts == [Int](repeating: 6, count: 10))
        #expect(split.train.shape == kind.shape && split.train.classNames == kind.classNames)
        for image in pixels(split.train) {
            let mean = image.reduce(0, +) / Float(image.count)
            let variance = image.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(image.count)
            #expect(mean > 0.01 && mean < 0.99 && variance.squareRoot() > 0.03)
        }
    }

    @Test func theDefaultSizesAreTenAndTwoThousand() throws {
        let split = try loadDataset(named: "glyphs", DatasetRequest(trainCount: 10))
        #expect(split.train.count == 10 && split.test.count == 2000)
    }

    @Test func nearestClassMeansSeparateGlyphsBetterThanChanceButNotWell() throws {
        // A weak linear classifier: far above the chance level of 10 %, far below what a network reaches.
        let split = try load("glyphs", train: 500, test: 200)
        var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
        for index in 0..<500 {
            let image = split.train.image(index)
            for pixel in image.indices { means[Int(split.train.labels[index])][pixel] += image[pixel] / 50 }
        }
        let right = (0..<200).count { index in
            let image = split.test.image(index)
            let distances = means.map { mean in zip(mean, image).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
            return distances.firstIndex(of: distances.min()!) == Int(split.test.labels[index])
        }
        #expect(right > 60 && right < 180, "\(right) of 200 right")
    }
}
