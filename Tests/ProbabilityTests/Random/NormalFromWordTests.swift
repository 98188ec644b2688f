// SPDX-License-Identifier: Apache-2.0
// The polynomial inverse in single precision against the inverse in double precision.

import TestSupport
import Testing

@testable import Probability

@Suite("Normal from word") struct NormalFromWordTests {
    @Test func agreesWithTheInverseDistributionFunctionOverTheWholeRange() {
        // Every power of two from both ends, and an even grid.
        var words: [UInt32] = [0, 1, 2, 3, .max, .max - 1, 0x7FFF_FFFF, 0x8000_0000]
        for shift in 2..<31 { words += [1 << shift, 3 << (shift - 1), ~(1 << shift), 0x7FFF_FFFF ^ (1 << shift)] }
        words += stride(from: UInt32(12_345), to: .max - 100_000, by: 94_307).map { $0 }
        var worst = 0.0
        for word in words {
            let u = (Double(word) + 0.5) * 0x1p-32
            let exact = inverseNormalCDF(u)
            let error = abs(Double(normalFromWord(word)) / exact - 1)
            if !(error <= worst) { worst = error }
        }
        #expect(worst < 6e-7, "worst relative error \(worst)")
    }

    @Test func isAntisymmetric() {
        for word in stride(from: UInt32(1), to: 0x7FFF_0000, by: 1_000_003) {
            #expect(normalFromWord(word) == -normalFromWord(~word))
        }
    }
}
