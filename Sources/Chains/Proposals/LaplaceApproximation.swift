// SPDX-License-Identifier: Apache-2.0
// The normal distribution at the mode of a density, with the curvature there.

import RealModule

/// The normal distribution `N(mode, (-Hessian)^-1)` of a log density.
public struct LaplaceApproximation: Sendable, Equatable {
    /// The approximation; its mean is the mode.
    public let gaussian: FullGaussian
    /// The log density at the mode, as unnormalised as the density is, in nats.
    public let logDensityAtMode: Double
    /// Newton steps taken.
    public let iterationCount: Int

    /// The mode, `[D]`.
    public var mode: [Double] { gaussian.mean }

    /// Laplace's estimate of the log integral of the density, `log p(mode) + D log(2 pi) / 2 + log det(covariance) / 2`.
    public var logNormalizer: Double {
        logDensityAtMode + Double(mode.count) * halfLogTwoPi
            + halfLogDeterminant(gaussian.lowerFactor, dimension: mode.count)
    }

    /// Climbs from `start` to a mode and measures the curvature there.
    ///
    /// Newton steps with a Hessian of central differences of gradients; a multiple of the identity is added until the
    /// matrix is positive definite, and steps are halved until the density grows. It finds a local mode: of several it is
    /// the one whose slope holds the start.
    ///
    /// - Parameter start: a point of the support, `[D]`.
    /// - Throws: `LaplaceError` where the density or its gradient is not finite, no mode is reached, or the density is
    ///   flat along a direction at the mode.
    /// - Complexity: `2 D + 1` gradients and D^3 operations a step.
    public init(of target: any LogDensity, from start: [Double], maximumSteps: Int = 200) throws(LaplaceError) {
        let dimension = target.dimension
        requireEqual(start.count, dimension, "coordinates of a start")
        var point = start
        var (value, gradient) = Self.evaluate(target, at: point)
        guard value.isFinite, gradient.allSatisfy(\.isFinite) else { throw .notFinite(at: start) }
        var promise = Double.infinity
        for step in 0..<maximumSteps {
            guard let precision = Self.negativeHessian(of: target, at: point) else { throw .notFinite(at: point) }
            let direction = Self.newtonDirection(precision, gradient)
            // g' H^-1 g, the squared distance to the mode in standard deviations and twice the growth that a step promises.
            promise = zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 }
            if promise < 1e-8 {
                // So near rounding hides the growth, and one more whole step squares the distance.
                self = try Self.curvature(of: target, at: zip(point, direction).map { $0 + $1 }, steps: step)
                return
            }
            var length = 1.0
            var next = point
            var found = (value: -Double.infinity, gradient: gradient)
            while true {
                next = zip(point, direction).map { $0 + length * $1 }
                found = Self.evaluate(target, at: next)
                let isBetter = found.value >= value + 1e-4 * length * promise
                if isBetter, found.value < .infinity, found.gradient.allSatisfy(\.isFinite) { break }
                length /= 2
                if length < 1e-10 { throw .noMode(steps: step, promise: promise) }
            }
            point = next
            (value, gradient) = found
        }
        throw .noMode(steps: maximumSteps, promise: promise)
    }

    /// The approximation with the mode at a point.
    private static func curvature(
        of target: any LogDensity, at mode: [Double], steps: Int
    ) throws(LaplaceError) -> LaplaceApproximation {
        let dimension = mode.count
        guard let precision = negativeHessian(of: target, at: mode) else { throw .notFinite(at: mode) }
        guard let factor = choleskyFactor(precision, dimension: dimension),
            let root = choleskyFactor(inverse(fromFactor: factor, dimension: dimension), dimension: dimension)
        else { throw .flat(at: mode) }
        return LaplaceApproximation(
            gaussian: FullGaussian(mean: mode, lowerFactor: root), logDensityAtMode: evaluate(target, at: mode).value,
            iterationCount: steps)
    }

    private init(gaussian: FullGaussian, logDensityAtMode: Double, iterationCount: Int) {
        self.gaussian = gaussian
        self.logDensityAtMode = logDensityAtMode
        self.iterationCount = iterationCount
    }

    private static func evaluate(_ target: any LogDensity, at point: [Double]) -> (value: Double, gradient: [Double]) {
        let (values, gradients) = target.logDensityAndGradient(point)
        return (values[0], gradients)
    }

    /// `-d^2 log p`, symmetric, `[D, D]`, or `nil` where a gradient is not finite.
    static func negativeHessian(of target: any LogDensity, at point: [Double]) -> [Double]? {
        let dimension = point.count
        // The cube root of the precision balances rounding against the third derivative.
        let steps = point.map { 6e-6 * max(1, abs($0)) }
        var points: [Double] = []
        for axis in 0..<dimension {
            for sign in [1.0, -1.0] {
                var neighbour = point
                neighbour[axis] += sign * steps[axis]
                points += neighbour
            }
        }
        let gradients = target.logDensityAndGradient(points).gradients
        guard gradients.allSatisfy(\.isFinite) else { return nil }
        var result = [Double](repeating: 0, count: dimension * dimension)
        for axis in 0..<dimension {
            for other in 0..<dimension {
                let above = gradients[2 * axis * dimension + other]
                let below = gradients[(2 * axis + 1) * dimension + other]
                let derivative = (below - above) / (2 * steps[axis])
                result[axis * dimension + other] += 0.5 * derivative
                result[other * dimension + axis] += 0.5 * derivative
            }
        }
        return result
    }

    /// `(precision + shift I)^-1 gradient` with the smallest shift tried that makes the matrix positive definite.
    ///
    /// Tried are 0 and then 1e-3, 1e-2 and so on times the largest diagonal element.
    private static func newtonDirection(_ precision: [Double], _ gradient: [Double]) -> [Double] {
        let dimension = gradient.count
        let scale = (0..<dimension).reduce(1e-6) { max($0, abs(precision[$1 * dimension + $1])) }
        var shift = 0.0
        while shift < 1e12 * scale {
            var shifted = precision
            for axis in 0..<dimension { shifted[axis * dimension + axis] += shift }
            if let factor = choleskyFactor(shifted, dimension: dimension) {
                var direction = gradient
                factor.withUnsafeBufferPointer { factor in
                    direction.withUnsafeMutableBufferPointer { direction in
                        guard let factor = factor.baseAddress, let direction = direction.baseAddress else { return }
                        solveLower(factor, direction, dimension)
                        solveLowerTransposed(factor, direction, dimension)
                    }
                }
                return direction
            }
            shift = max(1e-3 * scale, 10 * shift)
        }
        return gradient
    }
}

/// Why a density has no Laplace approximation from a start.
public enum LaplaceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The log density or its gradient is not finite at or beside a point.
    case notFinite(at: [Double])
    /// No mode was reached; `promise` is the growth in nats that the last step still promised, twice.
    case noMode(steps: Int, promise: Double)
    /// The density is flat along a direction at the mode.
    case flat(at: [Double])

    /// What happened and what to try.
    public var description: String {
        switch self {
        case .notFinite(let point): "the log density or its gradient is not finite at \(point): start elsewhere"
        case .noMode(let steps, _): "no mode after \(steps) Newton steps: start nearer to it"
        case .flat(let point): "the density is flat along a direction at \(point): it has no normal approximation"
        }
    }
}
