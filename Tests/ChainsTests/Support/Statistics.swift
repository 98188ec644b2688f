// SPDX-License-Identifier: Apache-2.0
// Draws of known distributions and what Monte Carlo error to expect, for the statistical tests of this target.

import Chains
import Probability
import RealModule
import TestSupport
import Testing

/// Largest deviation of a Monte Carlo mean, in its standard errors.
///
/// With seeds fixed it is no flake but a bound: one
/// deviation in 15 000 is larger by chance, and every wrong formula tried here is off by hundreds.
let allowedErrors = 4.0

/// Mean of independent numbers and the standard error of that mean.
func meanAndError(_ numbers: [Double]) -> (mean: Double, error: Double) {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, (variance / count).squareRoot())
}

/// Expects the mean of independent numbers to be a given one, within its own error.
func expectMean(
    _ numbers: [Double], _ expected: Double, slack: Double = 0, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let (mean, error) = meanAndError(numbers)
    expectClose(mean, expected, absolute: allowedErrors * error + slack, what, sourceLocation: sourceLocation)
}

/// The k-th coordinate of every row.
func column(_ points: [Double], _ axis: Int, dimension: Int) -> [Double] {
    stride(from: axis, to: points.count, by: dimension).map { points[$0] }
}

/// Independent draws of the equal mixture with hills at `centres`, standard deviation 1/2, in the plane.
func exactMixtureDraws(_ count: Int, centres: [Double], seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed, purpose: "exact draws")
    return (0..<count).flatMap { _ -> [Double] in
        let k = stream.integer(below: centres.count / 2)
        return [centres[2 * k] + 0.5 * stream.normal(), centres[2 * k + 1] + 0.5 * stream.normal()]
    }
}

/// A standard normal density in one dimension, normalised.
let standardNormal = FullGaussian(mean: [0], lowerFactor: [1])

/// A density that is NaN right of a place and `+infinity` far left; a normal one between.
struct BrokenDensity: PointwiseLogDensity {
    let dimension = 1

    func value(at point: UnsafePointer<Double>) -> Double {
        if point[0] > 1 { return .nan }
        return point[0] < -1 ? .infinity : -0.5 * point[0] * point[0]
    }

    func valueAndGradient(at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        gradient[0] = point[0] > 1 ? .nan : -point[0]
        return value(at: point)
    }
}
