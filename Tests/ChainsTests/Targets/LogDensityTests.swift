// SPDX-License-Identifier: Apache-2.0
// The law of all densities: gradients are derivatives, batches are single points side by side, NaN stays NaN.

import Chains
import RealModule
import TestSupport
import Testing

/// A density and where to try it.
private struct Case: CustomTestStringConvertible {
    let name: String
    let density: any LogDensity & Sendable
    /// Half the side of the box that test points come from.
    var reach = 3.0

    var testDescription: String { name }
}

private func cases() throws -> [Case] {
    let formula = "-0.5*(x^2 + y^2) - log(1+exp(x)) + logaddexp(x, y, 1)/3 - pow(abs(y)+1, 1.5)"
    return try allTargets.map { Case(name: $0.name, density: $0.density) } + [
        Case(name: "funnel of 4", density: Funnel(dimension: 4, standardDeviation: 2)),
        Case(
            name: "diagonal", density: DiagonalGaussian(mean: [1, -2, 0.5], standardDeviation: [0.5, 2, 1])),
        Case(
            name: "full",
            density: FullGaussian(mean: [1, 2, 3], covariance: [2, 0.5, -0.3, 0.5, 1, 0.2, -0.3, 0.2, 0.7])),
        Case(
            name: "plane mixture",
            density: GaussianMixture(
                weights: [1, 3], means: [0, 1, 2, -1], lowerFactors: [1, 0, 0.5, 0.8, 0.7, 0, -0.2, 1.5])),
        Case(
            name: "mixture of 3",
            density: GaussianMixture(
                weights: [2, 1], means: [0, 1, 2, 1, 0, -1], standardDeviations: [1, 0.5, 2, 0.7, 0.9, 1.1])),
        Case(name: "line mixture", density: IsotropicMixture(centres: [-2, 0, 2], dimension: 1, variance: 0.5)),
        Case(name: "logistic regression", density: smallPosterior()),
        Case(name: "formula", density: ExpressionDensity(formula, variables: ["x", "y"])),
    ]
}

/// What a density breaks of the law; empty for a good one.
private func violations(of density: any LogDensity, reach: Double) -> [String] {
    let dimension = density.dimension
    var numbers = TestNumbers(seed: 3)
    // Seven points: one full group of four and a rest.
    let points = numbers.numbers(7 * dimension, in: -reach...reach)
    var found: [String] = []
    let (values, gradients) = density.logDensityAndGradient(points)
    let plain = density.logDensity(points)
    for index in 0..<7 {
        let point = Array(points[index * dimension..<(index + 1) * dimension])
        let gradient = gradients[index * dimension..<(index + 1) * dimension]
        if !values[index].isFinite { found.append("value \(values[index]) at \(point)") }
        // Two ways to add the same terms differ by a few roundings.
        let rounding = 1e-13 * (1 + abs(values[index]))
        if !(abs(plain[index] - values[index]) <= rounding) { found.append("values \(plain[index]) \(values[index])") }
        let single = density.logDensity(point)[0]
        if !(abs(single - plain[index]) <= rounding) { found.append("alone \(single), in a batch \(plain[index])") }
        for direction in trialDirections(dimension, using: &numbers) {
            let numeric = directionalDerivative(at: point, along: direction, step: 1e-5) { density.logDensity($0)[0] }
            let exact = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
            // Central differences lose half of the digits to rounding, times the size of the value.
            if !(abs(numeric - exact) <= 1e-6 * (1 + abs(exact)) + 1e-10 * abs(values[index])) {
                found.append("slope \(exact), difference \(numeric) at \(point)")
            }
        }
    }
    var broken = Array(points[..<dimension])
    for axis in 0..<dimension {
        broken[axis] = .nan
        if !density.logDensity(broken)[0].isNaN { found.append("NaN in coordinate \(axis) is lost") }
        broken[axis] = .infinity
        let far = density.logDensity(broken)[0]
        if far > -1e300 { found.append("\(far) at infinity of coordinate \(axis)") }
        broken[axis] = points[axis]
    }
    return found
}

@Suite("Log densities") struct LogDensityTests {
    @Test(arguments: try cases()) private func keepsTheLaw(_ test: Case) {
        #expect(violations(of: test.density, reach: test.reach) == [])
    }

    @Test func aWrongGradientIsCaught() {
        struct Wrong: PointwiseLogDensity {
            let dimension = 2
            func value(at point: UnsafePointer<Double>) -> Double { -point[0] * point[0] - point[1] * point[1] }
            func valueAndGradient(
                at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>
            ) -> Double {
                gradient[0] = -2 * point[0]
                gradient[1] = -2 * point[1] + 1e-4
                return value(at: point)
            }
        }
        #expect(violations(of: Wrong(), reach: 3).contains { $0.hasPrefix("slope") })
    }

    @Test func batchesOfAnyLengthAreWrittenCompletely() {
        let density = IsotropicMixture.mog6
        var numbers = TestNumbers(seed: 8)
        for count in 0...9 {
            let points = numbers.numbers(2 * count, in: -6...6)
            let alone = (0..<count).map { density.logDensity([points[2 * $0], points[2 * $0 + 1]])[0] }
            #expect(density.logDensity(points) == alone)
        }
    }

    @Test func mixturesAgreeWithTheFormulaFarFromTheirHills() {
        // Far away every exponential of the plain formula is 0; the nearest hill decides.
        let value = IsotropicMixture.mog2.logDensity([1000, 3])[0]
        let expected = -2 * (995.0 * 995 + 9) - .log(2) - 0.5 * .log(Double.pi / 2)
        expectClose(value, expected, relative: 1e-14)
    }
}
