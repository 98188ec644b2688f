// SPDX-License-Identifier: Apache-2.0
// Sorting, ranks, quantiles and foldings against the standard library and by hand.

import Probability
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Sorted order") struct SortedOrderTests {
    static let lists: [[Double]] = {
        var words = TestWords(seed: 3)
        return [
            [], [4], [2, 1], [0, -0.0, 0], [1, 1, 1],
            [-Double.leastNonzeroMagnitude, .leastNonzeroMagnitude, 0, -1e300, 1e300, -1],
            (0..<1000).map { _ in words.normal() * 1e3 }, (0..<1000).map { _ in Double(words.word() % 7) - 3 },
            (0..<300).map { _ in Double(bitPattern: words.word() & 0xBFEF_FFFF_FFFF_FFFF) },
        ]
    }()

    @Test(arguments: lists.indices) func isTheOrderOfTheStandardLibrary(index: Int) {
        let numbers = Self.lists[index]
        let order = SortedOrder(numbers)
        #expect(order.values == numbers.sorted())
        #expect(order.positions.sorted() == Array(0..<Int32(numbers.count)))
        for (position, value) in zip(order.positions, order.values) { #expect(numbers[Int(position)] == value) }
        // Equal numbers keep their order.
        for (one, two) in zip(order.positions, order.positions.dropFirst()) where numbers[Int(one)] == numbers[Int(two)]
        {
            #expect(one < two)
        }
    }

    @Test(arguments: lists.indices) func foldingSortsTheDistances(index: Int) {
        let numbers = Self.lists[index]
        guard !numbers.isEmpty else { return }
        let order = SortedOrder(numbers)
        for centre in [order.quantile(0.5), order.values[0], order.values[numbers.count - 1], 0.5] {
            let folded = order.folded(around: centre)
            let distances = numbers.map { abs($0 - centre) }
            #expect(folded.values == distances.sorted())
            for (position, value) in zip(folded.positions, folded.values) { #expect(distances[Int(position)] == value) }
        }
    }

    @Test func quantilesInterpolateBetweenOrderStatistics() {
        let order = SortedOrder([40, 10, 30, 20])
        #expect(order.quantile(0) == 10 && order.quantile(1) == 40)
        #expect(order.quantile(0.5) == 25)
        expectClose(order.quantile(0.1), 13, relative: 1e-15)
        #expect(SortedOrder([7]).quantile(0.3) == 7)
        // Equal neighbours are met to the last bit, or an indicator would miss all of them.
        #expect(SortedOrder([0.1, 0.1, 0.1, 0.1]).quantile(0.3) == 0.1)
    }

    @Test func scoresAreQuantilesOfAverageRanks() {
        let scores = normalScores(SortedOrder([5, -1, 5, 100]), count: 4)
        let expected = [2.5, 1, 2.5, 4].map { inverseNormalCDF(($0 - 0.375) / 4.25) }
        expectClose(scores, expected, relative: 1e-15)
        // Only the order counts.
        #expect(normalScores(SortedOrder([0.1, -3, 0.1, 0.2]), count: 4) == scores)
    }
}
