// SPDX-License-Identifier: Apache-2.0
// Equal round hills far from each other: the targets that tell whether a sampler finds every mode.

import RealModule

/// An equal mixture of K normal distributions with covariance `variance * I`, in the normalisation of [SZE17].
///
/// `exp(-U) = 1/K sum_k exp(-|x - m_k|^2 / (2 v)) / sqrt(2 pi v)`: each hill is divided by the constant of one
/// dimension, whatever D is, so that the integral is `(2 pi v)^((D - 1) / 2)`.
public struct IsotropicMixture: LogDensity, Sendable, Equatable {
    /// D.
    public let dimension: Int
    /// Where the hills are, `[K, D]`.
    public let centres: [Double]
    /// The variance of every hill along every coordinate.
    public let variance: Double
    /// For D = 2, the hills as the kernel reads them.
    private let plane: PlaneMixture?

    /// A mixture of hills at the given places.
    public init(centres: [Double], dimension: Int, variance: Double) {
        guard rowCount(of: centres, dimension: dimension, "centres of a mixture") > 0, variance > 0 else {
            fatalError("a mixture needs a centre and a positive variance")
        }
        self.dimension = dimension
        self.centres = centres
        self.variance = variance
        guard dimension == 2 else {
            plane = nil
            return
        }
        var hills = PlaneMixture(isDiagonal: true)
        let deviation = variance.squareRoot()
        let constant = Self.logConstant(count: centres.count / 2, variance)
        for first in stride(from: 0, to: centres.count, by: 2) {
            hills.append(
                mean: (centres[first], centres[first + 1]), factor: (deviation, 0, deviation), constant: constant)
        }
        plane = hills
    }

    /// Two hills at (-5, 0) and (5, 0), standard deviation 1/2.
    public static let mog2 = IsotropicMixture(centres: [5, 0, -5, 0], dimension: 2, variance: 0.25)
    /// Six hills on the circle of radius 5 at 0, 60, ..., 300 degrees, standard deviation 1/2.
    public static let mog6 = IsotropicMixture(
        centres: (0..<6).flatMap { index -> [Double] in
            let angle = Double(index) * .pi / 3
            return [5 * .cos(angle), 5 * .sin(angle)]
        }, dimension: 2, variance: 0.25)

    /// K.
    public var componentCount: Int { centres.count / dimension }

    /// `-log K - log(2 pi v) / 2`.
    private static func logConstant(count: Int, _ variance: Double) -> Double {
        -.log(Double(count)) - halfLogTwoPi - 0.5 * .log(variance)
    }

    /// Writes the log density of every point.
    public func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        if let plane { return plane.logDensity(points, into: values) }
        let constant = Self.logConstant(count: componentCount, variance)
        centres.withUnsafeBufferPointer { centres in
            for index in values.indices {
                let point = UnsafeBufferPointer(rebasing: points[index * dimension..<(index + 1) * dimension])
                let largest = largestExponent(point, centres)
                guard largest > -.infinity else {
                    values[index] = largest
                    continue
                }
                var sum = 0.0
                for k in 0..<componentCount { sum += .exp(exponent(point, centres, k) - largest) }
                values[index] = largest + .log(sum) + constant
            }
        }
    }

    /// Writes the log density of every point and its derivatives, `sum_k r_k (m_k - x) / v` with responsibilities `r_k`.
    public func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>
    ) {
        let constant = Self.logConstant(count: componentCount, variance)
        centres.withUnsafeBufferPointer { centres in
            for index in values.indices {
                let rows = index * dimension..<(index + 1) * dimension
                let point = UnsafeBufferPointer(rebasing: points[rows])
                let gradient = UnsafeMutableBufferPointer(rebasing: gradients[rows])
                let largest = largestExponent(point, centres)
                gradient.update(repeating: 0)
                guard largest > -.infinity else {
                    values[index] = largest
                    continue
                }
                var sum = 0.0
                for k in 0..<componentCount {
                    let weight = Double.exp(exponent(point, centres, k) - largest)
                    sum += weight
                    for axis in 0..<dimension {
                        gradient[axis] += weight * (centres[k * dimension + axis] - point[axis])
                    }
                }
                for axis in 0..<dimension { gradient[axis] /= sum * variance }
                values[index] = largest + .log(sum) + constant
            }
        }
    }

    /// `-|x - m_k|^2 / (2 v)`.
    private func exponent(
        _ point: UnsafeBufferPointer<Double>, _ centres: UnsafeBufferPointer<Double>, _ component: Int
    ) -> Double {
        var square = 0.0
        for axis in 0..<dimension {
            let difference = point[axis] - centres[component * dimension + axis]
            square += difference * difference
        }
        return -0.5 * square / variance
    }

    /// The largest exponent; NaN when the point has one.
    private func largestExponent(
        _ point: UnsafeBufferPointer<Double>, _ centres: UnsafeBufferPointer<Double>
    ) -> Double {
        var largest = exponent(point, centres, 0)
        for k in 1..<max(1, componentCount) {
            let next = exponent(point, centres, k)
            if next > largest { largest = next }
        }
        return largest
    }
}
