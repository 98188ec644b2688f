// SPDX-License-Identifier: Apache-2.0
// The normal distribution with independent coordinates.

public import Probability
import RealModule

/// A normal distribution with independent coordinates: `log q = -sum_i (z_i^2 / 2 + log s_i) - D log(2 pi) / 2` with
/// `z = (x - m) / s`.
public struct DiagonalGaussian: ProposalDistribution, LogDensity, Sendable, Equatable {
    /// The mean m, `[D]`.
    public let mean: [Double]
    /// The standard deviations s, `[D]`, positive.
    public let standardDeviation: [Double]
    private let logConstant: Double

    /// A distribution with the given moments.
    ///
    /// - Throws: `ParameterError` for lists of different length, numbers that are not finite, deviations that are not
    ///   positive.
    public init(mean: [Double], standardDeviation: [Double]) throws(ParameterError) {
        guard !mean.isEmpty else { throw .tooFew("coordinates", needed: 1) }
        try ParameterError.check(mean, count: mean.count, "mean")
        try ParameterError.check(standardDeviation, count: mean.count, "standard deviations")
        guard standardDeviation.allSatisfy({ $0 > 0 }) else { throw .notPositive("standard deviations") }
        self.mean = mean
        self.standardDeviation = standardDeviation
        logConstant = -standardDeviation.reduce(Double(mean.count) * halfLogTwoPi) { $0 + .log($1) }
    }

    /// D.
    public var dimension: Int { mean.count }

    /// Writes independent draws and the log density of each.
    public func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream
    ) {
        fillQuickNormals(points, using: &stream)
        let dimension = dimension
        mean.withUnsafeBufferPointer { mean in
            standardDeviation.withUnsafeBufferPointer { deviation in
                for index in logDensity.indices {
                    var square = 0.0
                    for axis in 0..<dimension {
                        let z = points[index * dimension + axis]
                        square += z * z
                        points[index * dimension + axis] = mean[axis] + deviation[axis] * z
                    }
                    logDensity[index] = logConstant - 0.5 * square
                }
            }
        }
    }

    /// Writes the log density of every point.
    public func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        let dimension = dimension
        mean.withUnsafeBufferPointer { mean in
            standardDeviation.withUnsafeBufferPointer { deviation in
                for index in values.indices {
                    var square = 0.0
                    for axis in 0..<dimension {
                        let z = (points[index * dimension + axis] - mean[axis]) / deviation[axis]
                        square += z * z
                    }
                    values[index] = logConstant - 0.5 * square
                }
            }
        }
    }

    /// Writes the log density of every point and its derivatives, `-z / s`.
    public func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>
    ) {
        logDensity(points, into: values)
        for index in gradients.indices {
            let axis = index % dimension
            let z = (points[index] - mean[axis]) / standardDeviation[axis]
            gradients[index] = -z / standardDeviation[axis]
        }
    }
}
