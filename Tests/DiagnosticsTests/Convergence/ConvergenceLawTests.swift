// SPDX-License-Identifier: Apache-2.0
// What must hold of R-hat, effective sizes and errors, whatever the draws: invariances, known ranges, definitions term
// by term.

import TestSupport
import Testing

@testable import Diagnostics

@Suite("Convergence laws") struct ConvergenceLawTests {
    static let chains = autoregressiveChains(4, 500, coefficient: 0.6, seed: 11)

    /// Diagnostics whose value does not change with unit and origin of the quantity.
    static let unitFree = [
        "rHat", "rHatSplit", "essBulk", "essTail", "essMean", "essSd", "essMedian", "acfLag1", "iact",
        "batchMeansEfficiency",
    ]

    @Test(arguments: unitFree) func doesNotDependOnUnitAndOrigin(name: String) throws {
        let diagnostic = try #require(allDiagnostics.first { $0.name == name })
        // Multiples of 2^-20, so that adding 2^20 and doubling are exact.
        let exact = Self.chains.map { $0.map { ($0 * 0x1p20).rounded() * 0x1p-20 } }
        let plain = try #require(diagnostic.diagnose(ChainDraws(exact)).value)
        let moved = exact.map { $0.map { 2 * $0 + 0x1p20 } }
        expectClose(diagnostic.diagnose(ChainDraws(moved)).value ?? .nan, plain, relative: 1e-12, name)
    }

    @Test(arguments: ["rHat", "essBulk"]) func ranksSurviveAnyIncreasingFunction(name: String) throws {
        let diagnostic = try #require(allDiagnostics.first { $0.name == name })
        // The fold is around the median, so only functions that keep the distances' order keep R-hat: an odd power
        // does.
        let median = ChainDraws(Self.chains).sorted.quantile(0.5)
        let centred = Self.chains.map { $0.map { $0 - median } }
        let cubed = centred.map { $0.map { $0 * $0 * $0 } }
        let plain = try #require(diagnostic.diagnose(ChainDraws(centred)).value)
        expectClose(diagnostic.diagnose(ChainDraws(cubed)).value ?? .nan, plain, relative: 1e-9, name)
    }

    @Test func independentDrawsAreWorthThemselves() throws {
        let draws = ChainDraws(autoregressiveChains(1, 1000, coefficient: 0, seed: 4))
        // The ranges of posterior's own tests.
        #expect((900...1100).contains(try #require(bulkEffectiveSampleSize(draws).value)))
        #expect((750...1100).contains(try #require(tailEffectiveSampleSize(draws).value)))
        #expect((0.99...1.01).contains(try #require(rHat(draws).value)))
    }

