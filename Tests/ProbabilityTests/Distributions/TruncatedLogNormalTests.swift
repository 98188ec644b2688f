// SPDX-License-Identifier: Apache-2.0
// The truncated log-normal distribution against published vectors, 60-digit quadrature and its own laws.

import Glibc
import Probability
import TestSupport
import Testing

/// Half a unit of the last printed digit of a number in scientific notation with `digits` digits.
private func rounding(_ digits: Int) -> Double {
    (0..<digits - 1).reduce(0.5000001) { tolerance, _ in tolerance / 10 }
}

@Suite("TruncatedLogNormal") struct TruncatedLogNormalTests {
    /// mu, log sigma, E[theta], SNR, KL, dKL/dmu, dKL/dsigma: 50-digit values.
    static let vectors: [(Double, Double, Double, Double, Double, Double, Double)] = [
        (0, -5, 0.994646514981, 246.699206114, 7.26994092091, 59.20828413, -148.4131591),
        (0, -3, 0.961482972717, 33.8135468886, 5.26994092091, 8.012969903, -20.08553692),
        (0, 0, 0.52315658373, 2.09243900563, 2.26994092091, 0.3989422804, -1.0),
        (0, 1, 0.263974548963, 0.9800459915, 1.26994092091, 0.1467626632, -0.3678794411),
        (0, 3, 0.0582209552886, 0.362646729269, 0.0101924356146, 0.001893199524, -0.00195357954),
        (0, 5, 0.0501491020235, 0.333878971611, 3.66004241054e-6, 6.862168629e-7, -9.858759761e-8),
        (-0.1, -4, 0.904989197994, 54.5935932383, 5.57679413061, 1.128952766e-4, -54.59753365),
        (-1, -5, 0.367887792117, 148.411474619, 6.57679374035, 0, -148.4131591),
        (-1, 0, 0.36045310947, 1.48842163754, 1.89334750484, 0.3289568426, -0.6710431574),
        (-3, 1, 0.123143975004, 0.615474161752, 0.860075931798, 0.1150950503, -0.2408560518),
        (-5, 0.5, 0.0240769360349, 0.404112429293, 1.08410373065, 0.0124494533, -0.5687757841),
        (-10, 2, 0.0312830611776, 0.270500851539, 0.0325165380671, 0, -0.01624537103),
        (-20, 1, 1.6528195321e-7, 0.0355527322625, 1.26994092091, -0.1467626632, -0.3678794411),
        (1, -1, 0.898696409786, 10.3911288973, 4.18825751394, 0.7099971921, -4.648254294),
        (1, -3, 0.997539441242, 407.392463309, 8.00064443145, 0.9902649384, -39.97553991),
        (3, 0, 0.77695312003, 4.53499554044, 3.25987197946, 0.2473881076, -1.742164323),
        (5, 0, 0.842172382414, 6.38511959705, 3.67553221652, 0.1749930701, -1.874965351),
    ]

    @Test(arguments: vectors.indices) func reproducesTheReferenceVectorsToTheDigitsGiven(row: Int) {
        let (mu, logSigma, mean, ratio, divergence, gradientMu, gradientSigma) = Self.vectors[row]
        let distribution = TruncatedLogNormal(mu: mu, logSigma: logSigma)
        let result = distribution.divergence
        let sigma = distributionSigma(logSigma)

        expectClose(distribution.mean, mean, relative: 1e-11, "mean")
        expectClose(distribution.signalToNoise, ratio, relative: 1e-10, "SNR")
        expectClose(result.value, divergence, relative: 1e-11, "KL")
        expectClose(result.gradientMu, gradientMu, relative: rounding(10), absolute: 1e-14, "dKL/dmu")
        expectClose(result.gradientLogSigma / sigma, gradientSigma, relative: rounding(9), "dKL/dsigma")
    }

    /// mu, log sigma, E[theta], SNR, KL, found independently of the vectors above.
    static let moreVectors: [(Double, Double, Double, Double, Double)] = [
        (0, -5, 0.994646514981, 246.699206114, 7.26994092091), (0, 0, 0.52315658373, 2.09243900563, 2.26994092091),
        (-1, 0, 0.36045310947, 1.48842163754, 1.89334750484),
        (-3, 1, 0.123143975004, 0.615474161752, 0.860075931798),
        (-10, 2, 0.0312830611776, 0.270500851539, 0.0325165380671),
        (-20, 5, 0.0497409705665, 0.332450688892, 3.66004241054e-6),
        (0, 5, 0.0501491020235, 0.333878971611, 3.66004241054e-6),
        (-2, -3, 0.135503118535, 20.0730914424, 4.57679374035), (5, -3, 0.999504593348, 2018.74319507, 9.60536841248),
    ]

