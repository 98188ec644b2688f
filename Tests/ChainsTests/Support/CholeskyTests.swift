// SPDX-License-Identifier: Apache-2.0
// Cholesky factors: back to the matrix, and which matrices have none.

import RealModule
import TestSupport
import Testing

@testable import Chains

@Suite("Cholesky factors") struct CholeskyTests {
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
