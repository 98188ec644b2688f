// SPDX-License-Identifier: Apache-2.0
// The normal distribution with any covariance, by its Cholesky factor; a proposal and a target.

import CKernels
public import Probability
import RealModule

/// A normal distribution with mean m and covariance `L L^T`.
///
/// `log q = -|y|^2 / 2 - sum_i log L_ii - D log(2 pi) / 2` with `y = L^-1 (x - m)`; its integral is 1.
public struct FullGaussian: ProposalDistribution, LogDensity, Sendable, Equatable {
    /// The mean m, `[D]`.
    public let mean: [Double]
    /// The factor L, `[D, D]` row-major, positive on its diagonal and 0 above.
    public let lowerFactor: [Double]
    private let logConstant: Double

    /// A distribution with the given mean and Cholesky factor of the covariance; above the diagonal it is not read.
    ///
    /// - Precondition: the sizes agree, and the diagonal is positive.
    public init(mean: [Double], lowerFactor: [Double]) {
        let dimension = mean.count
        requireEqual(lowerFactor.count, dimension * dimension, "elements of a Cholesky factor")
        var factor = lowerFactor
        for row in 0..<dimension {
            guard factor[row * dimension + row] > 0 else { fatalError("a Cholesky factor has a positive diagonal") }
            for column in row + 1..<max(row + 1, dimension) { factor[row * dimension + column] = 0 }
        }
        self.mean = mean
        self.lowerFactor = factor
        logConstant = -halfLogDeterminant(factor, dimension: dimension) - Double(dimension) * halfLogTwoPi
    }

    /// A distribution with the given mean and covariance, `[D, D]` row-major; only the lower triangle is read.
    ///
    /// - Throws: `ParameterError` for sizes that disagree, numbers that are not finite, and a covariance that is not
    ///   positive definite.
    public init(mean: [Double], covariance: [Double]) throws(ParameterError) {
        guard !mean.isEmpty else { throw .tooFew("coordinates", needed: 1) }
        try ParameterError.check(mean, count: mean.count, "mean")
        try ParameterError.check(covariance, count: mean.count * mean.count, "covariance")
        guard let factor = choleskyFactor(covariance, dimension: mean.count) else {
            throw .notPositiveDefinite("covariance")
        }
        self.init(mean: mean, lowerFactor: factor)
    }

    /// D.
    public var dimension: Int { mean.count }

    /// `L L^T`, `[D, D]`.
    public var covariance: [Double] {
        var result = [Double](repeating: 0, count: lowerFactor.count)
        for row in 0..<dimension {
            for column in 0..<dimension {
                result[row * dimension + column] = (0...min(row, column)).reduce(0) {
                    $0 + lowerFactor[row * dimension + $1] * lowerFactor[column * dimension + $1]
                }
            }
        }
        return result
    }

    /// Writes independent draws and the log density of each.
    public func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream
    ) {
        fillQuickNormals(points, using: &stream)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * dimension) { scratch in
            elbo_gaussian_draws(
                dimension, mean, lowerFactor, scratch.baseAddress, points.baseAddress, logDensity.baseAddress,
                logDensity.count)
        }
        for index in logDensity.indices { logDensity[index] = logConstant - 0.5 * logDensity[index] }
    }

    /// Writes the log density of every point.
    public func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        whiten(points) { index, _, square in values[index] = logConstant - 0.5 * square }
    }

    /// Writes the log density of every point and its derivatives, `-L^-T y`.
    public func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>
    ) {
        let dimension = dimension
        lowerFactor.withUnsafeBufferPointer { factor in
            guard let factor = factor.baseAddress else { return }
            whiten(points) { index, y, square in
                values[index] = logConstant - 0.5 * square
                solveLowerTransposed(factor, y, dimension)
                for axis in 0..<dimension { gradients[index * dimension + axis] = -y[axis] }
            }
        }
    }

    /// Calls `body` with the index of every point, its `y` and `|y|^2`.
    @inline(__always)
    private func whiten(
        _ points: UnsafeBufferPointer<Double>, _ body: (Int, UnsafeMutablePointer<Double>, Double) -> Void
    ) {
        let dimension = dimension
        withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { scratch in
            lowerFactor.withUnsafeBufferPointer { factor in
                mean.withUnsafeBufferPointer { mean in
                    guard let y = scratch.baseAddress, let factor = factor.baseAddress else { return }
                    for index in 0..<points.count / dimension {
                        for axis in 0..<dimension { y[axis] = points[index * dimension + axis] - mean[axis] }
                        solveLower(factor, y, dimension)
                        var square = 0.0
                        for axis in 0..<dimension { square += y[axis] * y[axis] }
                        body(index, y, square)
                    }
                }
            }
        }
    }
}