    @Test(arguments: moreVectors.indices) func reproducesTheQuadratureTableToTheDigitsGiven(row: Int) {
        let (mu, logSigma, mean, ratio, divergence) = Self.moreVectors[row]
        let distribution = TruncatedLogNormal(mu: mu, logSigma: logSigma)
        expectClose(distribution.mean, mean, relative: 1e-11, "mean")
        // The last row has an SNR of 2019: the bracket is 2.5e-7 and keeps nine digits.
        expectClose(distribution.signalToNoise, ratio, relative: 1e-9, "SNR")
        expectClose(distribution.divergence.value, divergence, relative: 1e-11, "KL")
    }

    /// mu, log sigma, E[theta], KL where the signal-to-noise ratio is 1.
    static let unitRatio: [(Double, Double, Double, Double)] = [
        (1, 1.130823, 0.27579, 1.26732), (0, 0.971222, 0.27031, 1.29872), (-1, 0.722070, 0.25814, 1.35643),
        (-2, 0.161233, 0.19797, 1.54438), (-3, -0.164534, 0.07111, 1.74289), (-5, -0.183251, 0.00953, 1.76005),
        (-8, -0.183256, 0.00047, 1.76005),
    ]

    @Test(arguments: unitRatio.indices) func theSignalToNoiseRatioIsOneWhereTheTableSays(row: Int) {
        let (mu, logSigma, mean, divergence) = Self.unitRatio[row]
        let distribution = TruncatedLogNormal(mu: mu, logSigma: logSigma)
        // The table rounds log sigma to six digits; the ratio falls with a slope of at most 1.5 there.
        expectClose(distribution.signalToNoise, 1, absolute: 1.5e-6, "SNR")
        expectClose(distribution.mean, mean, absolute: 6e-6, "mean")
        expectClose(distribution.divergence.value, divergence, absolute: 6e-6, "KL")
    }

    @Test func evidenceGainsAreTheClosedFormValues() {
        let table = [
            (-3.0, 1.0, -18.334273), (-10, 2, -0.645473), (-20, 5, 0.003023), (0, 5, -0.006057), (-15, 1.5, 0.096819),
            (-18, 1, 1.068708),
        ]
        for (mu, logSigma, gain) in table {
            expectClose(
                TruncatedLogNormal(mu: mu, logSigma: logSigma).evidenceGain, gain, absolute: 5.1e-7, "gain at \(mu)")
        }
    }

    @Test func agreesWithHighPrecisionQuadratureOnBothSidesOfEveryBranch() throws {
        let rows = try goldenTable("truncated_log_normal.tsv").map { $0.map { Double($0)! } }
        #expect(rows.count == 252)
        for row in rows {
            let distribution = TruncatedLogNormal(mu: row[0], logSigma: row[1])
            let at = "at (\(row[0]), \(row[1]))"
            let divergence = distribution.divergence
            expectClose(distribution.mean, row[2], relative: 1e-11, "mean \(at)")
            // What the change from plain differences to derivatives at small sigma leaves.
            expectClose(distribution.signalToNoise, 1 / row[3].squareRoot(), relative: 3e-7, "SNR \(at)")
            expectClose(divergence.value, row[4], relative: 1e-10, absolute: 1e-12, "KL \(at)")
            expectClose(divergence.gradientMu, row[5], relative: 2e-8, absolute: 1e-11, "dKL/dmu \(at)")
            expectClose(divergence.gradientLogSigma, row[6], relative: 2e-8, "dKL/dlogSigma \(at)")
            expectClose(distribution.evidenceGain, row[7], relative: 1e-11, absolute: 1e-12, "gain \(at)")
        }
    }

    @Test func everythingIsFiniteOnTheWholeParameterRange() {
        for mu in stride(from: -25.0, through: 10, by: 0.25) {
            for logSigma in stride(from: -20.0, through: 5, by: 0.25) {
                let distribution = TruncatedLogNormal(mu: mu, logSigma: logSigma)
                let divergence = distribution.divergence
                let (mean, ratio) = (distribution.mean, distribution.signalToNoise)
                let at = "at (\(mu), \(logSigma))"
                #expect(mean > 0 && mean <= 1, "mean \(mean) \(at)")
                #expect(ratio > 0, "SNR \(ratio) \(at)")
                #expect(divergence.value >= 0 && divergence.value.isFinite, "KL \(divergence.value) \(at)")
                #expect(divergence.gradientMu.isFinite, "dKL/dmu \(at)")
                #expect(divergence.gradientLogSigma <= 0 && divergence.gradientLogSigma.isFinite, "dKL/dlogSigma \(at)")
                #expect(!distribution.evidenceGain.isNaN && distribution.evidenceGain < .infinity, "gain \(at)")
                #expect(distribution.variance >= 0 && distribution.variance.isFinite, "variance \(at)")
            }
        }
    }

