// SPDX-License-Identifier: Apache-2.0
// Ticks lie at round values; labels carry exactly the digits that tell them apart.

import Testing

@testable import Screen

@Suite struct AxisTicksTests {
    private func labels(_ range: ClosedRange<Double>, _ target: Int) -> String {
        let ticks = AxisTicks.linear(range, target: target)
        return (ticks.ticks.map(\.label) + (ticks.factor.isEmpty ? [] : [ticks.factor])).joined(separator: " ")
    }

    @Test func linearTicksAreRound() {
        #expect(labels(0...1, 5) == "0 0.25 0.50 0.75 1.00")
        #expect(labels(0...10, 5) == "0 2.5 5.0 7.5 10.0")
        #expect(labels(0...100, 11) == "0 10 20 30 40 50 60 70 80 90 100")
        #expect(labels(-3.2...4.7, 5) == "-4 -2 0 2 4")
        #expect(labels(8.1...14.1, 4) == "8 10 12 14", "the example of the paper")
    }

    @Test func labelsCarryTheDigitsThatTellTicksApart() {
        #expect(labels(0.99991...0.99995, 5) == "0.99991 0.99992 0.99993 0.99994 0.99995")
        #expect(labels(0...2_000_000, 5) == "0 0.5M 1.0M 1.5M 2.0M")
        #expect(labels(0...20_000, 5) == "0 5k 10k 15k 20k")
        #expect(labels(10_100...10_400, 4) == "10100 10200 10300 10400")
        #expect(labels(1_234_567...1_234_569, 3) == "1234567 1234568 1234569")
        #expect(labels(0...4e-5, 5) == "0 1 2 3 4 ×10⁻⁵")
        #expect(labels(-3e9...3e9, 3) == "-3G 0 3G")
    }

    @Test func rangesWithoutExtentOrEndsAreSafe() {
        #expect(AxisTicks.linear(2.5...2.5, target: 5).ticks == [AxisTick(value: 2.5, label: "2.5")])
        #expect(AxisTicks.linear(-.infinity...1, target: 5).ticks == [])
        #expect(
            AxisTicks.linear(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, target: 5).ticks == [])
        #expect(AxisTicks.linear(0...1, target: 0).ticks == [])
        #expect(!AxisTicks.linear(0...1, target: 1).ticks.isEmpty)
        #expect(!AxisTicks.linear(1e15...1e15 + 4, target: 4).ticks.isEmpty)
    }

    @Test func labelsReadBackAsTheirValuesForRandomRanges() {
        var generator = CaseGenerator(state: 3)
        for _ in 0..<2000 {
            let magnitude = NumberText.tenToThe(Int.random(in: -8...8, using: &generator))
            let low = Double.random(in: -10...10, using: &generator) * magnitude
            let range = low...low + Double.random(in: 0.01...10, using: &generator) * magnitude
            let ticks = AxisTicks.linear(range, target: Int.random(in: 2...10, using: &generator))
            #expect(ticks.ticks.count >= 2, "\(range)")
            #expect(Set(ticks.ticks.map(\.label)).count == ticks.ticks.count, "\(range) \(ticks)")
            let factor = ticks.factor.isEmpty ? 1 : NumberText.tenToThe(exponent(ticks.factor))
            for tick in ticks.ticks {
                let value = number(tick.label) * factor
                #expect(abs(value - tick.value) <= 1e-9 * max(abs(value), range.upperBound - range.lowerBound))
            }
            let steps = zip(ticks.ticks, ticks.ticks.dropFirst()).map { $1.value - $0.value }
            #expect(steps.allSatisfy { abs($0 - steps[0]) < 1e-6 * steps[0] })
        }
    }

    private func number(_ label: String) -> Double {
        let suffixes: [Character: Double] = ["k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
        if let last = label.last, let factor = suffixes[last] { return (Double(label.dropLast()) ?? .nan) * factor }
        return Double(label) ?? .nan
    }

    private func exponent(_ factor: String) -> Int {
        Int(SevenBit.spellingPowers(factor).dropFirst(3)) ?? .max
    }

    @Test func decadesOnLogarithmicAxes() {
        func labels(_ range: ClosedRange<Double>, _ target: Int) -> [String] {
            AxisTicks.logarithmic(range, target: target).ticks.map(\.label)
        }
        #expect(labels(0.01...10, 6) == ["0.01", "0.1", "1", "10"])
        #expect(labels(1e-8...1, 9) == ["10⁻⁸", "10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"])
        #expect(labels(1e-8...1, 4) == ["10⁻⁶", "10⁻³", "10⁰"])
        #expect(labels(0.5...30, 6) == ["0.5", "1", "2", "5", "10", "20"])
        #expect(labels(2...5, 4) == ["2", "3", "4", "5"])
        #expect(labels(-1...5, 4) == [])
        #expect(labels(3e-7...4e-6, 4) == ["5·10⁻⁷", "10⁻⁶", "2·10⁻⁶"])
    }

    @Test func timeAxesCountAsPeopleDo() {
        func labels(_ range: ClosedRange<Double>, _ target: Int) -> [String] {
            AxisTicks.elapsed(range, target: target).ticks.map(\.label)
        }
        #expect(labels(0...60, 6) == ["0", "10s", "20s", "30s", "40s", "50s", "1m"])
        #expect(labels(0...600, 4) == ["0", "5m", "10m"])
        #expect(labels(80...210, 5) == ["1m30", "2m", "2m30", "3m", "3m30"])
        #expect(labels(0...90_000, 5) == ["0", "6h", "12h", "18h", "1d"])
        #expect(labels(0...1, 4).first == "0")
        #expect(labels(0...1, 4).last?.hasSuffix("s") == true)
        #expect(labels(0...5e7, 4).count <= 6)
    }

    @Test func clocksShowLocalTime() {
        // 2024-02-29 12:00:00 UTC.
        let noon = 1_709_208_000.0
        let east = AxisTicks.clock(noon...noon + 3600, target: 4, offset: 5400)
        #expect(east.ticks.map(\.label) == ["13:30", "13:45", "14:00", "14:15", "14:30"])
        #expect(AxisTicks.clock(noon...noon + 20, target: 4).ticks.first?.label == "12:00:00")
        #expect(AxisTicks.clock(noon...noon + 3 * 86400, target: 4).ticks.map(\.label) == ["03-01", "03-02", "03-03"])
    }

    @Test func civilDatesFollowTheGregorianCalendar() {
        func date(_ day: Int) -> String {
            let date = AxisTicks.civilDate(daysSince1970: day)
            return "\(date.year)-\(date.month)-\(date.day)"
        }
        #expect(
            [0, 58, 59, 789, 11_016, 19_782, -1, -719_468].map(date) == [
                "1970-1-1", "1970-2-28", "1970-3-1", "1972-2-29", "2000-2-29", "2024-2-29", "1969-12-31", "0-3-1",
            ])
    }

    @Test func chartsKeepAtLeastTwoTicksWhereTheyFit() {
        for (low, high) in [(0.0, 2.8), (-0.013, 0.9), (3.1, 9.7), (0, 17), (110, 123)] {
            #expect(ChartScale(low...high).ticks(target: 2).ticks.count >= 2, "\(low)...\(high)")
        }
    }
}
