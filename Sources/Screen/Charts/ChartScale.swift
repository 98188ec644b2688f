// SPDX-License-Identifier: Apache-2.0
// From values to places on an axis and back.

import Glibc

/// How values are spread along an axis.
public enum ScaleKind: Hashable, Sendable {
    /// Equal differences, equal distances.
    case linear
    /// Equal ratios, equal distances; zero and negative values lie below the floor.
    case logarithmic
}

/// A range of values laid along an axis; 0 is its start, 1 its end.
public struct ChartScale: Hashable, Sendable {
    /// How values are spread.
    public let kind: ScaleKind
    /// The values at start and end.
    public let range: ClosedRange<Double>
    private let origin: Double
    private let extent: Double

    /// Creates a scale; a range without extent, without finite ends, or (logarithmic) not positive is widened.
    public init(_ range: ClosedRange<Double>, kind: ScaleKind = .linear) {
        let usable = ChartScale.usable(range, kind: kind)
        self.kind = kind
        self.range = usable
        switch kind {
        case .linear:
            origin = usable.lowerBound
            extent = usable.upperBound - usable.lowerBound
        case .logarithmic:
            origin = log10(usable.lowerBound)
            extent = log10(usable.upperBound) - log10(usable.lowerBound)
        }
    }

    /// Where a value lies; below 0 and above 1 outside of the range.
    ///
    /// Never decreasing in `value`. On a logarithmic scale everything from one axis length below the floor on down,
    /// zero and negative values included, lies at -1.
    @inline(__always)
    public func fraction(of value: Double) -> Double {
        switch kind {
        case .linear: return (value - origin) / extent
        case .logarithmic: return value > 0 ? max(-1, (log10(value) - origin) / extent) : -1
        }
    }

    /// The value at a place.
    public func value(at fraction: Double) -> Double {
        switch kind {
        case .linear: return origin + fraction * extent
        case .logarithmic: return pow(10, origin + fraction * extent)
        }
    }

    /// Ticks within the range, about `target` of them, at least two where two round values fit.
    public func ticks(target: Int) -> AxisTicks {
        func ticks(_ target: Int) -> AxisTicks {
            kind == .linear
                ? AxisTicks.linear(range, target: target).within(range)
                : AxisTicks.logarithmic(range, target: target).within(range)
        }
        // The search likes to put ticks just outside of a range; with few ticks too few may remain inside.
        let first = ticks(target)
        if first.ticks.count >= 2 { return first }
        return (1...3).lazy.map { ticks(target + $0) }.first { $0.ticks.count >= 2 } ?? first
    }

    private static func usable(_ range: ClosedRange<Double>, kind: ScaleKind) -> ClosedRange<Double> {
        var (low, high) = (range.lowerBound, range.upperBound)
        if !low.isFinite || !high.isFinite || !(high - low).isFinite { (low, high) = (0, 1) }
        if kind == .logarithmic {
            if high <= 0 { (low, high) = (0.1, 1) }
            if low <= 0 { low = high / 1e6 }
            return log10(high) - log10(low) > 1e-9 ? low...high : low / 2...high * 2
        }
        guard high - low <= max(abs(low), abs(high)) * 1e-12 else { return low...high }
        let margin = low == 0 ? 1 : abs(low) * 0.1
        return low - margin...high + margin
    }
}
