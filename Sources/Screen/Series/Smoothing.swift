// SPDX-License-Identifier: Apache-2.0
// Exponential smoothing as in TensorBoard: unbiased from the first point on, and NaN does not spread.

/// Debiased exponential moving average: `s ← w·s + (1 - w)·y`, shown as `s / (1 - wⁿ)` after n finite values.
public struct ExponentialSmoother: Sendable {
    /// Weight w of the past in [0, 1); 0 changes nothing.
    public let weight: Double
    private var accumulated = 0.0
    private var remainingBias = 1.0

    /// Creates a smoother; the weight is clamped to [0, 0.99999], NaN counts as 0.
    public init(weight: Double) {
        self.weight = weight.isNaN ? 0 : min(0.99999, max(0, weight))
    }

    /// The smoothed value after `y`.
    ///
    /// A value that is not finite is returned as it is and forgotten.
    public mutating func next(_ y: Double) -> Double {
        guard y.isFinite else { return y }
        accumulated = weight * accumulated + (1 - weight) * y
        remainingBias *= weight
        return accumulated / (1 - remainingBias)
    }
}

/// The smoothed values of a series, extended as the series grows.
public struct SmoothedSeries: Sendable {
    private var smoother: ExponentialSmoother
    private(set) var values = ValuePyramid()

    /// Creates smoothed values with weight w in [0, 1); call `update(from:)` to fill them.
    public init(weight: Double) { smoother = ExponentialSmoother(weight: weight) }

    /// Creates the smoothed values of a series.
    public init(_ series: SeriesPyramid, weight: Double) {
        self.init(weight: weight)
        update(from: series)
    }

    /// Weight of the past.
    public var weight: Double { smoother.weight }
    /// Number of smoothed points.
    public var count: Int { values.count }
    /// The smoothed value of point `index`.
    public subscript(index: Int) -> Double { Double(values[index]) }

    /// Smooths the points that came since the last call; starts over when the series became shorter.
    ///
    /// - Complexity: O(new points).
    public mutating func update(from series: SeriesPyramid) {
        if series.count < values.count { self = SmoothedSeries(weight: weight) }
        for index in values.count..<series.count { values.append(Float(smoother.next(series.y(at: index)))) }
    }
}
