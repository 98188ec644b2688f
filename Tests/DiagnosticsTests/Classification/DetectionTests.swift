// SPDX-License-Identifier: Apache-2.0
// Detection, distribution functions, the Kolmogorov-Smirnov test and the bootstrap where the answer is known.

import Foundation
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Detection and distributions") struct DetectionTests {
    @Test func perfectUselessAndReversedScores() {
        let perfect = Detection(inDomain: [1, 2, 3], outOfDomain: [4, 5])
        #expect(perfect.areaUnderROC == .value(1) && perfect.areaUnderPrecisionRecall == .value(1))
        #expect(perfect.falsePositiveRate() == .value(0))
        let reversed = Detection(inDomain: [4, 5], outOfDomain: [1, 2, 3])
        #expect(reversed.areaUnderROC == .value(0) && reversed.falsePositiveRate() == .value(1))
        // All scores equal: one operating point, no knowledge.
        let useless = Detection(inDomain: [7, 7, 7], outOfDomain: [7])
        #expect(useless.areaUnderROC == .value(0.5) && useless.areaUnderPrecisionRecall == .value(0.25))
        #expect(useless.falsePositiveRate() == .value(1))
        #expect(useless.falsePositiveRate(atTruePositiveRate: 0) == .value(0))
    }

    @Test func areaIsTheShareOfOrderedPairs() {
        var words = TestWords(seed: 41)
        let inside = (0..<57).map { _ in Double(words.word() % 9) }
        let outside = (0..<43).map { _ in Double(words.word() % 9) + 1 }
        var ordered = 0.0
        for negative in inside {
            for positive in outside { ordered += positive > negative ? 1 : positive == negative ? 0.5 : 0 }
        }
        let detection = Detection(inDomain: inside, outOfDomain: outside)
        expectClose(detection.areaUnderROC.value ?? .nan, ordered / Double(57 * 43), relative: 1e-14)
        // Increasing functions of the score change nothing.
        #expect(
            Detection(inDomain: inside.map(exp), outOfDomain: outside.map(exp)).areaUnderROC == detection.areaUnderROC)
        let curve = detection.curve
        #expect(curve.first?.falsePositiveRate == 0 && curve.first?.truePositiveRate == 0)
        #expect(curve.last?.falsePositiveRate == 1 && curve.last?.truePositiveRate == 1)
    }

    @Test func infiniteScoresAreOrderedAndNaNIsNot() {
        let detection = Detection(inDomain: [-.infinity, 0], outOfDomain: [1, .infinity])
        #expect(detection.areaUnderROC == .value(1))
        let broken = Detection(inDomain: [.nan, 0], outOfDomain: [1])
        #expect(broken.areaUnderROC.reason == .notFinite && broken.curve.isEmpty)
        for empty in [Detection(inDomain: [], outOfDomain: [1]), Detection(inDomain: [1], outOfDomain: [])] {
            #expect(empty.areaUnderROC.reason == .empty && empty.areaUnderPrecisionRecall.reason == .empty)
            #expect(empty.falsePositiveRate().reason == .empty)
        }
    }

    @Test func sharesAreThoseAtMostTheThreshold() {
        let distribution = EmpiricalDistribution([3, 1, 2, 2, -.infinity])
        #expect(distribution.share(atMost: -10) == .value(0.2))
        #expect(distribution.share(atMost: 2) == .value(0.8))
        #expect(distribution.share(atMost: 1.999) == .value(0.4))
        #expect(distribution.share(atMost: 3) == .value(1))
        #expect(distribution.share(atMost: .nan).reason == .notFinite)
        let curve = distribution.curve(over: 0...3, count: 4)
        #expect(curve.thresholds == [0, 1, 2, 3] && curve.shares == [0.2, 0.4, 0.8, 1])
        #expect(EmpiricalDistribution([]).share(atMost: 0).reason == .empty)
        #expect(EmpiricalDistribution([1, .nan]).share(atMost: 0).reason == .notFinite)
        #expect(EmpiricalDistribution([]).curve(over: 0...1, count: 2).shares.isEmpty)
    }

    @Test func testOfEqualAndOfDisjointSamples() {
        let (low, high) = (EmpiricalDistribution([1, 2, 3]), EmpiricalDistribution([4, 5, 6]))
        let equal = KolmogorovSmirnov(low, low)
        #expect(equal.distance == .value(0) && equal.pValue == .value(1))
        // Of the 20 orders of three and three numbers two are disjoint.
        let disjoint = KolmogorovSmirnov(low, high)
        #expect(disjoint.distance == .value(1))
        expectClose(disjoint.pValue.value ?? .nan, 0.1, relative: 1e-14)
        #expect(KolmogorovSmirnov(low, EmpiricalDistribution([])).pValue.reason == .empty)
        #expect(KolmogorovSmirnov(EmpiricalDistribution([.nan]), low).distance.reason == .notFinite)
    }

    @Test func exactProbabilityApproachesTheLimit() {
        for distance in [0.03, 0.06] {
            let count = 2000
            let exact = KolmogorovSmirnov.exactProbability(atLeast: Int(distance * 2000) * count, count, count)
            let limit = KolmogorovSmirnov.limitProbability((Double(count) / 2).squareRoot() * distance)
            expectClose(exact, limit, relative: 0.05, "distance \(distance)")
        }
        // Beyond the affordable number of pairs the limit is used.
        let many = (0..<2100).map(Double.init)
        let large = KolmogorovSmirnov(
            EmpiricalDistribution(many), EmpiricalDistribution(many.map { $0 + 105 }))
        expectClose(large.distance.value ?? .nan, 0.05, relative: 1e-14)
        expectClose(
            large.pValue.value ?? .nan, KolmogorovSmirnov.limitProbability(1050.0.squareRoot() * 0.05), relative: 1e-12)
    }

    @Test func bootstrapOfAMeanIsItsStandardError() throws {
        var words = TestWords(seed: 51)
        let numbers = (0..<400).map { _ in words.normal() }
        let interval = BootstrapInterval(objectCount: 400, repeats: 2000, level: 0.9, words: { words.word() }) {
            indices in
            .value(indices.reduce(0) { $0 + numbers[$1] } / 400)
        }
        let moments = Moments(numbers)
        let error = 1.6448536 * (moments.variance / 400).squareRoot()
        expectClose(try #require(interval.lower.value), moments.mean - error, absolute: 0.1 * error)
        expectClose(try #require(interval.upper.value), moments.mean + error, absolute: 0.1 * error)
        #expect(interval.undefinedCount == 0)
    }

    @Test func bootstrapRepeatsWithTheSameWordsAndCountsWhatIsUndefined() {
        func interval(_ seed: UInt64) -> BootstrapInterval {
            var words = TestWords(seed: seed)
            return BootstrapInterval(objectCount: 5, repeats: 100, words: { words.word() }) { indices in
                indices.contains(0) ? .value(Double(indices.count { $0 == 0 })) : .undefined(.empty)
            }
        }
        #expect(interval(1) == interval(1) && interval(1) != interval(2))
        #expect((10...60).contains(interval(1).undefinedCount))
        var words = TestWords(seed: 1)
        let never = BootstrapInterval(objectCount: 3, repeats: 10, words: { words.word() }) { _ in .undefined(.constant)
        }
        #expect(never.lower.reason == .constant && never.undefinedCount == 10)
        let none = BootstrapInterval(objectCount: 0, words: { words.word() }) { _ in .value(1) }
        #expect(none.upper.reason == .empty)
    }
}
