// SPDX-License-Identifier: Apache-2.0
// The data of a run: limits, labels, and the published recipe for colour images against plain loops.

import Datasets
import EngineKit
import Probability
import TestSupport
import Testing
import Training

@Suite struct ClassifierDataTests {
    private func load(
        _ keys: KeyValuePairs<String, Setting.Value>, seed: UInt64 = 3
    ) throws -> ClassifierData {
        let settings = section(keys)
        let selection = DataSelection(settings)
        try #require(settings.finish() == [])
        return try ClassifierData(
            selection, EngineContext(seed: seed, threads: 1, dataDirectories: [], emit: { _ in }))
    }

    @Test func dataIsLoadedAsSelectedAndRandomLabelsAreTrainingLabelsOnly() throws {
        func load(_ labels: String) throws -> ClassifierData {
            try self.load([
                "trainingLimit": .integer(60), "testLimit": .integer(30), "labels": .string(labels),
            ])
        }
        let (plain, random) = (try load("given"), try load("random"))
        #expect(plain.train.count == 60 && plain.test.count == 30)
        #expect(plain.imageShape == [1, 28, 28])
        #expect(random.train.labels != plain.train.labels)
        #expect(random.test.labels == plain.test.labels)
        #expect(random.train.image(7) == plain.train.image(7))
        #expect(plain.testBatches.reduce(0) { $0 + $1.count } == 30)
        #expect(plain.trainingBatches(size: 25, firstEpoch: 2).position == BatchPosition(epoch: 2, batch: 0))
    }

    @Test func imagesHeldOutAreTestedOnAndNotTrainedOn() throws {
        let whole = try load([:])
        let count = whole.train.count
        let data = try load(["holdOut": .integer(400), "trainingLimit": .integer(900), "testLimit": .integer(300)])
        #expect(data.train.count == 900 && data.test.count == 300)
        #expect(data.train.image(899) == whole.train.image(899))
        #expect(data.test.image(0) == whole.train.image(count - 400))
        #expect(data.test.labels == Array(whole.train.labels[(count - 400)..<(count - 100)]))
        #expect(throws: EngineError.self) { try load(["holdOut": .integer(count)]) }
    }

    @Test func drawnClassesAndTheOthersShareNothing() throws {
        let whole = try load([:])
        let keys: KeyValuePairs<String, Setting.Value> = [
            "randomClasses": .integer(4), "classSeed": .integer(3), "holdOut": .integer(100),
        ]
        let data = try load(keys)
        let selection = DataSelection(section(keys))
        let kept = try #require(selection.classes.classes(of: 10, seed: 99))
        let others = selection.classes.others(of: 10, seed: 99)
        #expect(kept.count == 4 && kept == kept.sorted() && (kept + others).sorted() == Array(0..<10))
        #expect(data.classes == 4 && data.test.count == 100)
        // The first training image that is kept, and the last one of the other classes.
        let first = try #require(whole.train.labels.firstIndex { kept.contains(Int($0)) })
        #expect(data.train.image(0) == whole.train.image(first))
        let context = EngineContext(seed: 3, threads: 1, dataDirectories: [], isResuming: false, emit: { _ in })
        let outside = try ClassifierData.otherTestImages(selection, context)
        let last = try #require(whole.train.labels.lastIndex { others.contains(Int($0)) })
        #expect(outside.count == 100 && outside.image(99) == whole.train.image(last))
        // Without a seed of their own they follow the run's.
        let free = ClassSelection.random(count: 4, seed: nil)
        #expect(Set((0..<20).map { free.classes(of: 10, seed: $0) }).count > 10)
        #expect(free.classes(of: 10, seed: 3) == kept)
        #expect(throws: EngineError.self) { try ClassifierData.otherTestImages(DataSelection(section([:])), context) }
        for (wrong, key) in [
            (["randomClasses": .integer(11)], "randomClasses"), (["classSeed": .integer(1)], "classSeed"),
            (
                ["randomClasses": .integer(2), "classes": .array([Setting(.integer(1), line: 1)])], "randomClasses"
            ),
        ] as [(KeyValuePairs<String, Setting.Value>, String)] {
            let settings = section(wrong)
            _ = DataSelection(settings)
            #expect(settings.finish().map(\.key).contains(key))
        }
    }

    @Test func chosenClassesTakeTheirPlacesInOrder() throws {
        let whole = try load([:])
        let chosen = Setting.Value.array([7, 2].map { Setting(.integer($0), line: 1) })
        let data = try load(["classes": chosen, "trainingLimit": .integer(90), "testLimit": .integer(40)])
        #expect(data.classes == 2 && data.train.count == 90 && data.test.count == 40)
        let places = whole.train.labels.indices.filter { [7, 2].contains(whole.train.labels[$0]) }
        #expect(data.train.labels == places.prefix(90).map { whole.train.labels[$0] == 7 ? 0 : 1 })
        #expect(data.train.image(89) == whole.train.image(places[89]))
        let held = try load(["classes": chosen, "holdOut": .integer(30), "trainingLimit": .integer(20)])
        #expect(held.train.count == 20 && held.test.count == 30)
        #expect(held.test.image(29) == whole.train.image(places[places.count - 1]))
        for wrong in [[], [1, 1], [10]] {
            let settings = section(["classes": .array(wrong.map { Setting(.integer($0), line: 1) })])
            _ = DataSelection(settings)
            #expect(settings.finish().map(\.key) == ["classes"], "\(wrong)")
        }
    }

