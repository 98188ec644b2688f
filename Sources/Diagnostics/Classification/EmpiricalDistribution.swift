// SPDX-License-Identifier: Apache-2.0
// The empirical distribution function of a list of numbers, and the distance between two of them.

import RealModule

/// Which share of some numbers lies at or below a threshold.
public struct EmpiricalDistribution: Sendable, Equatable {
    /// The numbers in ascending order; empty when one is NaN.
    public let values: [Double]
    /// Why there is no distribution: no numbers, or one that is NaN.
    public let problem: UndefinedReason?

    /// Sorts numbers; infinite ones are allowed.
    public init(_ numbers: [Double]) {
        problem = numbers.isEmpty ? .empty : numbers.contains(where: \.isNaN) ? .notFinite : nil
        values = problem == nil ? numbers.sorted() : []
    }

    /// `F(x)`, the share of numbers that are at most `x`, in [0, 1].
    ///
    /// - Undefined cases: no numbers, a NaN among them, NaN for `x`.
    public func share(atMost x: Double) -> Diagnosis {
        if let problem { return .undefined(problem) }
        if x.isNaN { return .undefined(.notFinite) }
        return .value(Double(values.partitioningIndex { $0 > x }) / Double(values.count))
    }

    /// `F` at equally spaced thresholds, ends included: what a plot of the function needs.
    ///
    /// - Parameters:
    ///   - range: thresholds from and to, such as 0 to `log K` for entropies.
    ///   - count: number of thresholds, at least 2.
    /// - Returns: thresholds and shares; no shares where there is no distribution.
    public func curve(over range: ClosedRange<Double>, count: Int) -> (thresholds: [Double], shares: [Double]) {
        precondition(count >= 2, "a curve has two points at least")
        let width = range.upperBound - range.lowerBound
        let thresholds = (0..<count).map {
            $0 == count - 1 ? range.upperBound : range.lowerBound + width * Double($0) / Double(count - 1)
        }
        return (thresholds, thresholds.compactMap { share(atMost: $0).value })
    }
}
