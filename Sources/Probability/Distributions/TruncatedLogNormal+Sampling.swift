// SPDX-License-Identifier: Apache-2.0
// Reparametrised sampling: theta as a differentiable function of the parameters and a uniform number.

import RealModule

extension TruncatedLogNormal {
    /// A draw with its pathwise derivatives.
    public struct Draw: Sendable, Hashable {
        /// `log theta`, within the bounds.
        public var logTheta: Double
        /// `theta`.
        public var theta: Double
        /// `d log theta / d mu` for fixed `u`, between 0 and 1.
        public var gradientMu: Double
        /// `d log theta / d sigma` for fixed `u`; not with respect to `logSigma`.
        public var gradientSigma: Double
        /// `d log theta / d logSigma` for fixed `u`.
        public var gradientLogSigma: Double
    }

    /// The value below which a fraction `u` of the distribution lies, with derivatives.
    ///
    /// `log theta = mu + sigma z`, `Phi(z) = (1 - u) Phi(alpha) + u Phi(beta)`. The released code clips the quantile, which
    /// silences the noise where `mu` is far above the upper bound; here nothing is clipped and tails are worked out in
    /// log space.
    ///
    /// - Precondition: `0 < u < 1`, otherwise the result is NaN or a bound.
    public func draw(_ u: Double) -> Draw {
        let (sigma, alpha, beta, width) = standardized
        // The tail with less mass carries the precision; on the positive side everything is mirrored.
        let mirrored = alpha + beta > 0
        let raw =
            mirrored
            ? LowerTailDraw(alpha: -beta, beta: -alpha, width: width, u: 1 - u, complement: u)
            : LowerTailDraw(alpha: alpha, beta: beta, width: width, u: u, complement: 1 - u)
        // Measured from the near bound, or from mu where that is the smaller number.
        let unclamped: Double
        switch (raw.belowUpper, mirrored) {
        case (let distance?, false): unclamped = upper - sigma * distance
        case (let distance?, true): unclamped = lower + sigma * distance
        case (nil, _): unclamped = mu + sigma * (mirrored ? -raw.z : raw.z)
        }
        let logTheta = min(max(unclamped, lower), upper)
        let gradientSigma = mirrored ? -raw.gradientSigma : raw.gradientSigma
        return Draw(
            logTheta: logTheta, theta: .exp(logTheta), gradientMu: raw.gradientMu, gradientSigma: gradientSigma,
            gradientLogSigma: sigma * gradientSigma)
    }
}

/// A draw from the standard normal distribution on `[alpha, beta]`, for `alpha + beta <= 0`.
private struct LowerTailDraw {
    var z: Double
    /// `beta - z`, set where it is known better than `z`.
    var belowUpper: Double?
    var gradientMu: Double
    var gradientSigma: Double

    init(alpha: Double, beta: Double, width: Double, u: Double, complement: Double) {
        if beta < -TruncatedNormalMoments.farDistance {
            self.init(far: alpha, beta, width, u, complement)
        } else {
            self.init(near: alpha, beta, u, complement)
        }
    }

    private init(near alpha: Double, _ beta: Double, _ u: Double, _ complement: Double) {
        let logFraction = logAddExp(.log(complement) + logNormalCDF(alpha), .log(u) + logNormalCDF(beta))
        z = min(max(inverseNormalCDF(fromLog: logFraction), alpha), beta)
        let weightLower = complement * .exp(0.5 * (z - alpha) * (z + alpha))
        let weightUpper = u * .exp(0.5 * (z - beta) * (z + beta))
        gradientMu = min(max(1 - (weightLower + weightUpper), 0), 1)
        gradientSigma = z - ((weightLower == 0 ? 0 : alpha * weightLower) + beta * weightUpper)
    }

    /// Far out, `z = beta - t / h` with `h = -beta`; Newton solves for `t`, which is of order 1 where `z` has no digits.
    private init(far alpha: Double, _ beta: Double, _ width: Double, _ u: Double, _ complement: Double) {
        let h = -beta
        let e = 1 / (h * h)
        let ratio = Double.exp(0.5 * width * (beta + alpha))
        let massRatio = ratio * erfcx(-alpha * squareRootOfHalf) / erfcx(h * squareRootOfHalf)
        // Phi(z) / Phi(beta), the fraction of the untruncated tail.
        let logFraction = Double.log(u + complement * massRatio)
        var t = -logFraction
        for _ in 0..<20 {
            let value = t + 0.5 * e * t * t - Self.logTailRatio(h, t) + logFraction
            let slope = 1 / (h * Self.millsRatio(h + t / h))
            let step = value / slope
            t = max(t - step, 0)
            if abs(step) <= 1e-15 * (1 + t) { break }
        }
        let energy = Double.exp(t + 0.5 * e * t * t)
        let weightLower = complement * ratio * energy
        // One minus the weight at the upper end: u energy = fraction energy minus the share of the lower end.
        let shareOfLower = complement * massRatio * energy
        let missing = shareOfLower - .expMinusOne(Self.logTailRatio(h, t))
        z = beta - t / h
        belowUpper = t / h
        gradientMu = min(max(missing - weightLower, 0), 1)
        // z - (alpha wa + beta (1 - missing)) with z - beta = -t/h and beta = -h.
        gradientSigma = -t / h - h * missing - (weightLower == 0 ? 0 : alpha * weightLower)
    }

    /// `Phi(-x) / phi(x)` for positive `x`.
    private static func millsRatio(_ x: Double) -> Double {
        let squareRootOfHalfPi = 1.253_314_137_315_500_25
        return squareRootOfHalfPi * erfcx(x * squareRootOfHalf)
    }

    /// `log(millsRatio(h + t/h) / millsRatio(h))` for `h` beyond 30, without the cancellation of the two.
    ///
    /// `log millsRatio(x) = -log x + c(x)`, `c(x) = -x^-2 + 5/2 x^-4 - 37/3 x^-6 + 353/4 x^-8 - …`.
    private static func logTailRatio(_ h: Double, _ t: Double) -> Double {
        let e = 1 / (h * h)
        let logGrowth = Double.log(onePlus: e * t)
        let coefficients = (-1.0, 2.5, -37.0 / 3, 353.0 / 4)
        // x^-2k - h^-2k = h^-2k expm1(-2k logGrowth)
        let series =
            coefficients.0 * .expMinusOne(-2 * logGrowth) + e
            * (coefficients.1 * .expMinusOne(-4 * logGrowth) + e
                * (coefficients.2 * .expMinusOne(-6 * logGrowth)
                    + e * coefficients.3 * .expMinusOne(-8 * logGrowth)))
        return -logGrowth + e * series
    }
}
