// SPDX-License-Identifier: Apache-2.0
// Special functions against 60-digit values (Tests/Golden/probability/special_functions.py) and their limits.

import Probability
import TestSupport
import Testing

@Suite("Special functions") struct SpecialFunctionsTests {
    /// Name in the table, function of one or two arguments, relative and absolute tolerance.
    static let functions:
        [(name: String, value: @Sendable (Double, Double) -> Double, relative: Double, absolute: Double)] = [
            ("erfcx", { x, _ in erfcx(x) }, 2e-15, 0),
            // The rounding of x / sqrt(2) alone is magnified by x^2 in the tail.
            ("normalCDF", { x, _ in normalCDF(x) }, 1e-12, 0),
            ("logNormalCDF", { x, _ in logNormalCDF(x) }, 1e-14, 1e-30),
            ("inverseNormalCDF", { p, _ in inverseNormalCDF(p) }, 1e-14, 1e-16),
            ("inverseNormalCDFFromLog", { l, _ in inverseNormalCDF(fromLog: l) }, 2e-14, 2e-16),
            ("digamma", { x, _ in digamma(x) }, 1e-14, 1e-14),
            ("trigamma", { x, _ in trigamma(x) }, 2e-14, 0),
            ("log1mexp", { x, _ in log1mexp(x) }, 1e-15, 0),
            ("logNormalCDFDifference", { u, v in logNormalCDFDifference(u, v) }, 1e-11, 1e-14),
        ]

    @Test(arguments: functions.indices) func agreesWithHighPrecisionValues(row: Int) throws {
        let function = Self.functions[row]
        let rows = try goldenTable("special_functions.tsv").filter { $0[0] == function.name }
        #expect(rows.count >= 10)
        for cells in rows {
            let (x, y, expected) = (Double(cells[1])!, Double(cells[2])!, Double(cells[3])!)
            expectClose(
                function.value(x, y), expected, relative: function.relative, absolute: function.absolute,
                "\(function.name)(\(x), \(y))")
        }
    }

    @Test func inverseAndForwardDistributionFunctionsCancel() {
        for x in stride(from: -38.0, through: 8, by: 0.37) {
            expectClose(inverseNormalCDF(fromLog: logNormalCDF(x)), x, relative: 1e-13, absolute: 1e-15, "at \(x)")
        }
    }

    @Test func limitsAreTheOnesOfTheExactFunctions() {
        #expect(erfcx(-30) == .infinity)
        #expect(erfcx(.infinity) == 0)
        #expect(logNormalCDF(-.infinity) == -.infinity)
        #expect(logNormalCDF(.infinity) == 0)
        #expect(inverseNormalCDF(0) == -.infinity)
        #expect(inverseNormalCDF(1) == .infinity)
        #expect(inverseNormalCDF(-0.1).isNaN)
        #expect(inverseNormalCDF(1.1).isNaN)
        #expect(inverseNormalCDF(fromLog: -.infinity) == -.infinity)
        #expect(inverseNormalCDF(fromLog: 0) == .infinity)
        #expect(inverseNormalCDF(fromLog: 0.5).isNaN)
        #expect(digamma(0).isNaN && digamma(-3).isNaN && trigamma(-3).isNaN)
        #expect(logNormalCDFDifference(1, 1) == -.infinity)
        #expect(logNormalCDFDifference(2, 1).isNaN)
        #expect(logNormalCDFDifference(-.infinity, .infinity) == 0)
        for value in [erfcx(.nan), normalCDF(.nan), logNormalCDF(.nan), inverseNormalCDF(.nan), digamma(.nan)] {
            #expect(value.isNaN)
        }
    }

    @Test func logSumExpIsShiftInvariantAndNeverOverflows() {
        let terms = [-1.0, 0.5, 2, 2, -30]
        let plain = logSumExp(terms)
        expectClose(plain, 2.8210641, absolute: 1e-7)
        expectClose(logSumExp(terms.map { $0 + 5000 }) - 5000, plain, absolute: 1e-12)
        expectClose(logSumExp(terms.map { $0 - 5000 }) + 5000, plain, absolute: 1e-12)
        #expect(logSumExp([]) == -.infinity)
        #expect(logSumExp([-.infinity, -.infinity]) == -.infinity)
        #expect(logSumExp([.infinity, 1, .infinity]) == .infinity)
        #expect(logSumExp([1, .nan]).isNaN)
        expectClose(logAddExp(3, 1), logSumExp([3, 1]), relative: 1e-15)
        #expect(logAddExp(-.infinity, 2) == 2)
        #expect(logAddExp(-.infinity, -.infinity) == -.infinity)
        #expect(logAddExp(.nan, -.infinity).isNaN)
    }
}
