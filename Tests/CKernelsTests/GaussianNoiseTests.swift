// SPDX-License-Identifier: Apache-2.0
// Normal noise with its random words: known answers, every length, and what must not happen.

import CKernels
import Glibc
import TestSupport
import Testing

@Suite struct GaussianNoiseTests {
    static func words(_ count: Int, _ stream: elbo_random_words) -> [UInt32] {
        var stream = stream
        // One more element, that must stay as it is.
        var words = [UInt32](repeating: 7, count: count + 1)
        elbo_fill_random_words(&stream, &words, count)
        #expect(words.popLast() == 7)
        return words
    }

    struct Noise {
        var y: [Float]
        var slope: [Float]
    }

    static func noise(
        mean: [Float], variance: [Float], floor: Float = 1e-8, lowest: Float = -.infinity, _ stream: elbo_random_words
    ) -> Noise {
        var stream = stream
        var noise = Noise(
            y: Array(repeating: 7, count: mean.count + 1), slope: Array(repeating: 7, count: mean.count + 1))
        elbo_gaussian_noise_f32(&stream, mean, variance, floor, lowest, &noise.y, &noise.slope, mean.count)
        #expect(noise.y.popLast() == 7 && noise.slope.popLast() == 7)
        return noise
    }

    static let stream = elbo_random_words(seed: 0x1234_5678_9ABC_DEF0, purpose: 77, index: 3, block: 5)

    /// The known-answer vectors of the authors of Philox, as Tests/Golden/probability/philox.py prints them.
    @Test func wordsAreThoseOfPhilox() {
        let known: [(elbo_random_words, [UInt32])] = [
            (
                elbo_random_words(seed: 0, purpose: 0, index: 0, block: 0),
                [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]
            ),
            (
                elbo_random_words(seed: .max, purpose: .max, index: .max, block: .max),
                [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
            ),
            (
                elbo_random_words(
                    seed: 0x299F_31D0_A409_3822, purpose: 0x0370_7344, index: 0x1319_8A2E, block: 0x85A3_08D3_243F_6A88),
                [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
            ),
        ]
        for (stream, expected) in known { #expect(Self.words(4, stream) == expected) }
    }

    @Test(arguments: [0, 1, 3, 4, 63, 64, 65, 128, 1000])
    func anyLengthIsTheBeginningOfALongerOne(count: Int) {
        let whole = Self.words(1100, Self.stream)
        #expect(Self.words(count, Self.stream) == Array(whole.prefix(count)))
        // Blocks hold four words.
        var later = Self.stream
        later.block += 9
        #expect(Self.words(count, later) == Array(whole[36...].prefix(count)))
        #expect(Set(whole).count > 1090)
    }

    /// The quantile by bisection of the C library's distribution function.
    static func quantile(_ word: UInt32) -> Double {
        let u = (Double(word >> 1) + 0.5) * 0x1p-31
        var (low, high) = (-8.0, 8.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < u { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    @Test(arguments: [1, 15, 16, 17, 64, 65, 500], [false, true])
    func valuesAndSlopesFollowTheFormula(count: Int, rectified: Bool) {
        var numbers = TestNumbers(seed: UInt64(count))
        let mean: [Float] = numbers.list(count, in: -1...1)
        let variance: [Float] = numbers.list(count, in: 0...2)
        let floor = 1e-3
        let noise = Self.noise(
            mean: mean, variance: variance, floor: Float(floor), lowest: rectified ? 0 : -.infinity, Self.stream)
        for (index, word) in Self.words(count, Self.stream).enumerated() {
            let e = Self.quantile(word)
            let deviation = (Double(variance[index]) + floor).squareRoot()
            let value = Double(mean[index]) + deviation * e
            expectClose(Double(noise.y[index]), rectified ? max(0, value) : value, absolute: 4e-6 * (1 + abs(value)))
            expectClose(Double(noise.slope[index]), e / (2 * deviation), relative: 4e-6, absolute: 1e-6 / deviation)
        }
    }

    /// Four standard deviations of the sample moments of so many draws.
    @Test func drawsHaveTheMomentsOfTheNormalDistribution() {
        let count = 400_000
        let zeros = [Float](repeating: 0, count: count)
        let ones = [Float](repeating: 1, count: count)
        let draws = Self.noise(mean: zeros, variance: ones, floor: 0, Self.stream).y.map { Double($0) }
        func moment(_ power: Double) -> Double { draws.reduce(0) { $0 + pow($1, power) } / Double(count) }
        let root = Double(count).squareRoot()
        expectClose(moment(1), 0, absolute: 4 / root)
        expectClose(moment(2), 1, absolute: 4 * 2.0.squareRoot() / root)
        expectClose(moment(3), 0, absolute: 4 * 15.0.squareRoot() / root)
        expectClose(moment(4), 3, absolute: 4 * 96.0.squareRoot() / root)
        // Neighbours have nothing to do with each other.
        let product = (1..<count).reduce(0) { $0 + draws[$1] * draws[$1 - 1] } / Double(count)
        expectClose(product, 0, absolute: 4 / root)
    }

    @Test func roundingBelowZeroIsNoVarianceAndNaNStays() {
        let noise = Self.noise(
            mean: [1, 2, .nan, 3], variance: [-1e-3, 0, 1, .nan], floor: 1e-8, lowest: 0, Self.stream)
        expectClose(Double(noise.y[0]), 1, absolute: 1e-3)
        expectClose(Double(noise.y[1]), 2, absolute: 1e-3)
        #expect(noise.slope[0] == 0 && noise.slope[1].isFinite)
        #expect(noise.y[2].isNaN && noise.y[3].isNaN)
    }

    @Test func meanAndVarianceMayBeOverwritten() {
        let mean: [Float] = (0..<100).map { Float($0) / 10 }
        let variance: [Float] = (0..<100).map { Float($0) / 50 }
        let expected = Self.noise(mean: mean, variance: variance, Self.stream)
        var (y, slope, stream) = (mean, variance, Self.stream)
        y.withUnsafeMutableBufferPointer { y in
            slope.withUnsafeMutableBufferPointer { slope in
                elbo_gaussian_noise_f32(
                    &stream, y.baseAddress, slope.baseAddress, 1e-8, -.infinity, y.baseAddress, slope.baseAddress, 100)
            }
        }
        #expect(y == expected.y && slope == expected.slope)
    }
}
