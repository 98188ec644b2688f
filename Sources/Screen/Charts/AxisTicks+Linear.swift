// SPDX-License-Identifier: Apache-2.0
// Ticks at round values by the extended search of Talbot, Lin and Hanrahan (2010), after Wilkinson.

import Glibc

extension AxisTicks {
    /// Ticks for a linear axis over `range`, about `target` of them.
    ///
    /// Maximises `0.25·simplicity + 0.2·coverage + 0.5·density + 0.05` over step sizes `q·10^z` as in [TLH10]; ticks
    /// may lie slightly outside of the range, which callers can widen to them or cut by `within`.
    /// A range without extent gets one tick; a range that is not finite gets none.
    public static func linear(_ range: ClosedRange<Double>, target: Int) -> AxisTicks {
        let (low, high) = (range.lowerBound, range.upperBound)
        guard low.isFinite, high.isFinite, (high - low).isFinite, target > 0 else { return AxisTicks([]) }
        // Below this spacing neighbouring doubles are all there is; nothing round lies between them.
        guard high - low > max(abs(low), abs(high)) * 1e-12 else {
            return AxisTicks([AxisTick(value: low, label: NumberText.significant(low, digits: 6))])
        }
        guard let best = search(low, high, target: max(2, target)) else { return AxisTicks([]) }
        let multiples = (0..<best.count).map { best.start + $0 * best.skip }
        let (labels, factor) = TickLabels.make(multiples: multiples, base: best.base, exponent: best.exponent)
        return AxisTicks(
            zip(multiples, labels).map { multiple, label in
                AxisTick(value: decimalValue(multiple * best.base, best.exponent), label: label)
            }, factor: factor)
    }

    /// Ticks at `(start + i·skip) · base · 10^exponent`.
    private struct Candidate {
        var start = 0
        var skip = 1
        var base = 1
        var exponent = 0
        var count = 0
    }

    /// Ten times the preferred steps, in order of preference; ten times so that 2.5 is whole.
    private static let preferred = [10, 50, 20, 25, 40, 30]

    private static func search(_ low: Double, _ high: Double, target: Int) -> Candidate? {
        var best: (score: Double, candidate: Candidate)?
        func isHopeless(_ bound: Double) -> Bool { bound <= (best?.score ?? -2) }
        for skip in 1...12 {
            for (order, base) in preferred.enumerated() {
                let simplicityLimit = 1 - Double(order) / 5 - Double(skip) + 1
                if isHopeless(0.25 * simplicityLimit + 0.75) { continue }
                for count in 2...max(3, 2 * target) {
                    let density = densityLimit(count, target)
                    if isHopeless(0.25 * simplicityLimit + 0.25 + 0.5 * density) { break }
                    let unit = Double(skip * base) / 10
                    let firstPower = Int(ceil(log10((high - low) / Double(count + 1) / unit)))
                    for power in firstPower...firstPower + 12 {
                        let step = unit * NumberText.tenToThe(power)
                        let coverage = coverageLimit(low, high, step * Double(count - 1))
                        if isHopeless(0.25 * simplicityLimit + 0.2 * coverage + 0.5 * density + 0.05) { break }
                        let (first, last) = (floor(high / step) - Double(count - 1), ceil(low / step))
                        guard first <= last, abs(first) < 1e12, abs(last) < 1e12 else { continue }
                        for start in Int(first) * skip...Int(last) * skip {
                            let minimum = Double(start) * step / Double(skip)
                            let maximum = minimum + step * Double(count - 1)
                            let includesZero = start % skip == 0 && minimum <= 0 && maximum >= 0
                            let score =
                                0.25 * (simplicityLimit - (includesZero ? 0 : 1) + 0)
                                + 0.2 * coverageOf(low, high, minimum, maximum)
                                + 0.5 * densityOf(low, high, minimum, maximum, count, target) + 0.05
                            if score > (best?.score ?? -2) {
                                best = (
                                    score,
                                    Candidate(start: start, skip: skip, base: base, exponent: power - 1, count: count)
                                )
                            }
                        }
                    }
                }
            }
        }
        return best?.candidate
    }

    private static func densityOf(
        _ low: Double, _ high: Double, _ minimum: Double, _ maximum: Double, _ count: Int, _ target: Int
    ) -> Double {
        let actual = Double(count - 1) / (maximum - minimum)
        let wanted = Double(target - 1) / (max(maximum, high) - min(low, minimum))
        return 2 - max(actual / wanted, wanted / actual)
    }

    private static func densityLimit(_ count: Int, _ target: Int) -> Double {
        count >= target ? 2 - Double(count - 1) / Double(target - 1) : 1
    }

    private static func coverageOf(_ low: Double, _ high: Double, _ minimum: Double, _ maximum: Double) -> Double {
        let tenth = 0.1 * (high - low)
        let (above, below) = (high - maximum, low - minimum)
        return 1 - 0.5 * (above * above + below * below) / (tenth * tenth)
    }

    private static func coverageLimit(_ low: Double, _ high: Double, _ span: Double) -> Double {
        let range = high - low
        guard span > range else { return 1 }
        let half = (span - range) / 2
        return 1 - half * half / (0.01 * range * range)
    }

    /// `mantissa · 10^exponent`, rounded once.
    private static func decimalValue(_ mantissa: Int, _ exponent: Int) -> Double {
        exponent < 0
            ? Double(mantissa) / NumberText.tenToThe(-exponent) : Double(mantissa) * NumberText.tenToThe(exponent)
    }
}
