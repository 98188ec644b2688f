// SPDX-License-Identifier: Apache-2.0
// Numbers from text: the fast way, the library and the words agree, and nothing else is a number.

import Testing

@testable import Diagnostics

/// The number in a text, by the reader of files.
private func read(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { number($0) }
}

@Suite("Numbers in files") struct NumberTextTests {
    @Test func roundsAsTheLibraryDoes() {
        var words = TestWords(seed: 12)
        for round in 0..<20_000 {
            let value =
                round.isMultiple(of: 2)
                ? Double(bitPattern: words.word())
                : (words.normal() * 1e6).rounded() * [1e-6, 1e-3, 1, 1e9][Int(words.word() % 4)]
            guard value.isFinite else { continue }
            let text = "\(value)"
            #expect(read(text)?.bitPattern == value.bitPattern, "\(text)")
            #expect(read("  \(text)\t")?.bitPattern == value.bitPattern, "\(text) with spaces")
        }
        for text in [
            "0.1", "-0", "+3.5", ".5", "5.", "1e22", "1e23", "1E-5", "9007199254740993",
            "123456789012345678901234567890",
            "0.000000000000000000000000000001", "2.2250738585072011e-308", "1e400", "1e-400", "0007", "1e+05", "1e0005",
        ] {
            #expect(read(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    @Test func wordsForNumbersThatAreNot() {
        for text in ["nan", "NaN", "NAN", "-nan", "NA"] { #expect(read(text)?.isNaN == true, "\(text)") }
        for text in ["inf", "Inf", "+inf", "Infinity"] { #expect(read(text) == .infinity, "\(text)") }
        for text in ["-inf", "-Infinity"] { #expect(read(text) == -.infinity, "\(text)") }
    }

    @Test func everythingElseIsNoNumber() {
        for text in [
            "", " ", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "1_000", "12abc", "--3", "nan(3)",
            "infinit",
            "1 2", "\u{661}", "1e5.5", String(repeating: "9", count: 500),
        ] {
            #expect(read(text) == nil, "\(text)")
        }
    }
}
