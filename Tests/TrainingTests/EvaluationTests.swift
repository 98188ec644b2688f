// SPDX-License-Identifier: Apache-2.0
// Errors are counted as documented, and an evaluation in slices is the evaluation of the whole.

import Datasets
import Glibc
import TensorCore
import TestSupport
import Testing
import Training

@Suite struct EvaluationTests {
    @Test func theFirstOfEqualLogitsCounts() {
        let logits = Tensor(shape: [3, 3], scalars: [1, 1, 0, 0, 2, 2, 5, 5, 5])
        #expect(Evaluation.mistakes(logits, [0, 1, 0]) == 0)
        #expect(Evaluation.mistakes(logits, [1, 2, 2]) == 3)
        #expect(Evaluation.mistakes(logits, [0, 2, 0]) == 1)
    }

    /// Without a defined distribution over the classes there is no right answer, wherever the NaN stands.
    @Test(arguments: 0..<3, [0, 1, 2] as [Int32])
    func nanIsAMistake(place: Int, label: Int32) {
        var values: [Float] = [3, 2, 1]
        values[place] = .nan
        #expect(Evaluation.mistakes(Tensor(shape: [1, 3], scalars: values), [label]) == 1)
        #expect(Evaluation.mistakes(Tensor(shape: [1, 3], scalars: [.nan, .nan, .nan]), [label]) == 1)
    }

    @Test func infiniteLogitsAreOrdered() {
        let logits = Tensor(shape: [2, 2], scalars: [-.infinity, -3, .infinity, 3])
        #expect(Evaluation.mistakes(logits, [1, 0]) == 0)
    }

    /// 23 images of one pixel, whose value is the label's index over 255.
    private var images: ImageDataset {
        let labels = (0..<23).map { Int32($0 % 3) }
        return ImageDataset(
            name: "pixels", shape: ImageShape(channels: 1, height: 1, width: 1),
            pixels: .bytes((0..<23).map { UInt8($0 % 5) }), labels: labels, classNames: ["a", "b", "c"], source: "test")
    }

    /// Says class `pixel modulo 3` with the logit 2.
    private func logits(_ images: Tensor) -> Tensor {
        let rows = images.scalars().flatMap { pixel -> [Float] in
            let said = Int((pixel * 255).rounded()) % 3
            return (0..<3).map { $0 == said ? 2 : 0 }
        }
        return Tensor(shape: [images.shape[0], 3], scalars: rows)
    }

    @Test(arguments: [1, 4, 23, 100])
    func slicesGiveTheResultOfTheWhole(batch: Int) throws {
        let wrong = (0..<23).count { ($0 % 5) % 3 != $0 % 3 }
        let normalizer = log(exp(2.0) + 2)
        let crossEntropy = (Double(23 - wrong) * (normalizer - 2) + Double(wrong) * normalizer) / 23
        var whole = Evaluation(images.evaluationBatches(size: batch))
        let result = whole.finish(logits: logits)
        expectClose(result.error, 100 * Double(wrong) / 23, relative: 1e-12)
        expectClose(result.crossEntropy, crossEntropy, relative: 1e-6)

        var sliced = Evaluation(images.evaluationBatches(size: batch))
        var answer: Evaluation.Result?
        var slices = 0
        while answer == nil {
            answer = sliced.advance(batches: 2, logits: logits)
            slices += 1
        }
        #expect(answer == result)
        // The end is seen by looking for one batch more.
        #expect(slices == ((23 + batch - 1) / batch) / 2 + 1)
    }

    @Test func theCrossEntropyOfHopelessLogitsIsNotHidden() {
        var evaluation = Evaluation(images.evaluationBatches(size: 10))
        let result = evaluation.finish { Tensor.full([$0.shape[0], 3], .nan) }
        #expect(result.error == 100)
        #expect(result.crossEntropy.isNaN)
    }
}
