// SPDX-License-Identifier: Apache-2.0
// A weighted mixture of normal distributions: a proposal that can cover several modes.

public import Probability
import RealModule

/// A mixture of K normal distributions: `log q = log sum_k w_k N(x; m_k, L_k L_k^T)`, by log-sum-exp.
///
/// Components with independent coordinates are those whose factor is diagonal. Draws choose a component by one uniform
/// number, in the order of the weights.
public struct GaussianMixture: ProposalDistribution, LogDensity, Sendable, Equatable {
    /// D.
    public let dimension: Int
    /// The weights w, `[K]`, positive, with sum 1.
    public let weights: [Double]
    /// The means, `[K, D]`.
    public let means: [Double]
    /// The Cholesky factors of the covariances, `[K, D, D]`, 0 above the diagonal.
    public let lowerFactors: [Double]
    /// `w_1 + ... + w_k`; the last is exactly 1.
    let cumulativeWeights: [Double]
    /// `log w_k - sum_i log L_ii - D log(2 pi) / 2`.
    let logConstants: [Double]
    /// For D = 2, the components as the kernel reads them.
    private let plane: PlaneMixture?

    /// A mixture of the given components.
    ///
    /// - Parameter weights: positive numbers, `[K]`; they are divided by their sum.
    /// - Throws: `ParameterError` for no component, sizes that disagree, numbers that are not finite, weights or
    ///   diagonals that are not positive.
    public init(weights: [Double], means: [Double], lowerFactors: [Double]) throws(ParameterError) {
        let count = weights.count
        guard count > 0 else { throw .tooFew("components", needed: 1) }
        let dimension = means.count / count
        guard dimension > 0 else { throw .wrongCount(of: "means", expected: count, found: means.count) }
        try ParameterError.check(weights, count: count, "weights")
        try ParameterError.check(means, count: count * dimension, "means")
        try ParameterError.check(lowerFactors, count: count * dimension * dimension, "factors")
        let total = weights.reduce(0, +)
        guard weights.allSatisfy({ $0 > 0 }), total < .infinity else { throw .notPositive("weights") }
        var factors = lowerFactors
        for k in 0..<count {
            for row in 0..<dimension {
                let first = (k * dimension + row) * dimension
                guard factors[first + row] > 0 else { throw .notPositive("diagonal of a factor") }
                for column in row + 1..<max(row + 1, dimension) { factors[first + column] = 0 }
            }
        }
        self.dimension = dimension
        self.weights = weights.map { $0 / total }
        self.means = means
        self.lowerFactors = factors
        var cumulative = [Double]()
        for weight in self.weights { cumulative.append((cumulative.last ?? 0) + weight) }
        cumulative[count - 1] = 1
        cumulativeWeights = cumulative
        logConstants = (0..<count).map { k in
            let rows = k * dimension * dimension..<(k + 1) * dimension * dimension
            return .log(weights[k] / total) - Double(dimension) * halfLogTwoPi
                - halfLogDeterminant(Array(factors[rows]), dimension: dimension)
        }
        plane = dimension == 2 ? planeMixture(means, factors, logConstants) : nil
    }

    /// A mixture of components with independent coordinates; `standardDeviations` is `[K, D]`.
    ///
    /// - Throws: as above.
    public init(weights: [Double], means: [Double], standardDeviations: [Double]) throws(ParameterError) {
        let dimension = means.count / max(1, weights.count)
        try ParameterError.check(standardDeviations, count: means.count, "standard deviations")
        var factors = [Double](repeating: 0, count: means.count * dimension)
        for row in standardDeviations.indices { factors[row * dimension + row % dimension] = standardDeviations[row] }
        try self.init(weights: weights, means: means, lowerFactors: factors)
    }

    /// K.
    public var componentCount: Int { weights.count }

    /// Writes independent draws and the log density of each.
    public func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream
    ) {
        // The uniform numbers wait where their densities will be.
        stream.fillUniform(logDensity)
        fillQuickNormals(points, using: &stream)
        if let plane {
            plane.draw(points, choosingBy: logDensity, cumulativeWeights)
        } else {
            draw(points, choosingBy: logDensity)
        }
        self.logDensity(UnsafeBufferPointer(points), into: logDensity)
    }

    /// Makes draws of standard normal numbers, in place.
    private func draw(
        _ points: UnsafeMutableBufferPointer<Double>, choosingBy uniforms: UnsafeMutableBufferPointer<Double>
    ) {
        let dimension = dimension
        let last = componentCount - 1
        cumulativeWeights.withUnsafeBufferPointer { cumulative in
            means.withUnsafeBufferPointer { means in
                lowerFactors.withUnsafeBufferPointer { factors in
                    for index in uniforms.indices {
                        let u = uniforms[index]
                        // Counting has no branch to guess wrong.
                        var component = 0
                        for k in 0..<last { component += u >= cumulative[k] ? 1 : 0 }
                        let first = index * dimension
                        let mean = component * dimension
                        for row in stride(from: dimension - 1, through: 0, by: -1) {
                            var x = means[mean + row]
                            let factor = (mean + row) * dimension
                            for k in 0...row { x += factors[factor + k] * points[first + k] }
                            points[first + row] = x
                        }
                    }
                }
            }
        }
    }

    /// Writes the log density of every point.
    public func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        if let plane { return plane.logDensity(points, into: values) }
        evaluate(points, values: values, gradients: nil)
    }

    /// Writes the log density of every point and its derivatives, `-sum_k r_k L_k^-T y_k` with responsibilities `r_k`.
    public func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>
    ) {
        evaluate(points, values: values, gradients: gradients)
    }
}
