// SPDX-License-Identifier: Apache-2.0
// Scales map ends to 0 and 1, never decrease, and accept every range.

import Screen
import TestSupport
import Testing

@Suite struct ChartScaleTests {
    @Test func endsMapToZeroAndOneAndBack() {
        for kind in [ScaleKind.linear, .logarithmic] {
            let scale = ChartScale(0.1...1000, kind: kind)
            expectClose(scale.fraction(of: 0.1), 0, absolute: 1e-12)
            expectClose(scale.fraction(of: 1000), 1, absolute: 1e-12)
            for fraction in [-0.2, 0, 0.3, 1, 1.1] {
                expectClose(scale.fraction(of: scale.value(at: fraction)), fraction, absolute: 1e-12)
            }
        }
        expectClose(ChartScale(1...100, kind: .logarithmic).fraction(of: 10), 0.5, absolute: 1e-12)
    }

    @Test func fractionsNeverDecrease() {
        let values = [-1e9, -1, 0, 1e-300, 1e-9, 0.05, 0.1, 1, 50, 1e9, 1e300]
        for kind in [ScaleKind.linear, .logarithmic] {
            let fractions = values.map { ChartScale(0.1...10, kind: kind).fraction(of: $0) }
            #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 })
        }
    }

    @Test func unusableRangesAreWidened() {
        let infinite: Double = .infinity
        let ranges: [ClosedRange<Double>] = [
            0...0, 5...5, -3...(-3), -infinite...1, 0...infinite, 1e300...1e300, -1e308...1e308,
            0...Double.leastNonzeroMagnitude * 2000,
        ]
        for range in ranges {
            for kind in [ScaleKind.linear, .logarithmic] {
                let scale = ChartScale(range, kind: kind)
                #expect(scale.range.lowerBound < scale.range.upperBound, "\(range) \(kind)")
                #expect(scale.fraction(of: scale.range.lowerBound).isFinite, "\(range) \(kind)")
                #expect(scale.ticks(target: 5).ticks.allSatisfy { $0.value.isFinite })
            }
        }
    }
}
