// SPDX-License-Identifier: Apache-2.0
// The quick bootstrap of all scores gives what resampling objects and scoring them anew gives.

import Probability
import TestSupport
import Testing

@testable import Diagnostics

@Suite struct ScoreIntervalTests {
    /// Objects whose confidence means something, with ties among the entropies.
    private static let objects: JudgedObjects = {
        var stream = RandomStream(seed: 5, purpose: .initialization)
        func uniform() -> Double { Double(stream.nextUInt64() >> 11) / Double(1 << 53) }
        var objects = JudgedObjects()
        for _ in 0..<60 {
            let confidence = 0.3 + 0.7 * uniform()
            objects.confidences.append(confidence)
            objects.isCorrect.append(uniform() < confidence)
            objects.losses.append(uniform())
            objects.entropies.append((10 * uniform()).rounded() / 10)
        }
        objects.outsideEntropies = (0..<40).map { _ in (15 * uniform()).rounded() / 10 }
        return objects
    }()

    private func words(_ seed: UInt64) -> () -> UInt64 {
        var stream = RandomStream(seed: seed, purpose: .initialization)
        return { stream.nextUInt64() }
    }

    @Test func insideScoresAreThoseOfResampledObjects() throws {
        var objects = Self.objects
        objects.outsideEntropies = []
        let quick = ScoreIntervals(objects, repeats: 50, words: words(1))
        #expect(quick.areaUnderROC == nil)
        func naive(_ statistic: @escaping ([Int]) -> Double) throws -> [Double] {
            let interval = BootstrapInterval(objectCount: 60, repeats: 50, words: words(1)) { .value(statistic($0)) }
            return [try #require(interval.lower.value), try #require(interval.upper.value)]
        }
        let error = try naive { indices in Double(indices.count { !objects.isCorrect[$0] }) / 60 }
        let loss = try naive { indices in indices.reduce(0) { $0 + objects.losses[$1] } / 60 }
        let calibration = try naive { indices in
            Calibration(
                confidences: indices.map { objects.confidences[$0] }, isCorrect: indices.map { objects.isCorrect[$0] }
            ).expectedError.value ?? .nan
        }
        for (interval, expected) in [
            (quick.error, error), (quick.negativeLogLikelihood, loss), (quick.calibrationError, calibration),
        ] {
            let interval = try #require(interval)
            expectClose(interval.lower, expected[0], relative: 1e-12, "lower")
            expectClose(interval.upper, expected[1], relative: 1e-12, "upper")
            #expect(interval.lower < interval.upper)
        }
    }

    @Test func areasAreThoseOfResampledGroups() throws {
        let objects = Self.objects
        let quick = try #require(ScoreIntervals(objects, repeats: 30, words: words(2)).areaUnderROC)
        let next = words(2)
        let areas = (0..<30).map { _ in
            let inside = (0..<60).map { _ in objects.entropies[randomIndex(below: 60, next)] }
            let outside = (0..<40).map { _ in objects.outsideEntropies[randomIndex(below: 40, next)] }
            return Detection(inDomain: inside, outOfDomain: outside).areaUnderROC.value ?? .nan
        }
        let order = SortedOrder(areas)
        expectClose(quick.lower, order.quantile(0.025), relative: 1e-12, "lower")
        expectClose(quick.upper, order.quantile(0.975), relative: 1e-12, "upper")
    }

    @Test func nothingIsSaidWhereTheScoresAreUndefined() {
        #expect(ScoreIntervals(JudgedObjects(), words: words(1)).error == nil)
        var objects = Self.objects
        objects.losses[3] = .infinity
        let infinite = ScoreIntervals(objects, repeats: 20, words: words(1))
        #expect(infinite.negativeLogLikelihood == nil && infinite.error != nil)
        objects.entropies[0] = .nan
        #expect(ScoreIntervals(objects, repeats: 5, words: words(1)).areaUnderROC == nil)
        objects.confidences[0] = .nan
        #expect(ScoreIntervals(objects, repeats: 5, words: words(1)).calibrationError == nil)
    }
}
