// SPDX-License-Identifier: Apache-2.0
// Splitting, and moments that survive large offsets.

import TestSupport
import Testing

@testable import Diagnostics

@Suite("Chain matrix") struct ChainMatrixTests {
    @Test func halvesOfEvenChainsAreTheSameNumbers() {
        let matrix = ChainMatrix([1, 2, 3, 4, 5, 6, 7, 8], count: 2, length: 4)
        #expect(matrix.halves == ChainMatrix([1, 2, 3, 4, 5, 6, 7, 8], count: 4, length: 2))
    }

    @Test func halvesOfOddChainsLeaveTheMiddleOut() {
        let matrix = ChainMatrix([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], count: 2, length: 5)
        #expect(matrix.halves == ChainMatrix([1, 2, 4, 5, 6, 7, 9, 10], count: 4, length: 2))
    }

    @Test func scoresOfOddChainsAreThoseOfWhatTheHalvesKeep() {
        let draws = ChainDraws([[3, 1, 50, 4, 1.5], [9, 2.5, -60, 6, 5]])
        let kept = [3, 1, 4, 1.5, 9, 2.5, 6, 5]
        #expect(draws.scores.values == normalScores(SortedOrder(kept), count: 8))
        // The median is that of all draws, those in the middle included.
        let median = SortedOrder([3, 1, 50, 4, 1.5, 9, 2.5, -60, 6, 5]).quantile(0.5)
        #expect(draws.foldedScores.values == normalScores(SortedOrder(kept.map { abs($0 - median) }), count: 8))
    }

    @Test func momentsDoNotLoseDigitsFarFromZero() {
        let values = [1.0, 2, 4, 8].map { $0 + 1e9 }
        let moments = Moments(values)
        #expect(moments.mean == 1e9 + 3.75)
        expectClose(moments.variance, 9.583333333333334, relative: 1e-15)
        #expect(Moments([0.1, 0.1, 0.1]).squaredDeviations == 0)
        #expect(Moments([Double]()).mean.isNaN && Moments([1.0]).variance.isNaN)
    }

    @Test func problemsAreNamed() {
        #expect(ChainMatrix([], count: 0, length: 0).problem == .empty)
        #expect(ChainMatrix([1, .nan], count: 1, length: 2).problem == .notFinite)
        #expect(ChainMatrix([1, -.infinity], count: 1, length: 2).problem == .notFinite)
        #expect(ChainMatrix([2, 2], count: 2, length: 1).problem == .constant)
        #expect(ChainMatrix([1e308, -1e308], count: 1, length: 2).problem == nil)
    }

    @Test func statesBecomeChainsPerQuantity() {
        let draws = Draws(names: ["a", "b"], chainCount: 2, states: [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60])
        #expect(draws.drawCount == 3)
        #expect(draws.values == [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60])
        #expect(draws.quantity(1).matrix == ChainMatrix([10, 20, 30, 40, 50, 60], count: 2, length: 3))
        #expect(draws.value(1, chain: 1, draw: 2) == 60)
    }
}
