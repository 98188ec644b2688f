// SPDX-License-Identifier: Apache-2.0
// Reparametrised draws: values and pathwise derivatives against vectors, bisection in high precision and differences.

import Probability
import RealModule
import TestSupport
import Testing

/// `exp(logSigma)`.
func distributionSigma(_ logSigma: Double) -> Double { .exp(logSigma) }

@Suite("TruncatedLogNormal draws") struct TruncatedLogNormalDrawTests {
    /// mu, log sigma, u, log theta, theta, d log theta / d mu, d log theta / d sigma: 50-digit values.
    static let vectors: [(Double, Double, Double, Double, Double, Double, Double)] = [
        (0, -5, 0.25, -0.0077509931554, 0.992278968332, 0.5155022602, -1.15034938),
        (0, -5, 0.75, -0.00214697514621, 0.997855327956, 0.2109428682, -0.318639364),
        (0, 0, 0.5, -0.674489750196, 0.509416283863, 0.3722912343, -0.6744897502),
        (-1, 0, 0.9, -0.302643083843, 0.738862761372, 0.303861874, 0.00121879013),
        (-3, 1, 0.1, -6.70378957486, 0.0012262560972, 0.8623891129, -1.514420634),
        (-3, 1, 0.5, -3.4617109995, 0.0313760316908, 0.7241038525, -0.4743435342),
        (1, -1, 0.5, -0.0816012166086, 0.921639419916, 0.06348547098, -0.3943865064),
        (-10, 2, 0.7, -6.85499299936, 0.00105417901549, 0.5618532242, 0.1884435412),
        (3, 0, 0.5, -0.205154920599, 0.814521120537, 0.05506406557, -0.3703471173),
    ]

    @Test(arguments: vectors.indices) func reproducesTheReferenceVectorsToTheDigitsGiven(row: Int) {
        let (mu, logSigma, u, logTheta, theta, gradientMu, gradientSigma) = Self.vectors[row]
        let draw = TruncatedLogNormal(mu: mu, logSigma: logSigma).draw(u)
        expectClose(draw.logTheta, logTheta, relative: 1e-11, "log theta")
        expectClose(draw.theta, theta, relative: 1e-11, "theta")
        expectClose(draw.gradientMu, gradientMu, relative: 6e-10, "d/dmu")
        expectClose(draw.gradientSigma, gradientSigma, relative: 5e-9, "d/dsigma")
        expectClose(draw.gradientLogSigma, gradientSigma * distributionSigma(logSigma), relative: 5e-9, "d/dlogSigma")
    }

    @Test func agreesWithHighPrecisionBisectionOnTheWholeParameterRange() throws {
        for row in try goldenTable("truncated_log_normal.tsv").map({ $0.map { Double($0)! } }) {
            let draw = TruncatedLogNormal(mu: row[0], logSigma: row[1]).draw(0.3)
            let at = "at (\(row[0]), \(row[1]))"
            let sigma = distributionSigma(row[1])
            expectClose(draw.logTheta, row[8], relative: 1e-9, absolute: 1e-13, "log theta \(at)")
            expectClose(draw.gradientMu, row[9], relative: 1e-8, absolute: 1e-11, "d/dmu \(at)")
            expectClose(sigma * draw.gradientSigma, sigma * row[10], relative: 1e-8, absolute: 1e-11, "d/dsigma \(at)")
        }
    }

    @Test func drawsIncreaseWithTheUniformNumberAndStayWithinTheBounds() {
        for mu in stride(from: -25.0, through: 8, by: 1.5) {
            for logSigma in stride(from: -20.0, through: 5, by: 1.25) {
                let distribution = TruncatedLogNormal(mu: mu, logSigma: logSigma)
                var previous = -Double.infinity
                for u in [1e-12, 1e-5, 0.01, 0.3, 0.5, 0.77, 0.999, 1 - 1e-12] {
                    let draw = distribution.draw(u)
                    let at = "at (\(mu), \(logSigma), \(u))"
                    // The two formulas of z on either side of the middle may differ in the last digits.
                    #expect(draw.logTheta >= previous - 1e-12, "log theta \(draw.logTheta) after \(previous) \(at)")
                    #expect(draw.logTheta >= -20 && draw.logTheta <= 0, "log theta \(draw.logTheta) \(at)")
                    #expect(draw.gradientMu >= 0 && draw.gradientMu <= 1, "d/dmu \(draw.gradientMu) \(at)")
                    #expect(draw.gradientLogSigma.isFinite, "d/dlogSigma \(draw.gradientLogSigma) \(at)")
                    previous = draw.logTheta
                }
            }
        }
    }

    @Test func derivativesAreThoseOfFiniteDifferences() {
        var stream = RandomStream(seed: 11, purpose: "points")
        for _ in 0..<400 {
            let mu = stream.uniform(in: -22...5)
            let logSigma = stream.uniform(in: -5...5)
            let u = stream.uniform()
            let draw = TruncatedLogNormal(mu: mu, logSigma: logSigma).draw(u)
            let sigma = distributionSigma(logSigma)
            // Central differences: error of order step^2 against rounding over step.
            let step = 1e-5 * sigma
            let difference = { (dMu: Double, dLogSigma: Double) in
                TruncatedLogNormal(mu: mu + dMu, logSigma: logSigma + dLogSigma).draw(u).logTheta
                    - TruncatedLogNormal(mu: mu - dMu, logSigma: logSigma - dLogSigma).draw(u).logTheta
            }
            let at = "at (\(mu), \(logSigma), \(u))"
            expectClose(draw.gradientMu, difference(step, 0) / (2 * step), absolute: 2e-6, "d/dmu \(at)")
            expectClose(
                draw.gradientLogSigma / sigma, difference(0, 1e-5) / (2e-5 * sigma), relative: 1e-6, absolute: 2e-6,
                "d/dlogSigma \(at)")
        }
    }

    @Test func aDrawFarAboveTheUpperBoundStillMoves() {
        // The released code clips the quantile there and the noise vanishes.
        let distribution = TruncatedLogNormal(mu: 1, logSigma: -5)
        let (low, high) = (distribution.draw(0.1), distribution.draw(0.9))
        #expect(low.theta < high.theta && high.theta < 1)
        #expect(low.gradientMu > 0)
    }
}
