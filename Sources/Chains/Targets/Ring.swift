// SPDX-License-Identifier: Apache-2.0
// One ring, or several around one centre: the targets that no Gaussian proposal fits.

import RealModule

/// Concentric rings of the plane: `U = min_i ((r - r_i) / width)^2` with `r = |x|`, the density is `exp(-U)` [SZE17].
///
/// - Undefined cases: at the origin and half way between two rings there is no derivative; 0 and that of the inner ring
///   are given.
public struct Rings: PointwiseLogDensity, Sendable, Equatable {
    /// The radii, increasing.
    public let radii: [Double]
    /// The distance from the ring at which the density has fallen to 1/e of its top; the deviation of r is this over
    /// sqrt(2).
    public let width: Double

    /// Rings of the given radii.
    public init(radii: [Double], width: Double) {
        guard !radii.isEmpty, width > 0 else { fatalError("rings need a radius and a positive width") }
        self.radii = radii.sorted()
        self.width = width
    }

    /// The ring of radius 2 and width 0.4.
    public static let ring = Rings(radii: [2], width: 0.4)
    /// Rings of radius 1 to 5 and width 0.2, also called lord of rings.
    public static let ring5 = Rings(radii: [1, 2, 3, 4, 5], width: 0.2)

    /// 2.
    public var dimension: Int { 2 }

    /// The log density of one point.
    public func value(at point: UnsafePointer<Double>) -> Double {
        let offset = nearest(to: (point[0] * point[0] + point[1] * point[1]).squareRoot()) / width
        return -offset * offset
    }

    /// The log density of one point and its derivatives.
    public func valueAndGradient(at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        let radius = (point[0] * point[0] + point[1] * point[1]).squareRoot()
        let offset = nearest(to: radius) / width
        let slope = radius > 0 ? -2 * offset / (width * radius) : 0
        gradient[0] = slope * point[0]
        gradient[1] = slope * point[1]
        return -offset * offset
    }

    /// `r - r_i` of the nearest ring.
    private func nearest(to radius: Double) -> Double {
        var best = radius - radii[0]
        for index in 1..<max(1, radii.count) where abs(radius - radii[index]) < abs(best) {
            best = radius - radii[index]
        }
        return best
    }
}
