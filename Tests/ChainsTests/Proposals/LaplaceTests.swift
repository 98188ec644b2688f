// SPDX-License-Identifier: Apache-2.0
// The Laplace approximation on densities whose mode is known, and on the published logistic regressions.

import Chains
import Probability
import RealModule
import TestSupport
import Testing

@Suite("Laplace approximation") struct LaplaceTests {
    @Test func aNormalDensityIsItsOwnApproximation() throws {
        let target = try FullGaussian(mean: [3, -1, 2], covariance: [2, 0.5, -0.3, 0.5, 1, 0.2, -0.3, 0.2, 0.7])
        let found = try LaplaceApproximation(of: target, from: [0, 0, 0])
        expectClose(found.mode, target.mean, absolute: 1e-7)
        expectClose(found.gaussian.covariance, target.covariance, absolute: 1e-7)
        expectClose(found.logNormalizer, 0, absolute: 1e-7, "log normaliser")
        #expect(found.iterationCount <= 4)
    }

    @Test func bananaIsClimbedAlongItsBend() throws {
        // The top is where both terms vanish: x = 0, y = b s^2.
        let found = try LaplaceApproximation(of: Banana(), from: [-3, -4])
        expectClose(found.mode, [0, 2], absolute: 1e-6)
        expectClose(found.logDensityAtMode, 0, absolute: 1e-12)
    }