    @Test(arguments: [-9.0, -6.9, -5, -2.5, -1, 0, 1, 2.9, 3, 4, 5])
    func neighbouringBranchesMeetSmoothly(logSigma: Double) {
        // Across mu = upper, the far distance and the midpoint, second differences stay as small as the step makes them.
        let sigma = distributionSigma(logSigma)
        for centre in [0, 30 * sigma, 1, -10, -20, -20 - 30 * sigma] {
            let step = 1e-3 * min(sigma, 1)
            let values = [-1.5, -0.5, 0.5, 1.5].map { offset in
                TruncatedLogNormal(mu: centre + offset * step, logSigma: logSigma)
            }
            for (name, f) in Self.quantities {
                let y = values.map { f($0) }
                let jump = (y[2] - y[1]) - ((y[1] - y[0]) + (y[3] - y[2])) / 2
                // Third derivatives times step^3 are below 1e-8 of the value in these units.
                let scale = 1e-6 * y.map { abs($0) }.max()! + 1e-10
                #expect(abs(jump) <= scale, "\(name) jumps by \(jump) at \(centre), \(logSigma)")
            }
        }
    }

    static let quantities: [(String, @Sendable (TruncatedLogNormal) -> Double)] = [
        ("mean", { $0.mean }), ("SNR", { $0.signalToNoise }), ("KL", { $0.divergence.value }),
        ("dKL/dmu", { $0.divergence.gradientMu }), ("dKL/dlogSigma", { $0.divergence.gradientLogSigma }),
    ]

    @Test func reflectionOfTheIntervalKeepsTheDivergenceAndFlipsTheGradient() {
        for (mu, logSigma) in [(-3.0, 1.0), (2, 0), (1, -4), (-10, 2), (0.2, -6)] {
            let plain = TruncatedLogNormal(mu: mu, logSigma: logSigma).divergence
            let mirror = TruncatedLogNormal(mu: -20 - mu, logSigma: logSigma).divergence
            expectClose(mirror.value, plain.value, relative: 1e-9, absolute: 1e-13)
            expectClose(mirror.gradientMu, -plain.gradientMu, relative: 1e-8, absolute: 1e-12)
            expectClose(mirror.gradientLogSigma, plain.gradientLogSigma, relative: 1e-8)
        }
    }

    @Test func shiftingTheIntervalScalesTheMean() {
        let here = TruncatedLogNormal(mu: -1, logSigma: 0.3, lower: -6, upper: 0)
        let there = TruncatedLogNormal(mu: 1, logSigma: 0.3, lower: -4, upper: 2)
        expectClose(there.mean, here.mean * distributionSigma(2), relative: 1e-12)
        expectClose(there.signalToNoise, here.signalToNoise, relative: 1e-11)
        expectClose(there.divergence.value, here.divergence.value, relative: 1e-11)
    }

    @Test func meansOfStratifiedDrawsAreTheMomentsOfTheDistribution() {
        for (mu, logSigma) in [(0.0, -5.0), (-3, 1), (0, 5), (1, -1), (-10, 2), (3, 0), (-25, 0), (5, -5)] {
            let distribution = TruncatedLogNormal(mu: mu, logSigma: logSigma)
            let strata = 4000
            var (sum, square) = (0.0, 0.0)
            for stratum in 0..<strata {
                let theta = distribution.draw((Double(stratum) + 0.5) / Double(strata)).theta
                sum += theta
                square += theta * theta
            }
            let mean = sum / Double(strata)
            // The midpoint rule in u; the bounded quantile function makes the error of order 1/strata^2 times its slope.
            expectClose(mean, distribution.mean, relative: 1e-3, "stratified mean at (\(mu), \(logSigma))")
            let spread = square / Double(strata) - mean * mean
            expectClose(spread, distribution.variance, relative: 2e-2, absolute: 1e-13, "variance (\(mu), \(logSigma))")
        }
    }
}
