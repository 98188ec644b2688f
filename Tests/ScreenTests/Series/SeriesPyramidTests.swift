// SPDX-License-Identifier: Apache-2.0
// Summaries equal those of a plain loop, whatever the stretch; x values come back exactly; memory stays in its bounds.

import Screen
import TestSupport
import Testing

@Suite struct SeriesPyramidTests {
    @Test func summariesEqualAPlainLoop() {
        var generator = CaseGenerator(state: 1)
        var values: [Double] = []
        var series = SeriesPyramid()
        for index in 0..<5000 {
            let value =
                index % 37 == 5
                ? Double.nan : index % 411 == 3 ? .infinity : Double.random(in: -3...3, using: &generator)
            values.append(Double(Float(value)))
            series.append(x: Double(index), y: value)
        }
        let fixed = [0..<0, 0..<1, 0..<16, 15..<17, 0..<256, 0..<4096, 0..<5000, 4999..<5000, 255..<4097, 16..<4096]
        let random = (0..<300).map { _ -> Range<Int> in
            let (a, b) = (Int.random(in: 0...5000, using: &generator), Int.random(in: 0...5000, using: &generator))
            return min(a, b)..<max(a, b)
        }
        for range in fixed + random {
            let summary = series.summary(range)
            let finite = values[range].filter(\.isFinite)
            #expect(Int(summary.count) == range.count)
            #expect(Int(summary.nonFiniteCount) == range.count - finite.count)
            #expect(summary.hasValues == !finite.isEmpty)
            #expect(Double(summary.minimum) == finite.min() ?? .infinity)
            #expect(Double(summary.maximum) == finite.max() ?? -.infinity)
            if let first = values[range].first, let last = values[range].last {
                #expect(Double(summary.first) == first || first.isNaN && summary.first.isNaN)
                #expect(Double(summary.last) == last || last.isNaN && summary.last.isNaN)
            }
            if let mean = summary.mean {
                // Sums are formed in another order than here.
                expectClose(mean, finite.reduce(0, +) / Double(finite.count), relative: 1e-9, absolute: 1e-12, "mean")
            }
        }
        #expect(series.nonFiniteCount == values.filter { !$0.isFinite }.count)
    }

    @Test func evenlySpacedStepsAndAnyOthersComeBackExactly() {
        var generator = CaseGenerator(state: 2)
        var x = 0.1
        var expected: [Double] = []
        for index in 0..<10_000 {
            expected.append(x)
            // Stretches of equal spacing, of repeated values and of random gaps, across block borders.
            switch index / 1000 % 4 {
            case 0: x += 10
            case 1: x += 0.1
            case 2: x += 0
            default: x += Double.random(in: 0...1, using: &generator)
            }
        }
        let series = SeriesPyramid(x: expected, y: expected)
        #expect(series.count == expected.count)
        #expect(expected.indices.allSatisfy { series.x(at: $0) == expected[$0] })
        for probe in [0.1, 0.1.nextUp, 5000, 10_100.1, 20_300, 1e9, -1] {
            let indices = series.indices(in: probe...probe + 500)
            #expect(indices.lowerBound == expected.firstIndex { $0 >= probe } ?? expected.count)
            #expect(indices.count == expected.filter { $0 >= probe && $0 <= probe + 500 }.count)
        }
    }

    @Test func pointsOutOfOrderAreRefused() {
        var series = SeriesPyramid([1, 2])
        let accepted = [0.5, .nan, .infinity, 1].map { series.append(x: $0, y: 3) }
        #expect(accepted == [false, false, false, true], "the same x again is fine")
        #expect(series.count == 3)
        #expect(series.yRange == 1...3)
        #expect(series.xRange == 0...1)
    }

    @Test func findsTheNearestPoint() {
        let series = SeriesPyramid(x: [0, 10, 20, 20, 30], y: [1, 2, 3, 4, 5])
        #expect([-5.0, 4.9, 5, 5.1, 20, 29, 99].map { series.index(nearestTo: $0) } == [0, 0, 0, 1, 2, 4, 4])
        #expect(series.index(nearestTo: .nan) == nil)
        #expect(SeriesPyramid().index(nearestTo: 0) == nil)
    }

    @Test func rangesOfNothingAreAbsent() {
        #expect(SeriesPyramid().yRange == nil)
        #expect(SeriesPyramid([.nan, .infinity]).yRange == nil)
        #expect(SeriesPyramid([1, .nan, 3]).yRange(in: 0.5...1.5) == nil)
        #expect(SeriesPyramid([1, .nan, 3]).yRange(in: 1...2) == 3...3)
    }

    @Test func aMillionPointsTakeAtMost16Megabytes() {
        var even = SeriesPyramid()
        var uneven = SeriesPyramid()
        for index in 0..<1_000_000 {
            even.append(x: Double(index * 10), y: 1)
            uneven.append(x: Double(index) + 1 / Double(index + 2), y: 1)
        }
        #expect(even.allocatedBytes < 7_000_000, "\(even.allocatedBytes)")
        #expect(uneven.allocatedBytes < 16_000_000, "\(uneven.allocatedBytes)")
    }

    @Test func copiesAreIndependent() {
        let before = SeriesPyramid((0..<100).map(Double.init))
        var after = before
        after.append(x: 1000, y: -5)
        #expect(before.count == 100 && before.yRange == 0...99)
        #expect(after.count == 101 && after.yRange == -5...99)
    }
}