    @Test func failuresSayWhy() {
        #expect(throws: LaplaceError.self) { try LaplaceApproximation(of: BrokenDensity(), from: [2]) }
        #expect(throws: LaplaceError.flat(at: [1, 0])) {
            try LaplaceApproximation(of: ExpressionDensity("-x^2 + 2*x", variables: ["x", "y"]), from: [1, 0])
        }
        let slope = #expect(throws: LaplaceError.self) {
            try LaplaceApproximation(of: ExpressionDensity("x", variables: ["x"]), from: [0], maximumSteps: 5)
        }
        if case .noMode = slope {} else { Issue.record("\(String(describing: slope))") }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>) func roundingNearTheModeDoesNotStopIt(seed: UInt64) throws {
        // A value of hundreds of nats, whose rounding is larger than what the last steps gain.
        var numbers = TestNumbers(seed: seed)
        let labels = (0..<1000).map { _ in Int.random(in: 0...9, using: &numbers) < 3 ? 1 : 0 }
        let posterior = try LogisticRegression(features: numbers.numbers(24_000), labels: labels)
        let found = try LaplaceApproximation(of: posterior, from: [Double](repeating: 0, count: 25))
        #expect(found.iterationCount < 12)
        let slope = posterior.logDensityAndGradient(found.mode).gradients
        expectClose(slope, [Double](repeating: 0, count: 25), absolute: 1e-7, "gradient at the mode")
    }

    @Test func constantFeaturesAreDropped() throws {
        let posterior = try smallPosterior()
        #expect(posterior.droppedFeatures == [1] && posterior.dimension == 3 && posterior.objectCount == 23)
        // At zero every object has probability one half.
        expectClose(posterior.logDensity([0, 0, 0])[0], -23 * .log(2), absolute: 1e-12)
    }

    @Test func logisticRegressionHasItsFormula() throws {
        let features: [Double] = [1, 4, 7, 8]
        let labels = [0, 1, 0, 1]
        let posterior = try LogisticRegression(features: features, labels: labels)
        let deviation = 7.5.squareRoot()
        let point = [0.7, -0.3]
        var expected = -0.5 * (0.49 + 0.09)
        for (x, label) in zip(features, labels) {
            let z = 0.7 * (x - 5) / deviation - 0.3
            expected += Double(label) * z - .log(onePlus: .exp(z))
        }
        expectClose(posterior.logDensity(point)[0], expected, absolute: 1e-13)
        // Far out nothing overflows: the loss grows like |z|.
        #expect(posterior.logDensity([1e5, 0])[0].isFinite)
    }

    @Test func badDataAreRefused() {
        #expect(throws: ParameterError.tooFew("objects", needed: 1)) {
            try LogisticRegression(features: [], labels: [])
        }
        #expect(throws: ParameterError.wrongCount(of: "labels 0 and 1", expected: 2, found: 1)) {
            try LogisticRegression(features: [1, 2], labels: [0, 2])
        }
        #expect(throws: ParameterError.wrongCount(of: "features", expected: 2, found: 3)) {
            try LogisticRegression(features: [1, 2, 3], labels: [0, 1])
        }
        #expect(throws: ParameterError.notFinite("features")) {
            try LogisticRegression(features: [1, .infinity], labels: [0, 1])
        }
    }

    /// The log density at the mode, the acceptance of the Laplace approximation as an independent proposal (tabulated
    /// within 0.02), and the log evidence minus the constant of the prior, which Laplace's estimate meets within 0.3 nats.
    @Test(
        .enabled(if: dataFolder != nil, "no uci/heart.dat in ELBO_DATA"),
        arguments: [
            ("heart.dat", 2.0, 14, -91.5934, 0.605, -113.974), ("australian.dat", 1, 15, -215.9223, 0.666, -244.195),
            ("german.data-numeric", 2, 25, -469.1405, 0.682, -529.177),
        ])
    func publishedPosteriors(
        file: String, positive: Double, dimension: Int, atMode: Double, accepted: Double, evidence: Double
    ) throws {
        let posterior = try posterior(of: file, positive: positive)
        #expect(posterior.dimension == dimension && posterior.droppedFeatures == [])
        let start = [Double](repeating: 0, count: dimension)
        let laplace = try LaplaceApproximation(of: posterior, from: start)
        expectClose(laplace.logDensityAtMode, atMode, absolute: 6e-5, "log density at the mode")
        let constant = Double(dimension) / 2 * .log(2 * Double.pi)
        expectClose(laplace.logNormalizer - constant, evidence, absolute: 0.3, "log evidence")
        var kernel = IndependentMetropolis(
            target: posterior, proposal: laplace.gaussian, streams: KernelStreams(seed: 7))
        var states = kernel.initialState([[Double]](repeating: laplace.mode, count: 100).flatMap { $0 })
        for _ in 0..<100 { _ = kernel.step(&states) }
        var rates: [Double] = []
        for _ in 0..<100 { rates.append(kernel.step(&states).meanAcceptanceProbability) }
        expectMean(rates, accepted, slack: 0.02, "acceptance")
    }

    /// Means and standard deviations of the heart posterior as two independent programs found them, the bias last.
    @Test(.enabled(if: dataFolder != nil, "no uci/heart.dat in ELBO_DATA")) func heartHasItsPublishedMoments() throws {
        let mean = [
            -0.138, 0.715, 0.693, 0.439, 0.369, -0.275, 0.317, -0.495, 0.404, 0.430, 0.266, 1.104, 0.699, -0.258,
        ]
        let deviation = [
            0.228, 0.245, 0.204, 0.202, 0.209, 0.200, 0.197, 0.241, 0.203, 0.254, 0.233, 0.246, 0.205, 0.195,
        ]
        let posterior = try posterior(of: "heart.dat", positive: 2)
        let laplace = try LaplaceApproximation(of: posterior, from: [Double](repeating: 0, count: 14))
        var kernel = IndependentMetropolis(
            target: posterior, proposal: laplace.gaussian, streams: KernelStreams(seed: 8))
        var stream = RandomStream(seed: 9, purpose: .initialization)
        let count = 4000
        var states = kernel.initialState(laplace.gaussian.sample(count: count, using: &stream).points)
        for _ in 0..<30 { _ = kernel.step(&states) }
        for axis in 0..<14 {
            let found = column(states.points, axis, dimension: 14)
            // Published to three digits, and within 0.015 deviations of each other.
            expectMean(found, mean[axis], slack: 0.0005 + 0.015 * deviation[axis], "mean of coordinate \(axis)")
            let spread = found.map { ($0 - mean[axis]) * ($0 - mean[axis]) }
            // The deviations are tabulated to half a unit of their third digit: 0.3 % each, 0.6 % of the variance.
            let variance = deviation[axis] * deviation[axis]
            expectMean(spread, variance, slack: 0.006 * variance, "variance of coordinate \(axis)")
        }
    }
}
