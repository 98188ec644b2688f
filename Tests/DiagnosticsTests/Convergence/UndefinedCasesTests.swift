// SPDX-License-Identifier: Apache-2.0
// The law of all diagnostics: what cannot be known is said with its reason, and every number is finite.

import TestSupport
import Testing

@testable import Diagnostics

/// What a diagnostic breaks of the law; empty for a good one.
private func violations(of diagnostic: ConvergenceDiagnostic) -> [String] {
    var found: [String] = []
    func expect(_ name: String, _ chains: [[Double]], _ isAllowed: (Diagnosis) -> Bool) {
        let diagnosis = diagnostic.diagnose(ChainDraws(chains))
        if !isAllowed(diagnosis) { found.append("\(name): \(diagnosis)") }
        if let value = diagnosis.value, !value.isFinite { found.append("\(name): \(value)") }
    }
    let noise = autoregressiveChains(3, 40, coefficient: 0.2)
    func with(_ value: Double) -> [[Double]] {
        var chains = noise
        chains[1][17] = value
        return chains
    }
    expect("no chains", []) { $0.reason == .empty }
    expect("no draws", [[], []]) { $0.reason == .empty }
    expect("one draw", [[1], [2]]) { if case .tooFew? = $0.reason { true } else { false } }
    expect("NaN", with(.nan)) { $0.reason == .notFinite }
    expect("infinite", with(.infinity)) { $0.reason == .notFinite }
    expect("NaN and constant", [[.nan, .nan, .nan, .nan]]) { $0.reason == .notFinite }
    // Only the squared jump distance is known for constant draws: it is 0.
    expect("constant", [[Double]](repeating: [Double](repeating: 0.1, count: 40), count: 3)) {
        $0.reason == .constant || $0 == .value(0)
    }
    for length in 0..<12 { expect("length \(length)", noise.map { Array($0.prefix(length)) }) { _ in true } }
    expect("stuck chains", [0.0, 1, 2].map { [Double](repeating: $0, count: 40) }) { _ in true }
    expect("fair coin", [[Double](repeating: 0, count: 20) + [Double](repeating: 1, count: 20)]) { _ in true }
    expect("huge", noise.map { $0.map { $0 * 1e300 } }) { _ in true }
    expect("largest", [[-1.7e308, 1.7e308] + noise[0], [1, 2] + noise[1]]) { _ in true }
    expect("tiny", noise.map { $0.map { $0 * 1e-300 } }) { _ in true }
    expect("good", noise) { $0.value != nil }
    return found
}

@Suite("Undefined cases") struct UndefinedCasesTests {
    @Test(arguments: allDiagnostics.map(\.name)) func everyDiagnosticKeepsTheLaw(name: String) throws {
        let diagnostic = try #require(allDiagnostics.first { $0.name == name })
        #expect(violations(of: diagnostic) == [])
    }

    @Test func aDiagnosticThatAlwaysHasANumberIsCaught() {
        let careless = ConvergenceDiagnostic("careless", "The mean of the first two draws.") { draws in
            .value((draws.matrix.values.prefix(2).reduce(0, +)) / 2)
        }
        #expect(violations(of: careless).count >= 7)
    }

    @Test func namesAreDistinctAndEachHasAMeaning() {
        #expect(Set(allDiagnostics.map(\.name)).count == allDiagnostics.count)
        #expect(allDiagnostics.allSatisfy { $0.meaning.hasSuffix(".") })
    }

    @Test func reasonsOfSpecialShapes() {
        let stuck = ChainDraws([0.0, 1, 2].map { [Double](repeating: $0, count: 40) })
        #expect(rHat(stuck).reason == .constantChains)
        let coin = ChainDraws([(0..<40).map { Double($0 % 2) }])
        #expect(foldedRHat(coin).reason == .constantDeviations)
        #expect(bulkRHat(coin).value != nil)
        #expect(standardDeviationEffectiveSampleSize(coin).reason == .constantDeviations)
        #expect(tailEffectiveSampleSize(coin).reason == .oneSided)
        let noise = autoregressiveChains(2, 11, coefficient: 0)
        #expect(bulkEffectiveSampleSize(ChainDraws(noise)).reason == .tooFew(needed: 12))
        #expect(rHat(ChainDraws(noise)).value != nil)
        #expect(rHat(ChainDraws(noise.map { Array($0.prefix(3)) })).reason == .tooFew(needed: 4))
        let huge = ChainDraws(autoregressiveChains(2, 40, coefficient: 0).map { $0.map { $0 * 1e300 } })
        #expect(splitRHat(huge).reason == .outOfRange)
        #expect(meanEffectiveSampleSize(huge).reason == .outOfRange)
        // Ranks do not care.
        #expect(rHat(huge).value != nil && bulkEffectiveSampleSize(huge).value != nil)
    }
}
