// SPDX-License-Identifier: Apache-2.0
// Random words as numbers: every length, the tails, and single numbers against arrays of them.

import CKernels
import Glibc
import TestSupport
import Testing

@Suite struct RandomNumberTests {
    /// Words of all kinds: zeros, ones, far tails, both borders of the middle, and many others.
    static let words: [UInt64] = {
        var words: [UInt64] = [0, 1 << 12, .max, 1 << 63, (1 << 63) - 1, 5 << 20, ~(7 << 24)]
        for fraction in [
            1e-14, 1.3e-11, 1.5e-11, 1e-9, 0.01, 0.0749, 0.0751, 0.3, 0.4999999, 0.5000001, 0.9249, 0.9251,
        ] {
            words.append(UInt64(fraction * 0x1p64))
        }
        var state: UInt64 = 9
        for _ in 0..<400 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            words.append(state ^ state >> 29)
        }
        return words
    }()

    /// The numbers that a kernel makes of words, which lie one element past a border of 64 bytes.
    static func numbers(_ words: [UInt64], _ kernel: (UnsafeMutablePointer<Double>?, Int) -> Void) -> [Double] {
        unaligned([], outputCount: words.count, initial: words.map { Double(bitPattern: $0) }) {
            kernel($1, words.count)
        }
    }

    static func uniform(_ word: UInt64) -> Double { (Double(word >> 12) + 0.5) * 0x1p-52 }

    @Test func lengthsAreExactAndNumbersDoNotDependOnTheirPlace() {
        let uniforms = Self.numbers(Self.words, elbo_uniform_numbers_f64)
        let normals = Self.numbers(Self.words, elbo_normal_numbers_f64)
        for count in Array(0...40) + [63, 64, 65, 129] {
            for first in [0, 3, 8] {
                let part = Array(Self.words[first..<first + count])
                #expect(Self.numbers(part, elbo_uniform_numbers_f64) == Array(uniforms[first..<first + count]))
                #expect(Self.numbers(part, elbo_normal_numbers_f64) == Array(normals[first..<first + count]))
            }
        }
        #expect(uniforms == Self.words.map(Self.uniform))
        #expect(normals == Self.words.map { elbo_normal_number_f64($0) })
        #expect(uniforms.allSatisfy { $0 > 0 && $0 < 1 })
    }

    /// An error of z changes Phi by phi times as much.
    @Test func normalNumbersAreTheQuantiles() {
        for (word, z) in zip(Self.words, Self.numbers(Self.words, elbo_normal_numbers_f64)) {
            let u = Self.uniform(word)
            let root = 2.0.squareRoot()
            let density = exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
            let difference =
                abs(z) < 0.6
                ? 0.5 * erf(z / root) - (u - 0.5)
                : 0.5 * erfc(abs(z) / root) - (u < 0.5 ? u : 1 - u)
            // The C library's error functions are not better than this either.
            expectClose(difference / density, 0, absolute: 2e-15 * max(abs(z), 1e-3), "word \(word)")
        }
        let ends = Self.numbers([0, .max], elbo_normal_numbers_f64)
        expectClose(ends[0], -8.2095361516013874, relative: 1e-15)
        #expect(ends[1] == -ends[0])
    }

    @Test func singlePrecisionFollowsTheDouble() {
        let words = Self.words.map { UInt32(truncatingIfNeeded: $0 >> 20) } + [0, .max, 1 << 31, 1 << 31 - 1, 77, ~77]
        let whole = unaligned([], outputCount: words.count, initial: words.map { Float(bitPattern: $0) }) {
            elbo_normal_numbers_f32($1, words.count)
        }
        for (word, z) in zip(words, whole) {
            // The middle of all doubles whose upper bits are this word.
            let exact = elbo_normal_number_f64(UInt64(word) << 32 | 1 << 31)
            expectClose(Double(z), exact, relative: 1e-6, "word \(word)")
        }
        for count in 0...40 {
            let part = unaligned([], outputCount: count, initial: words.prefix(count).map { Float(bitPattern: $0) }) {
                elbo_normal_numbers_f32($1, count)
            }
            #expect(part == Array(whole.prefix(count)))
        }
    }

    @Test func streamsGiveTheSameWordsOnTheCallingThread() {
        var stream = elbo_random_words(seed: 0x1234_5678_9ABC_DEF0, purpose: 77, index: 3, block: 5)
        var expected = [UInt32](repeating: 0, count: 5000)
        elbo_fill_random_words(&stream, &expected, 5000)
        for count in Array(0...130) + [5000] {
            var words = [UInt32](repeating: 7, count: count + 1)
            elbo_stream_words(&stream, &words, count)
            #expect(words.popLast() == 7)
            #expect(words == Array(expected.prefix(count)))
        }
    }
}
