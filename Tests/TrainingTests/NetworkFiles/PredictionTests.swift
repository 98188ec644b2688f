// SPDX-License-Identifier: Apache-2.0
// What a network from a file says about images, against the logits themselves.

import EngineKit
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite(.serialized) struct PredictionTests {
    @Test func predictionsAreThoseOfTheLogits() throws {
        let file = sampleFile(0)
        let images = sampleImages(file.imageShape, count: 5)
        let logits = sampleLogits(file).scalars()
        var rows: [Prediction] = []
        let totals = file.predict(images, isLabelled: true, threads: 1) { rows.append($0) }
        var (mistakes, crossEntropy) = (0, 0.0)
        for (index, row) in rows.enumerated() {
            let own = logits[(index * 10)..<(index * 10 + 10)].map(Double.init)
            let place = own.firstIndex(of: own.max()!)!
            let sum = own.reduce(0) { $0 + exp($1) }
            #expect(row.index == index && row.label == index && row.predicted == place)
            expectClose(row.probability, exp(own[place]) / sum, relative: 1e-12)
            mistakes += place == index ? 0 : 1
            crossEntropy += log(sum) - own[index]
        }
        #expect(rows.count == 5 && totals.images == 5)
        #expect(totals.error == 20 * Double(mistakes))
        expectClose(try #require(totals.crossEntropy), crossEntropy / 5, relative: 1e-5)
        #expect(totals.seconds > 0)
    }

    @Test func withoutLabelsThereIsNoError() {
        let file = sampleFile(1)
        var labels: [Int?] = []
        let totals = file.predict(sampleImages(file.imageShape), isLabelled: false, threads: 1) {
            labels.append($0.label)
        }
        #expect(totals.error == nil && totals.crossEntropy == nil)
        #expect(labels == [nil, nil, nil, nil, nil])
    }

    @Test func theFirstOfEqualLogitsIsChosenAndNothingOverflows() {
        #expect(NetworkFile.largest([1, 3, 3]).place == 1)
        expectClose(NetworkFile.largest([1000, 1000, 0]).probability, 0.5)
        expectClose(NetworkFile.largest([-1000, -1001]).probability, 1 / (1 + exp(-1)), relative: 1e-12)
        #expect(NetworkFile.largest([0, .nan]).probability.isNaN)
    }
}
