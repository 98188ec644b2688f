// SPDX-License-Identifier: Apache-2.0
// The law of all proposals: draws have the density that is said of them, and its moments.

import Chains
import Probability
import RealModule
import TestSupport
import Testing

/// A distribution of two coordinates with its exact moments.
private struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let distribution: any ProposalDistribution & Sendable
    let mean: [Double]
    /// The variances of both coordinates and their covariance.
    let variance: [Double]
}

private func cases() throws -> [Case] {
    let mixture = try GaussianMixture(
        weights: [1, 3], means: [-2, 0, 2, 1], lowerFactors: [1, 9, 0, 1, 0.5, 0, 0.5, 1])
    return [
        Case(
            testDescription: "diagonal",
            distribution: try DiagonalGaussian(mean: [1, -2], standardDeviation: [0.5, 3]), mean: [1, -2],
            variance: [0.25, 9, 0]),
        Case(
            testDescription: "full", distribution: try FullGaussian(mean: [1, -2], covariance: [2, 0.6, 0.6, 1]),
            mean: [1, -2], variance: [2, 1, 0.6]),
        // Means 1 and 0.75; within: (1/4 + 3/4 1/4, 1/4 + 3/4 5/4, 3/4 1/4); between: (3, 3/16, 3/4).
        Case(
            testDescription: "mixture", distribution: mixture, mean: [1, 0.75],
            variance: [0.4375 + 3, 1.1875 + 0.1875, 0.1875 + 0.75]),
    ]
}

/// What a distribution breaks of the law; empty for a good one.
private func violations(_ test: Case) -> [String] {
    var found: [String] = []
    var stream = RandomStream(seed: 21, purpose: .proposal)
    let count = 40_001
    let (points, stated) = test.distribution.sample(count: count, using: &stream)
    let evaluated = filledValues(test.distribution, points)
    for index in 0..<count where abs(stated[index] - evaluated[index]) > 1e-9 * (1 + abs(stated[index])) {
        found.append("draw \(index): stated \(stated[index]), evaluated \(evaluated[index])")
        break
    }
    let (x, y) = (column(points, 0, dimension: 2), column(points, 1, dimension: 2))
    func check(_ numbers: [Double], _ expected: Double, _ what: String) {
        let (mean, error) = meanAndError(numbers)
        if !(abs(mean - expected) < allowedErrors * error) { found.append("\(what) \(mean), not \(expected)") }
    }
    check(x, test.mean[0], "mean of x")
    check(y, test.mean[1], "mean of y")
    check(x.map { ($0 - test.mean[0]) * ($0 - test.mean[0]) }, test.variance[0], "variance of x")
    check(y.map { ($0 - test.mean[1]) * ($0 - test.mean[1]) }, test.variance[1], "variance of y")
    check(zip(x, y).map { ($0 - test.mean[0]) * ($1 - test.mean[1]) }, test.variance[2], "covariance")
    // The density integrates to one: E_q of a normal density over q's own is 1, with draws of q.
    let wide = FullGaussian(mean: test.mean, lowerFactor: [0.4, 0, 0, 0.4])
    check(zip(wide.logDensity(points), evaluated).map { Double.exp($0 - $1) }, 1, "integral")
    return found
}

private func filledValues(_ distribution: any ProposalDistribution, _ points: [Double]) -> [Double] {
    var values = [Double](repeating: 0, count: points.count / distribution.dimension)
    values.withUnsafeMutableBufferPointer { values in
        points.withUnsafeBufferPointer { distribution.logDensity($0, into: values) }
    }
    return values
}

