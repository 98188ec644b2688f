// SPDX-License-Identifier: Apache-2.0
// Ticks for logarithmic axes: decades first, 2 and 5 between them when there is room.

import Glibc

extension AxisTicks {
    /// Ticks for a logarithmic axis over a positive range, about `target` of them.
    ///
    /// Decades, or every n-th when there are many; with 2 and 5 in between when there are few. A range that spans less
    /// than a factor of three gets linear ticks, since it may not hold any decade. Not positive: none.
    public static func logarithmic(_ range: ClosedRange<Double>, target: Int) -> AxisTicks {
        let (low, high) = (range.lowerBound, range.upperBound)
        guard low > 0, high.isFinite, target > 0 else { return AxisTicks([]) }
        if high < 3 * low {
            let ticks = linear(range, target: target)
            return AxisTicks(ticks.ticks.filter { $0.value > 0 }, factor: ticks.factor)
        }
        let slack = 1e-9
        let (first, last) = (Int(floor(log10(low) + slack)), Int(ceil(log10(high) - slack)))
        let inside = (first...last).filter { isInside($0, low, high) }
        if inside.count < 3 && target > inside.count {
            let values = (first...last).flatMap { decade in
                [1.0, 2, 5].map { $0 * NumberText.tenToThe(decade) }
            }
            let isPlain = low >= 1e-4 && high < 1e6
            return AxisTicks(
                values.filter { $0 >= low * (1 - slack) && $0 <= high * (1 + slack) }.map {
                    AxisTick(value: $0, label: isPlain ? NumberText.significant($0) : scientific($0))
                })
        }
        let stride = max(1, (inside.count + target - 1) / target)
        let isPlain = inside.allSatisfy { (-3...3).contains($0) }
        // Labelled decades are multiples of the stride, so that they stay put while the range moves.
        return AxisTicks(
            inside.filter { $0 % stride == 0 || stride == 1 }.map { decade in
                let value = NumberText.tenToThe(decade)
                let label = isPlain ? NumberText.significant(value) : NumberText.power(of: 10, decade)
                return AxisTick(value: value, label: label)
            })
    }

    private static func isInside(_ decade: Int, _ low: Double, _ high: Double) -> Bool {
        let value = NumberText.tenToThe(decade)
        return value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
    }

    private static func scientific(_ value: Double) -> String {
        let exponent = Int(floor(log10(value) + 1e-9))
        let digit = Int((value / NumberText.tenToThe(exponent)).rounded())
        let power = NumberText.power(of: 10, exponent)
        return digit == 1 ? power : "\(digit)·\(power)"
    }
}