    @Test func antitheticChainsAreCapped() throws {
        let draws = ChainDraws(autoregressiveChains(1, 1000, coefficient: -0.9, seed: 4))
        expectClose(try #require(meanEffectiveSampleSize(draws).value), 3000, relative: 1e-12)
        // A perfect alternation has no positive pair at all.
        let alternating = ChainDraws([(0..<100).map { $0 % 2 == 0 ? 1.0 : -1.0 }])
        expectClose(try #require(meanEffectiveSampleSize(alternating).value), 200, relative: 1e-12)
    }

    @Test func autoregressiveChainHasItsKnownTime() throws {
        // (1 + c) / (1 - c) = 4; the estimate's relative spread for 40 000 draws is about 3 %.
        let draws = ChainDraws(autoregressiveChains(4, 10_000, coefficient: 0.6, seed: 8))
        expectClose(try #require(integratedAutocorrelationTime(draws).value), 4, relative: 0.12)
        let correlations = autocorrelations(draws, lags: 4)
        expectClose(correlations, [1, 0.6, 0.36, 0.216], absolute: 0.03)
        // E (x' - x)^2 = 2 (1 - c) var, with var = 1 / (1 - c^2).
        expectClose(try #require(expectedSquaredJumpDistance(draws).value), 1.25, relative: 0.03)
    }

    @Test func disagreementShowsInTheRightPlace() throws {
        let noise = autoregressiveChains(4, 500, coefficient: 0, seed: 2)
        let shifted = ChainDraws(noise.enumerated().map { chain, draws in draws.map { chain == 0 ? $0 + 1 : $0 } })
        let spread = ChainDraws(noise.enumerated().map { chain, draws in draws.map { chain == 0 ? $0 * 3 : $0 } })
        #expect(try #require(bulkRHat(shifted).value) > 1.05)
        #expect(try #require(bulkRHat(spread).value) < 1.01)
        #expect(try #require(foldedRHat(spread).value) > 1.05)
        #expect(try #require(splitRHat(spread).value) < 1.01)
    }

    @Test func everyTruncationOfTheLagsGivesTheSameSize() throws {
        // A chain slow enough that a quarter of the lags is not enough.
        let halves = ChainDraws(autoregressiveChains(2, 700, coefficient: 0.995, seed: 3)).halves
        let means = (0..<halves.count).map { Moments(halves[$0]).mean }
        let total = Double(halves.values.count)
        let products = halves.laggedProducts(centres: means, atLeast: halves.length)
        let within = products[0] / total
        let spread = within + Moments(means).variance
        let unbiased = within * Double(halves.length) / Double(halves.length - 1)
        let time = try #require(
            GeyerSequence.integratedTime(known: halves.length, length: halves.length) {
                1 - (unbiased - products[$0] / total) / spread
            })
        expectClose(try #require(effectiveSampleSize(halves).value), total / time, relative: 1e-9)
    }

    @Test func geyerRulesOnAHandMadeSequence() throws {
        // Pairs 1 + .5, .2 + .1, .3 + .1 (grows: becomes .15 + .15), .05 + -.02, then -.01 + -.2 ends it.
        let correlations = [1, 0.5, 0.2, 0.1, 0.3, 0.1, 0.05, -0.02, -0.01, -0.2, 0.4, 0.4, 0, 0, 0, 0]
        let time = try #require(GeyerSequence.integratedTime(known: 16, length: 16) { correlations[$0] })
        expectClose(time, -1 + 2 * (1.5 + 0.3 + 0.3 + 0.03), relative: 1e-14)
        // An even lag that is still positive counts once.
        var last = correlations
        last[8] = 0.04
        expectClose(
            try #require(GeyerSequence.integratedTime(known: 16, length: 16) { last[$0] }), time + 0.04, relative: 1e-14
        )
        #expect(GeyerSequence.integratedTime(known: 8, length: 16) { correlations[$0] } == nil)
    }

    @Test func errorsOfTheMeanMatchRepetitions() throws {
        // 200 repetitions of the whole experiment: their spread is what the error claims, to about 5 %.
        let runs = (0..<200).map { ChainDraws(autoregressiveChains(2, 250, coefficient: 0.5, seed: 100 + UInt64($0))) }
        let spread = Moments(runs.map { Moments($0.matrix.values).mean }).variance.squareRoot()
        let claimed = try runs.map { try #require(meanStandardError($0).value) }.reduce(0, +) / 200
        expectClose(claimed, spread, relative: 0.2)
        let medians = Moments(runs.map { $0.sorted.quantile(0.5) }).variance.squareRoot()
        let claimedMedian = try runs.map { try #require(medianStandardError($0).value) }.reduce(0, +) / 200
        expectClose(claimedMedian, medians, relative: 0.2)
    }

    @Test func summaryHasTheNumbersOfItsParts() throws {
        let draws = ChainDraws(Self.chains)
        let summary = QuantitySummary(name: "x", draws)
        #expect(summary.rHat == rHat(draws) && summary.bulkEffectiveSampleSize == bulkEffectiveSampleSize(draws))
        #expect(summary.quantiles[1].value == draws.sorted.quantile(0.5))
        #expect(summary.undefined.isEmpty && !summary.hasLargeRHat && !summary.hasSmallSize)
        let constant = QuantitySummary(name: "c", ChainDraws([[Double](repeating: 3, count: 20)]))
        #expect(constant.mean == .value(3) && constant.standardDeviation == .value(0))
        #expect(constant.undefined.map(\.reason) == [.constant])
        #expect(constant.undefined.first?.columns == ["MCSE", "R-hat", "bulk ESS", "tail ESS"])
        let slow = QuantitySummary(name: "s", ChainDraws(autoregressiveChains(4, 500, coefficient: 0.99)))
        #expect(slow.hasLargeRHat && slow.hasSmallSize)
    }
}
