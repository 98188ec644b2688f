// SPDX-License-Identifier: Apache-2.0
// The beta distribution function and its inverse against 50-digit values (Tests/Golden/probability/incomplete_beta.py)
// and their laws.

import Probability
import TestSupport
import Testing

@Suite("Incomplete beta function") struct IncompleteBetaTests {
    @Test func agreesWithHighPrecisionValues() throws {
        let rows = try goldenTable("incomplete_beta.tsv")
        #expect(rows.count > 140)
        for cells in rows {
            let (argument, a, b, expected) = (
                Double(cells[1])!, Double(cells[2])!, Double(cells[3])!, Double(cells[4])!
            )
            let what = "\(cells[0]) of \(argument) for \(a), \(b)"
            if cells[0] == "function" {
                // The rounding of the argument alone is magnified by x f(x) / I, up to 1e4 for the largest parameters.
                expectClose(regularizedIncompleteBeta(argument, a, b), expected, relative: 1e-11, what)
            } else {
                // The rounding of log x, up to 100 in size, is relative to x itself.
                expectClose(inverseRegularizedIncompleteBeta(argument, a, b), expected, relative: 1e-12, what)
            }
        }
    }

    @Test func closedFormsComeOut() {
        for x in stride(from: 0.05, to: 1, by: 0.1) {
            expectClose(regularizedIncompleteBeta(x, 1, 1), x, relative: 1e-15, "uniform at \(x)")
            expectClose(regularizedIncompleteBeta(x, 3, 1), x * x * x, relative: 1e-14, "cube at \(x)")
            expectClose(inverseRegularizedIncompleteBeta(x * x * x, 3, 1), x, relative: 1e-14, "cube root at \(x)")
            expectClose(
                regularizedIncompleteBeta(x, 2.5, 0.7) + regularizedIncompleteBeta(1 - x, 0.7, 2.5), 1, relative: 1e-14,
                "mirrored at \(x)")
        }
    }

    @Test func inverseUndoesTheFunction() {
        for (a, b) in [(0.3, 0.2), (5.0, 0.1), (1.0, 40.0), (2000.0, 3.0), (5e5, 5e5)] {
            for p in [1e-200, 1e-9, 0.02, 0.4, 0.97] {
                let x = inverseRegularizedIncompleteBeta(p, a, b)
                // Where the quantile itself underflows or rounds to 1, what is left of it cannot give p back.
                guard x > 1e-300, x < 1 - 1e-9 else { continue }
                expectClose(regularizedIncompleteBeta(x, a, b), p, relative: 1e-9, "\(p) for \(a), \(b)")
            }
        }
    }

    @Test func limitsAndUndefinedCases() {
        #expect(regularizedIncompleteBeta(-1, 2, 3) == 0 && regularizedIncompleteBeta(0, 2, 3) == 0)
        #expect(regularizedIncompleteBeta(1, 2, 3) == 1 && regularizedIncompleteBeta(2, 2, 3) == 1)
        #expect(inverseRegularizedIncompleteBeta(0, 2, 3) == 0 && inverseRegularizedIncompleteBeta(1, 2, 3) == 1)
        #expect(regularizedIncompleteBeta(.nan, 2, 3).isNaN && regularizedIncompleteBeta(0.5, .nan, 3).isNaN)
        #expect(regularizedIncompleteBeta(0.5, 0, 3).isNaN && regularizedIncompleteBeta(0.5, 2, .infinity).isNaN)
        for p in [-0.1, 1.1, .nan] { #expect(inverseRegularizedIncompleteBeta(p, 2, 3).isNaN) }
        #expect(inverseRegularizedIncompleteBeta(0.5, -1, 3).isNaN)
    }
}
