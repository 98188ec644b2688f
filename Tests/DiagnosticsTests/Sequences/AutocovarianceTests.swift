// SPDX-License-Identifier: Apache-2.0
// Lagged products by Fourier transform against the plain sums.

import TestSupport
import Testing

@testable import Diagnostics

/// The definition, term by term.
private func plainLaggedProducts(_ matrix: ChainMatrix, centres: [Double], lags: Int) -> [Double] {
    (0..<lags).map { lag in
        var sum = 0.0
        for sequence in 0..<matrix.count {
            let values = Array(matrix[sequence])
            for t in 0..<values.count - lag {
                sum += (values[t] - centres[sequence]) * (values[t + lag] - centres[sequence])
            }
        }
        return sum
    }
}

@Suite("Autocovariance") struct AutocovarianceTests {
    @Test(arguments: [(1, 1), (1, 2), (2, 3), (3, 7), (5, 64), (4, 65), (7, 129)])
    func transformedSumsAreThePlainOnes(count: Int, length: Int) {
        var words = TestWords(seed: 5)
        let matrix = ChainMatrix(
            (0..<count * length).map { _ in words.normal() }, count: count, length: length)
        let centres = (0..<count).map { _ in words.normal() }
        let plain = plainLaggedProducts(matrix, centres: centres, lags: length)
        for lags in [1, (length + 3) / 4, length] {
            let products = matrix.laggedProducts(centres: centres, atLeast: lags)
            #expect(products.count >= lags && products.count <= length)
            expectClose(
                products, Array(plain.prefix(products.count)), absolute: 1e-13 * plain[0], "\(lags) lags")
        }
    }

    @Test(arguments: [1, 2, 4, 32, 1024]) func transformForthAndBackReversesTime(size: Int) {
        var words = TestWords(seed: 6)
        let start = (0..<size).map { _ in words.normal() }
        var (real, imaginary) = (start, [Double](repeating: 0, count: size))
        let plan = FourierPlan.plan(size: size)
        plan.scramble(&real, &imaginary)
        plan.unscramble(&real, &imaginary)
        // Two forward transforms give the numbers at the negative times, times the size.
        for t in 0..<size {
            expectClose(real[t] / Double(size), start[(size - t) % size], absolute: 1e-14, "time \(t) of \(size)")
            expectClose(imaginary[t] / Double(size), 0, absolute: 1e-14, "imaginary part at \(t) of \(size)")
        }
    }

    @Test func noSequencesHaveNoProducts() {
        #expect(ChainMatrix([], count: 0, length: 4).laggedProducts(centres: [], atLeast: 3) == [0, 0, 0])
    }
}
