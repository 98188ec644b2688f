// SPDX-License-Identifier: Apache-2.0
// Moments of a standard normal variable conditioned to an interval, in the combinations that the Kullback-Leibler
// divergence and the signal-to-noise ratio need, without cancellation wherever the interval lies.

import RealModule

/// Moments of `z ~ N(0, 1)` given `alpha <= z <= beta`.
///
/// Four regimes, chosen so that no result is a difference of large numbers: a narrow interval (quadrature), an interval
/// far out in a tail (expansion in the inverse square of the distance), an interval in one tail (scaled complementary
/// error functions), and the rest (the textbook formulas). Intervals on the positive side are mirrored.
struct TruncatedNormalMoments {
    /// `KL(q || uniform on the interval)` in nats; 0 for a vanishing width.
    var divergenceFromUniform: Double
    /// `Var(z)`.
    var variance: Double
    /// `Cov(z, z^2)`.
    var skewCovariance: Double
    /// `Var(z^2)`.
    var squareVariance: Double
    /// `log` of the density of `z` at `alpha`, relative to the uniform density.
    var logRelativeDensityAtLower: Double
    /// `log` of the density of `z` at `beta`, relative to the uniform density.
    var logRelativeDensityAtUpper: Double

    /// Computes the moments on `[alpha, beta]`.
    ///
    /// - Parameter width: `beta - alpha`, given apart because the difference of two large numbers would be inexact.
    init(alpha: Double, beta: Double, width: Double) {
        if alpha + beta > 0 {
            // Mirrored: even quantities stay, odd ones change sign, the lower end becomes the upper one.
            let mirror = TruncatedNormalMoments(negativeSide: -beta, -alpha, width: width)
            self = mirror
            skewCovariance = -mirror.skewCovariance
            logRelativeDensityAtLower = mirror.logRelativeDensityAtUpper
            logRelativeDensityAtUpper = mirror.logRelativeDensityAtLower
        } else {
            self.init(negativeSide: alpha, beta, width: width)
        }
    }

    private init(negativeSide alpha: Double, _ beta: Double, width: Double) {
        if width < 1, width * abs(alpha + beta) < 4 {
            self.init(narrow: alpha, beta, width: width)
        } else if beta < -Self.farDistance, -width * beta > 40 {
            // The lower end has less than exp(-40) of the mass and does not matter.
            self.init(far: alpha, beta, width: width)
        } else {
            self.init(general: alpha, beta, width: width)
        }
    }

    /// From this distance on, the expansions below have a relative error under 1e-11.
    static let farDistance = 30.0

    private init(general alpha: Double, _ beta: Double, width: Double) {
        // exp(-(alpha^2 - beta^2) / 2), the density at alpha over the density at beta.
        let logRatio = 0.5 * width * (beta + alpha)
        let densityAtLower: Double
        let densityAtUpper: Double
        // The mass of the interval over exp(-beta^2 / 2), whose square must not be formed in the tail.
        let logScaledMass: Double
        if beta <= 0 {
            let difference =
                erfcx(-beta * squareRootOfHalf) - .exp(logRatio) * erfcx(-alpha * squareRootOfHalf)
            let squareRootOfTwoOverPi = 0.797_884_560_802_865_36
            densityAtUpper = squareRootOfTwoOverPi / difference
            densityAtLower = densityAtUpper * .exp(logRatio)
            logScaledMass = .log(0.5 * difference)
        } else {
            // alpha <= -beta < 0: both parts of the mass are positive.
            let mass = 0.5 * (.erf(beta * squareRootOfHalf) + .erf(-alpha * squareRootOfHalf))
            let outside = normalCDF(-beta) + normalCDF(alpha)
            logScaledMass = (outside < 0.5 ? .log(onePlus: -outside) : .log(mass)) + 0.5 * beta * beta
            densityAtUpper = .exp(-0.5 * beta * beta - halfLogTwoPi) / mass
            densityAtLower = .exp(-0.5 * alpha * alpha - halfLogTwoPi) / mass
        }
        // alpha may be -infinity in effect; its density is then 0 and must win over the powers.
        let lower = densityAtLower
        let lower1 = lower == 0 ? 0 : alpha * lower
        let lower2 = lower == 0 ? 0 : alpha * lower1
        let lower3 = lower == 0 ? 0 : alpha * lower2
        let m1 = lower - densityAtUpper
        let m2 = 1 + lower1 - beta * densityAtUpper
        let m3 = 2 * m1 + lower2 - beta * beta * densityAtUpper
        let m4 = 3 * m2 + lower3 - beta * beta * beta * densityAtUpper
        variance = max(m2 - m1 * m1, 0)
        skewCovariance = m3 - m1 * m2
        squareVariance = max(m4 - m2 * m2, 0)
        // -m2/2 - log Z, where in the tail beta^2 of the two terms cancels by hand.
        let energy =
            beta <= 0
            ? 0.5 * beta * (beta + densityAtUpper) - 0.5 * (1 + lower1) - logScaledMass
            : 0.5 * (beta * beta - m2) - logScaledMass
        divergenceFromUniform = max(.log(width) - halfLogTwoPi + energy, 0)
        logRelativeDensityAtUpper = .log(width) - halfLogTwoPi - logScaledMass
        logRelativeDensityAtLower = logRelativeDensityAtUpper + logRatio
    }

