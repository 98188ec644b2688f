// SPDX-License-Identifier: Apache-2.0
// The draws of the training loop, in single precision, against the same quantiles in Double.

import Glibc
import Probability
import TensorCore
import TestSupport
import Testing

@Suite struct NoiseDrawTests {
    static let mus = [-15.0, -5, -2, -1, -0.5, -0.1, -0.01, 0, 0.01, 0.05, 0.2, 0.5, 1, 2, 5]
    static let logSigmas = [-8.0, -6, -5, -4, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 4]

    @Test(arguments: [-20.0...0, -4...0, -0.5...0, -3...1])
    func singlePrecisionFollowsDouble(bounds: ClosedRange<Double>) {
        var stream = RandomStream(seed: 17, purpose: .noise)
        for logSigma in Self.logSigmas {
            let mus = Self.mus.filter { $0 >= bounds.lowerBound }
            var words: [UInt32] = []
            let objects = 40
            let draws = TruncatedLogNormalDraws(
                mu: mus, logSigma: mus.map { _ in logSigma }, bounds: bounds, objects: objects
            ) { buffer in
                stream.fill(buffer)
                words = Array(buffer)
            }
            let theta = draws.scales.doubles()
            for (unit, mu) in mus.enumerated() {
                let exact = TruncatedLogNormal(
                    mu: mu, logSigma: logSigma, lower: bounds.lowerBound, upper: bounds.upperBound)
                var slope = (mu: 0.0, logSigma: 0.0, size: 0.0)
                for object in 0..<objects {
                    let index = object * mus.count + unit
                    let expected = exact.draw((Double(words[index] >> 1) + 0.5) * 0x1p-31)
                    expectClose(
                        theta[index], expected.theta, relative: 2e-5, absolute: 1e-7, "theta at \(mu), \(logSigma)")
                    slope.mu += expected.theta * expected.gradientMu
                    slope.logSigma += expected.theta * expected.gradientLogSigma
                    slope.size += expected.theta
                }
                // One column of ones as the gradient: the sums over the objects of this unit alone.
                let gradient = Tensor(
                    shape: [objects, mus.count],
                    scalars: (0..<theta.count).map { $0 % mus.count == unit ? Float(1) : 0 })
                let sums = draws.slopes(gradient)
                expectClose(sums.mu[unit], slope.mu, absolute: 1e-4 * slope.size, "mu at \(mu), \(logSigma)")
                expectClose(
                    sums.logSigma[unit], slope.logSigma, absolute: 1e-4 * slope.size + 1e-4 * abs(slope.logSigma),
                    "log sigma at \(mu), \(logSigma)")
            }
        }
    }

    @Test func oneDrawForTheWholeBatchIsTheSameArithmetic() {
        var stream = RandomStream(seed: 3, purpose: .noise)
        var again = stream
        let (mu, logSigma) = ([-0.3, 0.4, 0.01], [-1.0, -2, -5])
        let bounds = TruncatedLogNormal.defaultBounds
        let shared = TruncatedLogNormalDraws(mu: mu, logSigma: logSigma, bounds: bounds, objects: nil) {
            stream.fill($0)
        }
        let single = TruncatedLogNormalDraws(mu: mu, logSigma: logSigma, bounds: bounds, objects: 1) { again.fill($0) }
        #expect(shared.scales.shape == [3] && single.scales.shape == [1, 3])
        #expect(shared.scales.scalars() == single.scales.scalars())
        let left = shared.slopes(Tensor(shape: [3], scalars: [1, -2, 3]))
        let right = single.slopes(Tensor(shape: [1, 3], scalars: [1, -2, 3]))
        #expect(left.mu == right.mu && left.logSigma == right.logSigma)
    }

    @Test(arguments: [-20.0...0, -1...0, -6...2])
    func slopesOfTheDivergenceAreThoseOfTheDistribution(bounds: ClosedRange<Double>) {
        for logSigma in stride(from: -12.0, through: 5, by: 0.41) {
            let mus = Array(stride(from: bounds.lowerBound, through: 5, by: 0.37))
            let slopes = truncatedLogNormalDivergenceSlopes(
                mu: mus, logSigma: mus.map { _ in logSigma }, bounds: bounds)
            for (unit, mu) in mus.enumerated() {
                let divergence = TruncatedLogNormal(
                    mu: mu, logSigma: logSigma, lower: bounds.lowerBound, upper: bounds.upperBound
                ).divergence
                // Digits that the powers of the ends cancel, in both computations.
                expectClose(
                    slopes.mu[unit], divergence.gradientMu, relative: 1e-8,
                    absolute: 1e-12 / exp(logSigma), "mu at (\(mu), \(logSigma))")
                expectClose(
                    slopes.logSigma[unit], divergence.gradientLogSigma, relative: 1e-8, absolute: 1e-12,
                    "log sigma at (\(mu), \(logSigma))")
            }
        }
    }
}
