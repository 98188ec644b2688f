// SPDX-License-Identifier: Apache-2.0
// A normal distribution bent along a parabola: strong dependence that no covariance describes.

/// The twisted normal distribution of [HST99]: `x ~ N(0, s^2)` and `y + b (x^2 - s^2) ~ N(0, 1)`.
///
/// `log p = -x^2 / (2 s^2) - (y + b (x^2 - s^2))^2 / 2`; the integral is `2 pi s`, the means are 0, the standard
/// deviations `s` and `sqrt(1 + 2 b^2 s^4)`.
public struct Banana: PointwiseLogDensity, Sendable, Equatable {
    /// The standard deviation s of x.
    public let standardDeviation: Double
    /// The bend b.
    public let bend: Double

    /// A banana; the defaults give standard deviations 2 and 3.
    public init(standardDeviation: Double = 2, bend: Double = 0.5) {
        guard standardDeviation > 0 else { fatalError("a banana needs a positive standard deviation") }
        self.standardDeviation = standardDeviation
        self.bend = bend
    }

    /// 2.
    public var dimension: Int { 2 }

    /// The log density of one point.
    public func value(at point: UnsafePointer<Double>) -> Double {
        let variance = standardDeviation * standardDeviation
        let straight = point[1] + bend * (point[0] * point[0] - variance)
        return -0.5 * (point[0] * point[0] / variance + straight * straight)
    }

    /// The log density of one point and its derivatives.
    public func valueAndGradient(at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        let variance = standardDeviation * standardDeviation
        let straight = point[1] + bend * (point[0] * point[0] - variance)
        gradient[0] = -point[0] / variance - 2 * bend * point[0] * straight
        gradient[1] = -straight
        return -0.5 * (point[0] * point[0] / variance + straight * straight)
    }
}
