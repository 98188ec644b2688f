// SPDX-License-Identifier: Apache-2.0
// Distributions of ranks and their band: against the definition, closed forms, and simulated chains that agree.

import Glibc
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Rank distributions") struct RankDistributionTests {
    /// The definition, draw by draw: ranks by counting, equal draws share the mean of theirs.
    private static func naive(_ chains: [[Double]], points: Int) -> [[Double]] {
        let all = chains.flatMap { $0 }
        return chains.map { chain in
            let places = chain.map { draw -> Double in
                let below = all.count { $0 < draw }
                let equal = all.count { $0 == draw }
                return (Double(below) + Double(equal + 1) / 2 - 0.5) / Double(all.count)
            }
            return (0...points).map { point in
                let z = Double(point) / Double(points)
                return Double(places.count { $0 <= z }) / Double(chain.count) - z
            }
        }
    }

    @Test(arguments: [1, 2, 7, 40]) func areTheirDefinition(points: Int) {
        // Rounding makes ties, within chains and between them.
        let chains = autoregressiveChains(3, 90, coefficient: 0.5, seed: 2).map { $0.map { ($0 * 3).rounded() } }
        let fast = rankDistributionDifferences(ChainDraws(chains), points: points)
        for (own, expected) in zip(fast, Self.naive(chains, points: points)) {
            expectClose(own, expected, absolute: 1e-12)
        }
        #expect(fast.count == 3 && fast.allSatisfy { $0.count == points + 1 && $0.first == 0 && $0.last == 0 })
    }

    /// A chain with the lower half of all draws has them all by z = 1/2: z above the diagonal, then 1 - z.
    @Test func aLowerChainLiesAbove() {
        let draws = ChainDraws([(0..<20).map(Double.init), (20..<40).map(Double.init)])
        let differences = rankDistributionDifferences(draws, points: 4)
        expectClose(differences[0], [0, 0.25, 0.5, 0.25, 0], absolute: 1e-12)
        expectClose(differences[1], [0, -0.25, -0.5, -0.25, 0], absolute: 1e-12)
    }

    @Test func doNotChangeUnderAnIncreasingFunction() {
        let chains = autoregressiveChains(4, 50, coefficient: 0.3, seed: 9)
        let bent = chains.map { $0.map { $0 * $0 * $0 } }
        let (plain, other) = (ChainDraws(chains), ChainDraws(bent))
        #expect(
            rankDistributionDifferences(plain, points: 20) == rankDistributionDifferences(other, points: 20))
    }

    @Test func undefinedDrawsHaveNone() {
        for chains in [[[Double]](), [[1, .nan]], [[2, 2], [2, 2]], [[.infinity, 1]]] {
            #expect(rankDistributionDifferences(ChainDraws(chains), points: 5).isEmpty)
        }
        #expect(rankDistributionBand(chains: 1, draws: 100, points: 4, level: 0.95) == [0, 0, 0, 0, 0])
        #expect(rankDistributionBand(chains: 4, draws: 0, points: 2, level: 0.95) == [0, 0, 0])
    }

    // MARK: Band

    /// With one point inside the bridge is a single normal number.
    @Test func oneInnerPointNeedsTheNormalQuantile() {
        expectClose(BridgeBand(points: 2).factor(level: 0.95), 1.959964, absolute: 1e-4)
        expectClose(BridgeBand(points: 2).coverage(1), 0.682689, absolute: 1e-5)
        #expect(BridgeBand(points: 1).factor(level: 0.5) == 0)
    }

    /// At z = 1/3 and 2/3 the bridge is a pair of normal numbers of correlation 1/2: P(both within 1) by a double sum.
    @Test func twoInnerPointsAreABivariateNormal() {
        let cells = 400
        var sum = 0.0
        for row in 0..<cells {
            for column in 0..<cells {
                let (x, y) = (
                    (Double(row) + 0.5) * 2 / Double(cells) - 1, (Double(column) + 0.5) * 2 / Double(cells) - 1
                )
                sum += exp(-(x * x - x * y + y * y) / 1.5)
            }
        }
        let area = 4 / Double(cells * cells)
        let expected = sum * area / (2 * Double.pi * 0.75.squareRoot())
        expectClose(BridgeBand(points: 3).coverage(1), expected, absolute: 2e-5)
    }

    /// Values of the recursion with 400 intervals, and a simulation of 200 000 bridges that gave 2.932 for the first.
    @Test(arguments: [(40, 0.95, 2.9362), (40, 0.5, 1.8794), (20, 0.95, 2.8109), (60, 0.95, 2.9971)])
    func factorsAreThoseOfAnIndependentProgram(points: Int, level: Double, expected: Double) {
        expectClose(BridgeBand(points: points).factor(level: level), expected, absolute: 2e-3)
    }

    /// Of chains that agree 95 % stay within their band, where there are ten draws between two points or few chains.
    @Test(arguments: [(4, 200, 40), (32, 50, 5), (64, 50, 5)])
    func chainsThatAgreeStayWithin(chains: Int, length: Int, points: Int) {
        let rounds = 1000
        let band = rankDistributionBand(chains: chains, draws: Double(length), points: points, level: 0.95)
        var words = TestWords(seed: 5)
        var inside = 0
        for _ in 0..<rounds {
            let draws = (0..<chains).map { _ in (0..<length).map { _ in words.normal() } }
            let differences = rankDistributionDifferences(ChainDraws(draws), points: points)
            let isInside = differences.allSatisfy { zip($0, band).allSatisfy { abs($0.0) <= $0.1 + 1e-12 } }
            inside += isInside ? 1 : 0
        }
        // Three standard errors of 1000 rounds around what an independent program found: 0.947, 0.941 and 0.957.
        #expect((919...976).contains(inside))
    }
}
