// SPDX-License-Identifier: Apache-2.0
// What a sampler needs of its target: the logarithm of an unnormalised density, for many points at once.

/// An unnormalised density on R^D, known by its logarithm in nats.
///
/// Points are row-major `[count, D]`. A value of `-infinity` says that the point is outside the support. NaN and
/// `+infinity` are no values of a log density: kernels reject such a proposal and count it.
public protocol LogDensity {
    /// D, at least 1.
    var dimension: Int { get }

    /// Writes the log density of every point.
    ///
    /// - Shapes: `points` is `[count, D]`, `values` is `[count]`.
    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>)

    /// Writes the log density of every point and its derivatives by the coordinates.
    ///
    /// - Shapes: `points` and `gradients` are `[count, D]`, `values` is `[count]`.
    /// - Undefined cases: where the density has a kink, the derivative of one side; outside the support, anything.
    func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>)
}

extension LogDensity {
    /// The log density of every point.
    ///
    /// - Shapes: `points` is `[count, D]`, the result `[count]`.
    public func logDensity(_ points: [Double]) -> [Double] {
        let count = rowCount(of: points, dimension: dimension, "logDensity")
        return filled(count) { values in points.withUnsafeBufferPointer { logDensity($0, into: values) } }
    }

    /// The log density of every point, and its derivatives.
    ///
    /// - Shapes: `points` and `gradients` are `[count, D]`, `values` is `[count]`.
    public func logDensityAndGradient(_ points: [Double]) -> (values: [Double], gradients: [Double]) {
        let count = rowCount(of: points, dimension: dimension, "logDensityAndGradient")
        var values = [Double](repeating: 0, count: count)
        let gradients = filled(points.count) { gradients in
            values.withUnsafeMutableBufferPointer { values in
                points.withUnsafeBufferPointer {
                    logDensityAndGradient($0, values: values, gradients: gradients)
                }
            }
        }
        return (values, gradients)
    }
}

/// A log density that is a sum over the objects of a data set, and of a prior.
public protocol DataLogDensity: LogDensity {
    /// N, at least 1.
    var objectCount: Int { get }

    /// The density with the sum over n objects, times N / n, in the place of that over all: for objects drawn uniformly its
    /// expectation is this log density, and so for its gradient.
    ///
    /// - Precondition: at least one object, each below `objectCount`.
    func estimate(from objects: [Int]) -> Self
}

/// A log density written for one point; the loop over points is supplied.
///
/// The shortest way to a new target.
public protocol PointwiseLogDensity: LogDensity {
    /// The log density of the point whose D coordinates are at `point`.
    func value(at point: UnsafePointer<Double>) -> Double

    /// The log density of the point at `point`; writes its D derivatives to `gradient`.
    func valueAndGradient(at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double
}

extension PointwiseLogDensity {
    /// Writes the log density of every point.
    public func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        guard let first = points.baseAddress else { return }
        for index in values.indices { values[index] = value(at: first + index * dimension) }
    }

    /// Writes the log density of every point and its derivatives.
    public func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>
    ) {
        guard let first = points.baseAddress, let firstGradient = gradients.baseAddress else { return }
        for index in values.indices {
            let offset = index * dimension
            values[index] = valueAndGradient(at: first + offset, gradient: firstGradient + offset)
        }
    }
}
