// SPDX-License-Identifier: Apache-2.0
// The points of one curve, kept completely, and drawable at any zoom in time proportional to the width.

/// All points of a curve with summaries for drawing.
///
/// x values are doubles (steps, seconds) in non-decreasing order; y values are kept in single precision, about seven
/// digits, which is more than a screen shows, and count as infinite beyond 3.4e38. A million points take 6 MB when x is
/// evenly spaced and 14 MB at worst.
/// Copies share memory until one of them grows.
public struct SeriesPyramid: Sendable {
    private(set) var steps = StepStore()
    private(set) var values = ValuePyramid()

    /// Creates an empty series.
    public init() {}

    /// Creates a series from points; see `append(x:y:)` for the order.
    public init(x: some Sequence<Double>, y: some Sequence<Double>) {
        for (x, y) in zip(x, y) { append(x: x, y: y) }
    }

    /// Creates a series with x = 0, 1, 2 and so on.
    public init(_ y: some Sequence<Double>) {
        for (index, y) in y.enumerated() { append(x: Double(index), y: y) }
    }

    /// Appends a point.
    ///
    /// y may be NaN or infinite, which is kept and shown.
    ///
    /// - Returns: false, and the point is left out, when x is not finite or smaller than the last x.
    /// - Complexity: O(1) amortised.
    @discardableResult
    public mutating func append(x: Double, y: Double) -> Bool {
        guard steps.append(x) else { return false }
        values.append(Float(y))
        return true
    }

    /// Number of points.
    public var count: Int { steps.count }
    /// Whether there is no point.
    public var isEmpty: Bool { count == 0 }
    /// Number of points whose y is NaN or infinite.
    public var nonFiniteCount: Int { Int(values.total.nonFiniteCount) }
    /// First and last x, or `nil` without points.
    public var xRange: ClosedRange<Double>? { isEmpty ? nil : steps[0]...steps.last }
    /// Smallest and largest finite y, or `nil` when there is none.
    public var yRange: ClosedRange<Double>? { SeriesPyramid.range(values.total) }
    /// Bytes held by points and summaries.
    public var allocatedBytes: Int { steps.allocatedBytes + values.allocatedBytes }

    /// The x of point `index`.
    public func x(at index: Int) -> Double { steps[index] }
    /// The y of point `index`, rounded to single precision.
    public func y(at index: Int) -> Double { Double(values[index]) }

    /// The point whose x is nearest to `x`, the earlier one of two equally near; `nil` without points.
    public func index(nearestTo x: Double) -> Int? {
        guard !isEmpty, !x.isNaN else { return nil }
        let after = steps.lowerBound(x)
        if after == 0 { return 0 }
        if after == count { return steps.lowerBound(steps.last) }
        return x - steps[after - 1] <= steps[after] - x ? steps.lowerBound(steps[after - 1]) : after
    }

    /// Indices of the points with x in a closed range.
    public func indices(in window: ClosedRange<Double>) -> Range<Int> {
        let start = steps.lowerBound(window.lowerBound)
        return start..<max(start, steps.lowerBound(window.upperBound, after: true))
    }

    /// Summary of the points with indices in `range`.
    public func summary(_ range: Range<Int>) -> SeriesBucket { values.summary(range) }

    /// Smallest and largest finite y of the points with x in a closed range, or `nil` when there is none.
    public func yRange(in window: ClosedRange<Double>) -> ClosedRange<Double>? {
        SeriesPyramid.range(values.summary(indices(in: window)))
    }

    static func range(_ bucket: SeriesBucket) -> ClosedRange<Double>? {
        bucket.hasValues ? Double(bucket.minimum)...Double(bucket.maximum) : nil
    }
}
