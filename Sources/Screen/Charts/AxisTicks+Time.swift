// SPDX-License-Identifier: Apache-2.0
// Ticks for time axes: spans since a start, and times of day.

import Glibc

extension AxisTicks {
    /// Spacings that people count time in, in seconds, up to a week.
    private static let timeSteps: [Double] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172_800, 604_800,
    ]

    /// Ticks for seconds since a start, labelled `30s`, `5m`, `1h30`, `2d`, about `target` of them.
    public static func elapsed(_ range: ClosedRange<Double>, target: Int) -> AxisTicks {
        guard let step = timeStep(range, target: target) else { return secondFractions(range, target: target) }
        return ticks(range, step: step, shift: 0) { elapsedLabel($0, step: step) }
    }

    /// Ticks for seconds since 1970, labelled with the time of day, or with day and month for steps of days.
    ///
    /// - Parameter offset: seconds east of Greenwich; the caller knows the time zone, this module does not.
    public static func clock(_ range: ClosedRange<Double>, target: Int, offset: Int = 0) -> AxisTicks {
        guard let step = timeStep(range, target: target) else { return secondFractions(range, target: target) }
        return ticks(range, step: step, shift: Double(offset)) { seconds in
            let local = Int(seconds) + offset
            let (day, second) = (Int(floor(Double(local) / 86400)), ((local % 86400) + 86400) % 86400)
            func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
            if step >= 86400 {
                let date = civilDate(daysSince1970: day)
                return "\(two(date.month))-\(two(date.day))"
            }
            let minutes = "\(two(second / 3600)):\(two(second / 60 % 60))"
            return step < 60 ? minutes + ":" + two(second % 60) : minutes
        }
    }

    /// The smallest usual spacing that gives at most `target` intervals; `nil` below a second or for odd ranges.
    private static func timeStep(_ range: ClosedRange<Double>, target: Int) -> Double? {
        let span = range.upperBound - range.lowerBound
        guard span.isFinite, span >= 2, target > 0, abs(range.lowerBound) < 1e15, abs(range.upperBound) < 1e15
        else { return nil }
        if let step = timeSteps.first(where: { span / $0 <= Double(target) }) { return step }
        return 604_800 * ceil(span / 604_800 / Double(target))
    }

    private static func secondFractions(_ range: ClosedRange<Double>, target: Int) -> AxisTicks {
        let ticks = linear(range, target: target)
        return AxisTicks(
            ticks.ticks.map { AxisTick(value: $0.value, label: $0.label == "0" ? "0" : $0.label + "s") },
            factor: ticks.factor)
    }

    private static func ticks(
        _ range: ClosedRange<Double>, step: Double, shift: Double, label: (Double) -> String
    ) -> AxisTicks {
        let first = ceil((range.lowerBound + shift) / step)
        let count = Int(floor((range.upperBound + shift) / step) - first)
        guard count >= 0 else { return AxisTicks([]) }
        return AxisTicks(
            (0...count).map { index in
                let value = (first + Double(index)) * step - shift
                return AxisTick(value: value, label: label(value))
            })
    }

    private static func elapsedLabel(_ seconds: Double, step: Double) -> String {
        let whole = abs(Int(seconds.rounded()))
        let sign = seconds < 0 ? "-" : ""
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        if whole == 0 { return "0" }
        if whole < 60 { return "\(sign)\(whole)s" }
        if whole < 3600 { return "\(sign)\(whole / 60)m" + (whole % 60 == 0 ? "" : two(whole % 60)) }
        if whole < 86400 { return "\(sign)\(whole / 3600)h" + (whole % 3600 == 0 ? "" : two(whole / 60 % 60)) }
        return "\(sign)\(whole / 86400)d" + (whole % 86400 == 0 ? "" : two(whole / 3600 % 24) + "h")
    }

    /// Year, month and day of a day number in the Gregorian calendar ([Hin], days from civil, inverted).
    static func civilDate(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468  // days since 0000-03-01, so that leap days end a year
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
