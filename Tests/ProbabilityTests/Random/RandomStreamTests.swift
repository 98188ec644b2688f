// SPDX-License-Identifier: Apache-2.0
// Streams: repeatable, independent by purpose and index, restored exactly, the same one by one and in bulk.

import Probability
import TestSupport
import Testing

@Suite("RandomStream") struct RandomStreamTests {
    @Test func namedPurposesAreAllDifferent() {
        #expect(Set(StreamPurpose.named.map(\.identifier)).count == StreamPurpose.named.count)
    }

    @Test func streamsDifferBySeedPurposeAndIndex() {
        var streams = [
            RandomStream(seed: 1, purpose: .noise), RandomStream(seed: 2, purpose: .noise),
            RandomStream(seed: 1 << 32, purpose: .noise), RandomStream(seed: 1, purpose: .shuffle),
            RandomStream(seed: 1, purpose: .noise, index: 1),
        ]
        let firstWords = streams.indices.map { streams[$0].nextUInt64() }
        #expect(Set(firstWords).count == streams.count)
    }

    @Test(arguments: 0..<9) func aRestoredStreamContinuesWithTheSameWords(taken: Int) throws {
        var stream = RandomStream(seed: 42, purpose: .noise, index: 3)
        for _ in 0..<taken { _ = stream.nextUInt32() }
        let saved = stream.state
        #expect(saved.position == UInt64(taken))
        let fromWords = try #require(RandomStream.State(words: saved.words))
        #expect(fromWords == saved)
        var restored = RandomStream(fromWords)
        for _ in 0..<50 { #expect(restored.nextUInt32() == stream.nextUInt32()) }
        #expect(restored.state == stream.state)
    }

    @Test func aStateNeedsThreeWords() {
        #expect(RandomStream.State(words: [1, 2]) == nil)
    }

    @Test(arguments: [0, 1, 2, 3], [0, 1, 2, 3, 4, 5, 33]) func bulkWordsEqualSingleWords(offset: Int, count: Int) {
        var single = RandomStream(seed: 5, purpose: .latent)
        for _ in 0..<offset { _ = single.nextUInt32() }
        var bulk = single
        var words = [UInt32](repeating: 0, count: count)
        words.withUnsafeMutableBufferPointer { bulk.fill($0) }
        #expect(words == words.map { _ in single.nextUInt32() })
        #expect(bulk.state == single.state)
    }

    @Test(arguments: [0, 1, 17]) func bulkNumbersEqualSingleNumbers(offset: Int) {
        var single = RandomStream(seed: 5, purpose: .latent)
        for _ in 0..<offset { _ = single.nextUInt32() }
        var bulk = single
        var floats = [Float](repeating: 0, count: 101)
        var doubles = [Double](repeating: 0, count: 101)
        bulk.fillUniform(&floats)
        #expect(floats == floats.map { _ in single.uniformFloat() })
        bulk.fillNormal(&floats)
        #expect(floats == floats.map { _ in single.normalFloat() })
        bulk.fillUniform(&doubles)
        #expect(doubles == doubles.map { _ in single.uniform() })
        bulk.fillNormal(&doubles)
        #expect(doubles == doubles.map { _ in single.normal() })
        #expect(bulk.state == single.state)
    }

    @Test func uniformNumbersHaveTheMomentsOfTheUniformDistribution() {
        var stream = RandomStream(seed: 1, purpose: "moments")
        let count = 200_000
        var numbers = [Float](repeating: 0, count: count)
        stream.fillUniform(&numbers)
        let mean = numbers.reduce(0) { $0 + Double($1) } / Double(count)
        let square = numbers.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
        #expect(numbers.allSatisfy { $0 > 0 && $0 < 1 })
        // Five standard errors: sd 1/sqrt(12) of u and 0.298 of u^2.
        expectClose(mean, 0.5, absolute: 5 * 0.2887 / Double(count).squareRoot(), "mean")
        expectClose(square, 1.0 / 3, absolute: 5 * 0.298 / Double(count).squareRoot(), "second moment")
    }

    @Test func normalNumbersHaveTheMomentsAndTailsOfTheNormalDistribution() {
        var stream = RandomStream(seed: 2, purpose: "moments")
        let count = 200_000
        var numbers = [Float](repeating: 0, count: count)
        stream.fillNormal(&numbers)
        // E z^k and five standard errors, sd(z^k) = sqrt(E z^2k - (E z^k)^2).
        for (power, expected, deviation) in [(1, 0.0, 1.0), (2, 1, 1.4143), (3, 0, 3.873), (4, 3, 9.798)] {
            let sum = numbers.reduce(0.0) { sum, z in
                var term = 1.0
                for _ in 0..<power { term *= Double(z) }
                return sum + term
            }
            expectClose(
                sum / Double(count), expected, absolute: 5 * deviation / Double(count).squareRoot(), "moment \(power)")
        }
        let beyond = numbers.reduce(0) { $0 + (abs($1) > 1.959_964 ? 1 : 0) }
        expectClose(Double(beyond) / Double(count), 0.05, absolute: 5 * 0.218 / Double(count).squareRoot(), "tails")
    }

    @Test func integersBelowABoundAreEquallyFrequent() {
        var stream = RandomStream(seed: 3, purpose: "integers")
        var counts = [Int](repeating: 0, count: 7)
        let draws = 70_000
        for _ in 0..<draws { counts[stream.integer(below: 7)] += 1 }
        let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
        // 99.99 % quantile of chi-square with 6 degrees of freedom.
        #expect(chiSquare < 27.9)
    }

    @Test func integersBelowAHugeBoundStayBelowAndAreNotBiased() {
        // Three quarters of the range: taking words modulo the bound would favour the lower third two to one.
        let bound = 3 << 61
        var stream = RandomStream(seed: 4, purpose: "integers")
        var inLowerThird = 0
        for _ in 0..<30_000 {
            let value = stream.integer(below: bound)
            #expect(value >= 0 && value < bound)
            if value < bound / 3 { inLowerThird += 1 }
        }
        // Five standard deviations of a binomial count.
        expectClose(Double(inLowerThird), 10_000, absolute: 5 * 81.7, "count in the lower third")
    }

    @Test func aPermutationContainsEveryNumberOnceAndReachesEveryOrder() {
        var stream = RandomStream(seed: 6, purpose: .shuffle)
        #expect(stream.permutation(count: 1000).sorted() == Array(0..<1000))
        #expect(stream.permutation(count: 0).isEmpty)
        var seen: [[Int]: Int] = [:]
        for _ in 0..<24_000 { seen[stream.permutation(count: 4), default: 0] += 1 }
        #expect(seen.count == 24)
        // 99.99 % quantile of chi-square with 23 degrees of freedom.
        let chiSquare = seen.values.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(chiSquare < 57)
    }

    @Test func theStandardLibraryCanDrawFromAStream() {
        var stream = RandomStream(seed: 7, purpose: "standard library")
        let rolls = (0..<600).map { _ in Int.random(in: 1...6, using: &stream) }
        #expect(Set(rolls) == Set(1...6))
    }

    @Test func truncatedNormalNumbersStayInsideAndHaveTheRightMean() {
        var stream = RandomStream(seed: 8, purpose: "truncated")
        let inside = (0..<20_000).map { _ in
            stream.truncatedNormal(mean: 1, standardDeviation: 2, lower: -3, upper: 5)
        }
        #expect(inside.allSatisfy { $0 >= -3 && $0 <= 5 })
        // Symmetric about the mean at two standard deviations: variance 0.7737 times 4.
        expectClose(inside.reduce(0, +) / 20_000, 1, absolute: 5 * 1.76 / 20_000.0.squareRoot(), "mean")
        // Far tail: z given z > 40 is 40 + an exponential number with rate 40.
        let far = (0..<20_000).map { _ in stream.truncatedNormal(lower: 40, upper: .infinity) }
        #expect(far.allSatisfy { $0 >= 40 && $0.isFinite })
        expectClose(far.reduce(0, +) / 20_000 - 40, 0.02497, relative: 5 / 20_000.0.squareRoot(), "mean beyond 40")
    }
}