    /// One-sided tail: `z = -(h + t/h)` with `t` nearly exponential; series in `1/h^2`.
    private init(far alpha: Double, _ beta: Double, width: Double) {
        let h = -beta
        let e = 1 / (h * h)
        variance = e * Self.farVariance(e)
        // 2 Var(t) + e Cov(t, t^2); integration by parts makes Var(z^2) larger by exactly 2.
        let common = 2 - e * (8 - e * (60 - e * (592 - e * (7_060 - e * (97_944 - e * 1_545_740)))))
        skewCovariance = -common / h
        squareVariance = 2 + common
        let meanOfT = 1 - e * (2 - e * (10 - e * (74 - e * (706 - e * (8_162 - e * 110_410)))))
        let logTail = Double.log(0.5 * erfcx(h * squareRootOfHalf))
        divergenceFromUniform = .log(width) - halfLogTwoPi - logTail - 0.5 * (1 + meanOfT)
        logRelativeDensityAtUpper = .log(width) - halfLogTwoPi - logTail
        logRelativeDensityAtLower = logRelativeDensityAtUpper + 0.5 * width * (beta + alpha)
    }

    /// `h^2 Var(z)` one-sided at distance `h`, as a function of `1/h^2`.
    static func farVariance(_ e: Double) -> Double {
        1 - e * (6 - e * (50 - e * (518 - e * (6_354 - e * (89_782 - e * 1_435_330)))))
    }

    /// Gauss-Legendre quadrature with twelve nodes about the midpoint: exact to rounding for widths below 1.
    private init(narrow alpha: Double, _ beta: Double, width: Double) {
        let middle = 0.5 * (alpha + beta)
        // delta(y) = z^2/2 minus its mean under the uniform density, z = middle + y.
        func delta(_ y: Double) -> Double { y * (middle + 0.5 * y) - width * width / 24 }
        var excess = 0.0
        var tilt = 0.0
        var sums = (w: 0.0, y: 0.0, s: 0.0)
        for (node, weight) in Self.nodes {
            let y = width * node
            let d = delta(y)
            let less = Double.expMinusOne(-d)
            excess += weight * (less + d)
            tilt += weight * d * less
            let mass = weight * (1 + less)
            sums = (sums.w + mass, sums.y + mass * y, sums.s + mass * y * (2 * middle + y))
        }
        // Centred second pass: y against its mean, and z^2 - middle^2 against its mean.
        let (meanY, meanS) = (sums.y / sums.w, sums.s / sums.w)
        var (yy, ys, ss) = (0.0, 0.0, 0.0)
        for (node, weight) in Self.nodes {
            let y = width * node
            let mass = weight * .exp(-delta(y)) / sums.w
            let a = y - meanY
            let b = y * (2 * middle + y) - meanS
            (yy, ys, ss) = (yy + mass * a * a, ys + mass * a * b, ss + mass * b * b)
        }
        variance = yy
        skewCovariance = ys
        squareVariance = ss
        divergenceFromUniform = max(-tilt / (1 + excess) - .log(onePlus: excess), 0)
        logRelativeDensityAtLower = -delta(-0.5 * width) - .log(onePlus: excess)
        logRelativeDensityAtUpper = -delta(0.5 * width) - .log(onePlus: excess)
    }

    /// Nodes on [-1/2, 1/2] with their weights.
    private static let nodes: [(Double, Double)] = {
        let half: [(Double, Double)] = [
            (0.125_233_408_511_468_92, 0.124_573_522_906_701_39), (0.367_831_498_998_180_2, 0.116_746_268_269_177_38),
            (0.587_317_954_286_617_4, 0.101_583_713_361_532_97), (0.769_902_674_194_304_7, 0.080_039_164_271_673_11),
            (0.904_117_256_370_474_9, 0.053_469_662_997_659_22), (0.981_560_634_246_719_3, 0.023_587_668_193_255_91),
        ]
        return half.flatMap { node, weight in [(0.5 * node, weight), (-0.5 * node, weight)] }
    }()
}
