// SPDX-License-Identifier: Apache-2.0
// All diagnostics against posterior, the reference, and against ArviZ where the two agree.

import Diagnostics
import Foundation
import TestSupport
import Testing

/// The golden tables have 17 digits; the programs differ in the order of their sums.
///
/// Far from zero, R and NumPy round the means of
/// chains to the digits of the draws, elbo does not.
private func tolerance(_ name: String) -> Double { name == "scaled" ? 1e-7 : 1e-9 }

/// Where posterior has numbers and elbo has none.
///
/// The chains, or their halves, are too short to say anything; or a draw is infinite, which posterior's ranks forget,
/// against what its documentation says.
private func isUndefined(_ name: String, _ quantity: String) -> Bool {
    switch name {
    case "eight": (quantity.hasPrefix("ess") || quantity.hasPrefix("mcse")) && quantity != "essRaw"
    case "three": quantity != "rHatRaw"
    case "infinite": true
    default: false
    }
}

@Suite("Golden diagnostics") struct GoldenTests {
    @Test func agreesWithPosterior() throws {
        let draws = try goldenDraws()
        let rows = try goldenRows("posterior.tsv")
        #expect(rows.count == 22 * 17)
        for row in rows {
            let (name, quantity, text) = (row[0], row[1], row[2])
            let diagnosis = try #require(goldenDiagnosis(quantity, draws[name]))
            if let expected = Double(text), expected.isFinite, !isUndefined(name, quantity) {
                let value = try #require(diagnosis.value, "\(name) \(quantity): \(diagnosis), expected \(expected)")
                expectClose(value, expected, relative: tolerance(name), "\(name) \(quantity)")
            } else {
                // NA, or infinity where every chain is constant.
                #expect(diagnosis.value == nil, "\(name) \(quantity): \(diagnosis), expected \(text)")
            }
        }
    }

    /// Where ArviZ has other rules than posterior.
    ///
    /// An effective size for constants, one lag more at the end of a sequence, two chains at
    /// least for R-hat, and infinite draws accepted for quantiles.
    private static let otherRules: Set<String> = [
        "slow", "metropolis", "coin", "single", "allstuck", "constant", "eight", "three", "infinite",
    ]

    @Test func agreesWithArvizWhereItsRulesAreTheSame() throws {
        let draws = try goldenDraws()
        var compared = 0
        for row in try goldenRows("arviz.tsv") where !Self.otherRules.contains(row[0]) {
            let diagnosis = try #require(goldenDiagnosis(row[1], draws[row[0]]))
            if let expected = Double(row[2]), expected.isFinite {
                expectClose(diagnosis.value ?? .nan, expected, relative: tolerance(row[0]), "\(row[0]) \(row[1])")
                compared += 1
            } else {
                #expect(diagnosis.value == nil, "\(row[0]) \(row[1])")
            }
        }
        #expect(compared >= 130)
    }
}