    /// The seed of the labels is their own, so that runs with other first weights learn the same ones.
    @Test func randomLabelsAreUniformAndFollowTheirOwnSeed() throws {
        func labels(_ labelSeed: Int?, seed: UInt64) throws -> [Int32] {
            let count = Setting.Value.integer(5000)
            let data =
                try labelSeed.map {
                    try load(
                        ["trainingLimit": count, "labels": .string("random"), "labelSeed": .integer($0)], seed: seed)
                } ?? load(["trainingLimit": count, "labels": .string("random")], seed: seed)
            return data.train.labels
        }
        let first = try labels(8, seed: 1)
        #expect(try labels(8, seed: 2) == first)
        #expect(try labels(9, seed: 1) != first)
        #expect(try labels(nil, seed: 8) == first)
        #expect(try labels(nil, seed: 1) != first)
        // 500 of each; the deviation of a binomial count is 21.
        let counts = (0..<10).map { label in first.count { $0 == label } }
        #expect(counts.allSatisfy { abs($0 - 500) < 100 }, "\(counts)")
        // Given labels take turns; a tenth of the random ones agrees by chance.
        let agreeing = first.indices.count { first[$0] == Int32($0 % 10) }
        #expect(abs(agreeing - 500) < 100, "\(agreeing)")
    }

    /// Pad by 2 and crop, flip, brightness ±63/255, contrast 0.2…1.8 about each channel's mean, then each image to mean 0
    /// and deviation 1, written out once more with a padded copy and with Doubles.
    private func reference(_ image: [Float], _ stream: inout RandomStream) -> [Double] {
        var padded = [[[Double]]](
            repeating: Array(repeating: Array(repeating: 0, count: 36), count: 36), count: 3)
        for c in 0..<3 {
            for y in 0..<32 { for x in 0..<32 { padded[c][y + 2][x + 2] = Double(image[(c * 32 + y) * 32 + x]) } }
        }
        let top = Int(stream.uniformFloat() * 5)
        let left = Int(stream.uniformFloat() * 5)
        let isFlipped = stream.nextUInt32() >> 31 == 1
        let brightness = Double(63.0 / 255) * (2 * Double(stream.uniformFloat()) - 1)
        let contrast = 0.2 + 1.6 * Double(stream.uniformFloat())
        var result: [Double] = []
        for c in 0..<3 {
            var channel: [Double] = []
            for y in 0..<32 {
                let row = Array(padded[c][top + y][left..<left + 32])
                channel += isFlipped ? row.reversed() : row
            }
            let bright = channel.map { $0 + brightness }
            let mean = bright.reduce(0, +) / 1024
            result += bright.map { (255 * ($0 - mean)) * contrast + 255 * mean }
        }
        return standardized(result)
    }

    /// As TensorFlow standardises images on the scale 0…255.
    private func standardized(_ image: [Double]) -> [Double] {
        let count = Double(image.count)
        let mean = image.reduce(0, +) / count
        let variance = image.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let deviation = max(variance.squareRoot(), 1 / count.squareRoot())
        return image.map { ($0 - mean) / deviation }
    }

    @Test func theRecipeForColourImagesEqualsItsPlainForm() throws {
        let data = try load([
            "name": .string("shapes"), "trainingLimit": .integer(60), "testLimit": .integer(10),
            "augmentation": .string("cifar"),
        ])
        var crops: Set<[Int]> = []
        for epoch in 0..<2 {
            let batches = data.trainingBatches(size: 25, firstEpoch: epoch)
            var seen = 0
            while seen < 60 {
                let batch = batches.nextBatch()
                for (place, index) in batch.indices.enumerated() {
                    var stream = RandomStream(seed: 3, purpose: .augmentation, index: UInt32(epoch))
                    stream.seek(to: UInt64(index) * 64)
                    var look = stream
                    crops.insert([Int(look.uniformFloat() * 5), Int(look.uniformFloat() * 5)])
                    let expected = reference(data.train.image(index), &stream)
                    let image = batch.images[place * 3072..<(place + 1) * 3072]
                    expectClose(image.map(Double.init), expected, absolute: 2e-4, "image \(index)")
                }
                seen += batch.count
            }
        }
        // 120 draws of 25 crops.
        #expect(crops.count > 20)
        for batch in data.testBatches {
            for (place, index) in batch.indices.enumerated() {
                let expected = standardized(data.test.image(index).map { 255 * Double($0) })
                let image = batch.images[place * 3072..<(place + 1) * 3072]
                expectClose(image.map(Double.init), expected, absolute: 2e-4, "test image \(index)")
            }
        }
    }

    @Test(arguments: ["cifar", "reflected-crop"])
    func changedImagesAreTheSameAgainFromAnyPosition(augmentation: String) throws {
        let keys: KeyValuePairs<String, Setting.Value> = [
            "name": .string("shapes"), "trainingLimit": .integer(30), "testLimit": .integer(1),
            "augmentation": .string(augmentation),
        ]
        let first = try load(keys).trainingBatches(size: 8)
        let batches = (0..<9).map { _ in first.nextBatch() }
        let second = try load(keys).trainingBatches(size: 8)
        for position in [6, 3] {
            second.position = batches[position].position
            for batch in batches[position...] {
                let again = second.nextBatch()
                #expect(again.images == batch.images && again.labels == batch.labels)
            }
        }
        // The same image looks different in another epoch.
        func look(_ batches: ArraySlice<Batch>) -> [Float] {
            for batch in batches {
                if let place = batch.indices.firstIndex(of: 5) {
                    return Array(batch.images[place * 3072..<(place + 1) * 3072])
                }
            }
            return []
        }
        #expect(look(batches[..<4]) != look(batches[4..<8]) && !look(batches[..<4]).isEmpty)
    }
}
