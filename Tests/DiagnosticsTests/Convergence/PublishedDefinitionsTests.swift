// SPDX-License-Identifier: Apache-2.0
// The two effective sizes of A-NICE-MC against their definitions, written as plain loops.

import TestSupport
import Testing

@testable import Diagnostics

/// `T / (1 + 2 sum ...)` as the published code has it, lag by lag.
private func plainKnownMoments(_ draws: Draws, means: [Double], variances: [Double]) -> [Double] {
    let (m, t, d) = (draws.chainCount, draws.drawCount, draws.names.count)
    var times = [Double](repeating: 1, count: d)
    for lag in 1..<t {
        var anyLeft = false
        for q in 0..<d {
            var mean = 0.0
            for chain in 0..<m {
                var sum = 0.0
                for draw in 0..<t - lag {
                    sum +=
                        (draws.value(q, chain: chain, draw: draw) - means[q])
                        * (draws.value(q, chain: chain, draw: draw + lag) - means[q])
                }
                mean += sum / Double(t - lag) / variances[q] / Double(m)
            }
            if mean > 0.05 {
                times[q] += 2 * mean * (1 - Double(lag) / Double(t))
                anyLeft = true
            }
        }
        if !anyLeft { break }
    }
    return times.map { Double(t) / $0 }
}

private func draws(_ quantities: [[[Double]]]) -> Draws {
    Draws(
        names: quantities.indices.map { "q\($0)" }, chainCount: quantities[0].count, drawCount: quantities[0][0].count,
        values: quantities.flatMap { $0.flatMap { $0 } })
}

@Suite("Published effective sizes") struct PublishedDefinitionsTests {
    @Test func knownMomentsIsTheirLoop() throws {
        let set = draws([
            autoregressiveChains(3, 300, coefficient: 0.3, seed: 1),
            autoregressiveChains(3, 300, coefficient: 0.9, seed: 2),
            autoregressiveChains(3, 300, coefficient: -0.5, seed: 3),
        ])
        let (means, variances) = ([0.0, 0.2, 0], [1 / 0.91, 1 / 0.19, 1 / 0.75])
        let sizes = knownMomentsEffectiveSampleSizes(set, means: means, variances: variances)
        let expected = plainKnownMoments(set, means: means, variances: variances)
        expectClose(try sizes.map { try #require($0.value) }, expected, relative: 1e-10)
        #expect(expected[1] < 60)
    }

    @Test func aMissedModeIsPunishedAndAStuckChainCountsAsOne() throws {
        // All chains in the mode at +5 of a mixture with mean 0 and variance 25.25: every autocorrelation is near 1.
        let oneMode = draws([autoregressiveChains(2, 200, coefficient: 0).map { $0.map { 0.5 * $0 + 5 } }])
        let size = knownMomentsEffectiveSampleSizes(oneMode, means: [0], variances: [25.25])[0]
        #expect(try #require(size.value) < 1.1)
        let stuck = draws([[[Double](repeating: 1, count: 100)]])
        // 1 + 2 sum_(s = 1…99) (1 - s/100) = 100: a stuck chain is worth one draw.
        let expected = 1.0
        expectClose(
            try #require(knownMomentsEffectiveSampleSizes(stuck, means: [0], variances: [1])[0].value), expected,
            relative: 1e-10)
    }

    @Test func oneBrokenQuantityDoesNotSpoilTheOthers() {
        var broken = autoregressiveChains(2, 50, coefficient: 0)
        broken[0][3] = .nan
        let set = draws([broken, autoregressiveChains(2, 50, coefficient: 0, seed: 7)])
        let sizes = knownMomentsEffectiveSampleSizes(set, means: [0, 0], variances: [1, 1])
        #expect(sizes[0].reason == .notFinite && sizes[1].value != nil)
        let none = Draws(names: ["x"], chainCount: 2, drawCount: 0, values: [])
        #expect(knownMomentsEffectiveSampleSizes(none, means: [0], variances: [1])[0].reason == .empty)
        let one = Draws(names: ["x"], chainCount: 2, drawCount: 1, values: [1, 2])
        #expect(knownMomentsEffectiveSampleSizes(one, means: [0], variances: [1])[0].reason == .tooFew(needed: 2))
    }

    @Test func batchMeansUseWholeCubeRoots() throws {
        // T = 8: two batches of four; means 2.5 and 6.5, variance 4; the chain's is 5.25.
        let eight = ChainDraws([(1...8).map(Double.init)])
        expectClose(try #require(batchMeansEfficiency(eight).value), 5.25 / (4 * 4), relative: 1e-14)
        // T = 1000: ten batches of a hundred, although 1000 ** (1 / 3) is 9.99… in floating point.
        let chain = autoregressiveChains(1, 1000, coefficient: 0.5)[0]
        let means = (0..<10).map { Moments(chain[$0 * 100..<($0 + 1) * 100]).mean }
        let expected =
            Moments(chain).squaredDeviations / 1000 / (100 * Moments(means).squaredDeviations / 10)
        expectClose(try #require(batchMeansEfficiency(ChainDraws([chain])).value), expected, relative: 1e-12)
    }

    @Test func batchMeansTakeTheWorstChain() throws {
        let good = autoregressiveChains(1, 512, coefficient: 0, seed: 3)[0]
        let slow = autoregressiveChains(1, 512, coefficient: 0.95, seed: 4)[0]
        let both = try #require(batchMeansEfficiency(ChainDraws([good, slow])).value)
        let alone = try #require(batchMeansEfficiency(ChainDraws([slow])).value)
        expectClose(both, alone, relative: 1e-14)
        #expect(batchMeansEfficiency(ChainDraws([good, [Double](repeating: 1, count: 512)])).reason == .constant)
    }
}
