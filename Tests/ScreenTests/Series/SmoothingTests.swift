// SPDX-License-Identifier: Apache-2.0
// Smoothing is TensorBoard's, survives NaN, and may be done in pieces; robust ranges leave out what lies far away.

import Screen
import TestSupport
import Testing

@Suite struct SmoothingTests {
    @Test func isTheDebiasedMovingAverage() {
        var smoother = ExponentialSmoother(weight: 0.6)
        let smoothed = [1.0, 2, 4, 8].map { smoother.next($0) }
        // By hand: accumulators 0.4, 1.04, 2.224, 4.5344 over 1 - 0.6ⁿ.
        expectClose(smoothed, [1, 1.04 / 0.64, 2.224 / 0.784, 4.5344 / 0.8704], relative: 1e-12)
    }

    @Test func constantSeriesStayConstant() {
        var smoother = ExponentialSmoother(weight: 0.99)
        for _ in 0..<100 { expectClose(smoother.next(3.5), 3.5, relative: 1e-12) }
    }

    @Test func nanIsShownAndForgotten() {
        var with = ExponentialSmoother(weight: 0.9)
        var without = ExponentialSmoother(weight: 0.9)
        let missing = with.next(.nan)
        #expect(missing.isNaN)
        for value in [1.0, 5, 2] {
            let (actual, expected) = (with.next(value), without.next(value))
            #expect(actual == expected)
            let infinite = with.next(.infinity)
            #expect(infinite == .infinity)
        }
    }

    @Test func weightsAreClamped() {
        var none = ExponentialSmoother(weight: -1)
        let unchanged = [3.0, 7].map { none.next($0) }
        #expect(unchanged == [3, 7])
        #expect(ExponentialSmoother(weight: .nan).weight == 0)
        #expect(ExponentialSmoother(weight: 2).weight < 1)
    }

    @Test func growsWithTheSeriesAndStartsOverForAnotherOne() {
        var series = SeriesPyramid()
        var growing = SmoothedSeries(weight: 0.8)
        for index in 0..<100 {
            series.append(x: Double(index), y: Double(index % 7))
            if index % 13 == 0 { growing.update(from: series) }
        }
        growing.update(from: series)
        let whole = SmoothedSeries(series, weight: 0.8)
        #expect((0..<100).allSatisfy { growing[$0] == whole[$0] })
        growing.update(from: SeriesPyramid([4]))
        #expect(growing.count == 1 && growing[0] == 4)
    }

    @Test func robustRangeLeavesOutFarOutliersOnly() {
        var values = (0..<1000).map { Double($0 % 10) }
        #expect(SeriesPyramid(values).robustRange(in: 0...999) == 0...9, "nothing is far away")
        values[500] = 1e6
        values[700] = .nan
        let range = SeriesPyramid(values).robustRange(in: 0...999)
        #expect(range?.lowerBound == 0)
        #expect((range?.upperBound ?? 0) >= 9 && (range?.upperBound ?? 0) < 20)
    }

    @Test func robustRangeOfFewOrNoPointsIsTheFullOne() {
        #expect(SeriesPyramid([1, 100]).robustRange(in: 0...1) == 1...100)
        #expect(SeriesPyramid([.nan]).robustRange(in: 0...1) == nil)
        #expect(SeriesPyramid([1, 100]).robustRange(in: 5...9) == nil)
        #expect(SeriesPyramid([Double](repeating: 2, count: 50) + [9]).robustRange(in: 0...99) == 2...9)
    }
}
