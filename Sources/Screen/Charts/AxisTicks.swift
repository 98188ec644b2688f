// SPDX-License-Identifier: Apache-2.0
// Where an axis has ticks and what they are called.

/// A place on an axis with its label.
public struct AxisTick: Hashable, Sendable {
    /// The value.
    public var value: Double
    /// The text; empty for ticks without one.
    public var label: String

    /// Creates a tick.
    public init(value: Double, label: String) {
        self.value = value
        self.label = label
    }
}

/// The ticks of one axis.
public struct AxisTicks: Hashable, Sendable {
    /// The ticks, ascending.
    public var ticks: [AxisTick]
    /// What all labels have to be multiplied with, such as `×10⁻⁵`; empty when labels are complete.
    public var factor: String

    /// Creates ticks.
    public init(_ ticks: [AxisTick], factor: String = "") {
        self.ticks = ticks
        self.factor = factor
    }

    /// The ticks within a range.
    func within(_ range: ClosedRange<Double>) -> AxisTicks {
        let slack = (range.upperBound - range.lowerBound) * 1e-9
        return AxisTicks(
            ticks.filter { $0.value >= range.lowerBound - slack && $0.value <= range.upperBound + slack },
            factor: factor)
    }
}

/// Decimal labels for evenly spaced ticks: exactly the digits that tell them apart, and one shared exponent.
enum TickLabels {
    /// Labels for `multiples` of `base · 10^exponent`, all of them exact decimals.
    ///
    /// Large values carry k, M, G or T; below 0.001 they share a power of ten, returned as `factor`.
    static func make(multiples: [Int], base: Int, exponent: Int) -> (labels: [String], factor: String) {
        var mantissas = multiples.map { $0 * base }
        var exponent = exponent
        // Zeros that all labels share belong to the exponent.
        while mantissas.contains(where: { $0 != 0 }) && mantissas.allSatisfy({ $0 % 10 == 0 }) {
            mantissas = mantissas.map { $0 / 10 }
            exponent += 1
        }
        let largest = mantissas.map { abs($0) }.max() ?? 0
        guard largest > 0 else { return (mantissas.map { _ in "0" }, "") }
        let leading = String(largest).count - 1 + exponent
        // Thousands and more get a suffix, unless it would only move the point of long numbers.
        let group = min(4, leading / 3)
        if leading >= 4 && 3 * group - exponent <= (leading >= 5 ? 3 : 0) {
            let suffix = ["", "k", "M", "G", "T"][group]
            return (mantissas.map { decimal($0, exponent - 3 * group) + ($0 == 0 ? "" : suffix) }, "")
        }
        if leading < -3 {
            return (mantissas.map { decimal($0, exponent - leading) }, "×" + NumberText.power(of: 10, leading))
        }
        return (mantissas.map { decimal($0, exponent) }, "")
    }

    /// `mantissa · 10^exponent` written out.
    static func decimal(_ mantissa: Int, _ exponent: Int) -> String {
        if mantissa == 0 { return "0" }
        var digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        if digits.count <= -exponent {
            digits = String(repeating: "0", count: 1 - exponent - digits.count) + digits
        }
        digits.insert(".", at: digits.index(digits.endIndex, offsetBy: exponent))
        return sign + digits
    }
}