@Suite("Proposals") struct ProposalTests {
    @Test(arguments: try cases()) private func keepsTheLaw(_ test: Case) { #expect(violations(test) == []) }

    @Test func aWrongDensityIsCaught() throws {
        let wrong = Case(
            testDescription: "wrong", distribution: UncorrectedProposal(base: try cases()[1].distribution),
            mean: [1, -2],
            variance: [2, 1, 0.6])
        #expect(violations(wrong).contains { $0.hasPrefix("integral") })
    }

    @Test func quickAndPlainMixturesAgree() throws {
        // In the plane four points at a time, in space one by one: a third coordinate that is independent of the others.
        let plane = try GaussianMixture(
            weights: [1, 2], means: [0, 1, 3, -1], lowerFactors: [1, 0, 0.5, 2, 0.7, 0, -0.4, 0.6])
        let space = try GaussianMixture(
            weights: [1, 2], means: [0, 1, 0, 3, -1, 0],
            lowerFactors: [1, 0, 0, 0.5, 2, 0, 0, 0, 1, 0.7, 0, 0, -0.4, 0.6, 0, 0, 0, 1])
        var numbers = TestNumbers(seed: 4)
        let points = numbers.numbers(200, in: -40...40)
        let lifted = (0..<100).flatMap { row -> [Double] in [points[2 * row], points[2 * row + 1], 0] }
        let expected = space.logDensity(lifted).map { $0 + 0.5 * Double.log(2 * .pi) }
        expectClose(plane.logDensity(points), expected, relative: 1e-13, absolute: 1e-13)
    }

    @Test func oneComponentIsANormalDistribution() throws {
        let one = try GaussianMixture(weights: [7], means: [1, 2], lowerFactors: [2, 0, 0.5, 1])
        let normal = FullGaussian(mean: [1, 2], lowerFactor: [2, 0, 0.5, 1])
        let points: [Double] = [0, 0, 1, 2, -30, 4]
        expectClose(one.logDensity(points), normal.logDensity(points), relative: 1e-14)
        expectClose(
            one.logDensityAndGradient(points).gradients, normal.logDensityAndGradient(points).gradients, relative: 1e-13
        )
    }

    @Test func wordsTakenDependOnTheShapesOnly() throws {
        for test in try cases() {
            var (one, other) = (RandomStream(seed: 1, purpose: "a"), RandomStream(seed: 2, purpose: "a"))
            _ = test.distribution.sample(count: 33, using: &one)
            _ = test.distribution.sample(count: 33, using: &other)
            #expect(one.state.position == other.state.position)
        }
    }

    @Test func momentMatchingFindsTheMoments() throws {
        // Far from the origin, where a sum of squares would lose every digit.
        let draws: [Double] = [1e9, 0, 1e9 + 2, 1, 1e9 + 1, 5]
        let diagonal = try DiagonalGaussian(matching: draws, dimension: 2)
        expectClose(diagonal.mean, [1e9 + 1, 2], relative: 1e-15)
        expectClose(diagonal.standardDeviation, [Double.sqrt(2.0 / 3), .sqrt(14.0 / 3)], relative: 1e-12)
        let full = try FullGaussian(matching: draws, dimension: 2)
        expectClose(full.covariance, [2.0 / 3, 1.0 / 3, 1.0 / 3, 14.0 / 3], relative: 1e-12)
    }

    @Test func badParametersAreRefused() {
        #expect(throws: ParameterError.wrongCount(of: "standard deviations", expected: 2, found: 1)) {
            try DiagonalGaussian(mean: [0, 0], standardDeviation: [1])
        }
        #expect(throws: ParameterError.notPositive("standard deviations")) {
            try DiagonalGaussian(mean: [0], standardDeviation: [0])
        }
        #expect(throws: ParameterError.notFinite("mean")) {
            try DiagonalGaussian(mean: [.nan], standardDeviation: [1])
        }
        #expect(throws: ParameterError.notPositiveDefinite("covariance")) {
            try FullGaussian(mean: [0, 0], covariance: [1, 2, 2, 1])
        }
        #expect(throws: ParameterError.notPositive("weights")) {
            try GaussianMixture(weights: [1, 0], means: [0, 1], standardDeviations: [1, 1])
        }
        #expect(throws: ParameterError.tooFew("components", needed: 1)) {
            try GaussianMixture(weights: [], means: [], standardDeviations: [])
        }
        #expect(throws: ParameterError.tooFew("draws", needed: 2)) {
            try FullGaussian(matching: [1, 2], dimension: 2)
        }
        #expect(throws: ParameterError.notPositive("standard deviations")) {
            try DiagonalGaussian(matching: [1, 0, 1, 2], dimension: 2)
        }
    }
}
