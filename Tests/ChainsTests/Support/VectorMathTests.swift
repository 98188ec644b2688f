// SPDX-License-Identifier: Apache-2.0
// The quick exponential and logarithm against those of the library.

import RealModule
import TestSupport
import Testing

@testable import Chains

@Suite("Vector math") struct VectorMathTests {
    @Test func exponentialAgreesWithTheLibrary() {
        var numbers = TestNumbers(seed: 1)
        let trials = numbers.numbers(4000, in: -700...700) + numbers.numbers(4000) + [0, -700, 700, 0.5, -0.5, 1e-300]
        for x in trials { expectClose(exponential(Four(repeating: x))[2], .exp(x), relative: 5e-16, "exp \(x)") }
        // No infinity, no zero, and NaN stays.
        let smallest = exponential(Four(repeating: -700))
        #expect(exponential(Four(-1e300, -.infinity, -701, -700)) == smallest)
        #expect(exponential(Four(repeating: .nan))[1].isNaN)
    }

    @Test func logarithmAgreesWithTheLibrary() {
        var numbers = TestNumbers(seed: 2)
        let trials =
            numbers.numbers(4000, in: -690...690).map { Double.exp($0) } + numbers.numbers(4000, in: 0.5...2)
            + [1, 2, 0.5, 0x1p-1022, 1e308, 1 + 0x1p-52, 1 - 0x1p-53, 0.5.squareRoot(), 2.0.squareRoot()]
        for x in trials {
            expectClose(logarithm(Four(repeating: x))[3], .log(x), relative: 5e-16, absolute: 2e-16, "log \(x)")
        }
    }

    @Test func lanesAreIndependent() {
        let x = Four(0.1, -3, 20, -50)
        for lane in 0..<4 { #expect(exponential(x)[lane] == exponential(Four(repeating: x[lane]))[0]) }
    }

    @Test func choleskyFactorsAndInverts() throws {
        let matrix = [4, 2, -1, 2, 5, 0.5, -1, 0.5, 3]
        let factor = try #require(choleskyFactor(matrix, dimension: 3))
        let back = inverse(fromFactor: factor, dimension: 3)
        for row in 0..<3 {
            for column in 0..<3 {
                let product = (0..<3).reduce(0) { $0 + matrix[row * 3 + $1] * back[$1 * 3 + column] }
                expectClose(product, row == column ? 1 : 0, absolute: 1e-14)
            }
        }
        // determinant: 4 (15 - 0.25) - 2 (6 + 0.5) - (1 + 5) = 40
        expectClose(2 * halfLogDeterminant(factor, dimension: 3), .log(40), absolute: 1e-14)
        #expect(choleskyFactor([1, 2, 2, 1], dimension: 2) == nil)
        #expect(choleskyFactor([1, .nan, .nan, 1], dimension: 2) == nil)
        #expect(choleskyFactor([.infinity, 0, 0, 1], dimension: 2) == nil)
    }
}
