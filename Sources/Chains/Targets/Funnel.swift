// SPDX-License-Identifier: Apache-2.0
// A density whose width changes by orders of magnitude: no single step size suits it.

import RealModule

/// Neal's funnel [Nea03]: `v ~ N(0, s^2)` and every other coordinate `x_i ~ N(0, exp(v))`; v is the first coordinate.
///
/// `log p = -v^2 / (2 s^2) - (D - 1) v / 2 - exp(-v) sum_i x_i^2 / 2`; the integral is `(2 pi)^(D / 2) s`, the standard
/// deviations are `s` and `exp(s^2 / 4)`.
public struct Funnel: PointwiseLogDensity, Sendable, Equatable {
    /// D, at least 2.
    public let dimension: Int
    /// The standard deviation s of v.
    public let standardDeviation: Double

    /// A funnel; [Nea03] has ten coordinates and standard deviation 3.
    public init(dimension: Int = 2, standardDeviation: Double = 3) {
        guard dimension >= 2, standardDeviation > 0 else {
            fatalError("a funnel needs two coordinates and a positive standard deviation")
        }
        self.dimension = dimension
        self.standardDeviation = standardDeviation
    }

    /// The log density of one point.
    public func value(at point: UnsafePointer<Double>) -> Double {
        var squares = 0.0
        for axis in 1..<dimension { squares += point[axis] * point[axis] }
        return value(point[0], scaled: squares == 0 ? 0 : squares * .exp(-point[0]))
    }

    /// The log density of one point and its derivatives.
    public func valueAndGradient(at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        let precision = Double.exp(-point[0])
        var squares = 0.0
        for axis in 1..<dimension {
            squares += point[axis] * point[axis]
            gradient[axis] = point[axis] == 0 ? 0 : -precision * point[axis]
        }
        let scaled = squares == 0 ? 0 : squares * precision
        gradient[0] = -point[0] / (standardDeviation * standardDeviation) + 0.5 * (scaled - Double(dimension - 1))
        return value(point[0], scaled: scaled)
    }

    private func value(_ v: Double, scaled: Double) -> Double {
        let z = v / standardDeviation
        return -0.5 * (z * z + Double(dimension - 1) * v + scaled)
    }
}
