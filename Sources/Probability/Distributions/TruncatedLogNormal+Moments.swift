// SPDX-License-Identifier: Apache-2.0
// Mean, variance and signal-to-noise ratio of the truncated log-normal distribution.

import RealModule

extension TruncatedLogNormal {
    /// Mean and signal-to-noise ratio together; the second costs little once the first is known.
    public struct Moments: Sendable, Hashable {
        /// `E[theta]`, between `exp(lower)` and `exp(upper)`.
        public var mean: Double
        /// `E[theta] / sd(theta)`, positive; `+infinity` when the spread vanishes in Double precision.
        public var signalToNoise: Double

        /// `Var(theta)`.
        public var variance: Double {
            let deviation = mean / signalToNoise
            return deviation * deviation
        }
    }

    /// Mean and signal-to-noise ratio.
    public var moments: Moments {
        Moments(mean: mean, signalToNoise: signalToNoise)
    }

    /// `E[theta]`, between `exp(lower)` and `exp(upper)`.
    public var mean: Double {
        min(max(.exp(logMoment(order: 1)), .exp(lower)), .exp(upper))
    }

    /// `Var(theta)`.
    public var variance: Double {
        moments.variance
    }

    /// `E[theta] / sd(theta)`: a unit is kept when this exceeds 1, [NMAV17] section 3.
    ///
    /// About 1/3 for a unit that learned nothing. Relative error below 3e-7; `+infinity` instead of a ratio that rounding
    /// has destroyed, so that such a unit (the most certain kind) is kept. NaN only for NaN parameters.
    public var signalToNoise: Double {
        let bracket = relativeVariance
        if bracket.isNaN { return .nan }
        return bracket > 0 ? 1 / bracket.squareRoot() : .infinity
    }

    /// `log E[theta^k] - k * upper` for `order` k.
    ///
    /// `E[theta^k] = exp(k mu + k^2 sigma^2 / 2) (Phi(beta - k sigma) - Phi(alpha - k sigma)) / Z`, evaluated relative to
    /// the end of the interval near which the tilted mass lies.
    private func relativeLogMoment(order k: Double) -> Double {
        let (sigma, alpha, beta, width) = standardized
        let length = upper - lower
        if k * sigma >= beta {
            // The tilted distribution peaks at the upper end; both arguments below are non-negative.
            let exponent = -k * length + 0.5 * width * (beta + alpha)
            let numerator =
                erfcx((k * sigma - beta) * squareRootOfHalf)
                - .exp(exponent) * erfcx((k * sigma - alpha) * squareRootOfHalf)
            if beta <= 0 {
                let denominator =
                    erfcx(-beta * squareRootOfHalf)
                    - .exp(0.5 * width * (beta + alpha)) * erfcx(-alpha * squareRootOfHalf)
                return .log(numerator / denominator)
            }
            return .log(0.5 * numerator) - 0.5 * beta * beta - logNormalCDFDifference(alpha, beta)
        }
        if alpha >= k * sigma {
            // mu lies below the interval, and even the tilted distribution peaks at the lower end.
            let ratio = Double.exp(-0.5 * width * (beta + alpha))
            let numerator =
                erfcx((alpha - k * sigma) * squareRootOfHalf)
                - .exp(k * length) * ratio * erfcx((beta - k * sigma) * squareRootOfHalf)
            let denominator = erfcx(alpha * squareRootOfHalf) - ratio * erfcx(beta * squareRootOfHalf)
            return .log(numerator / denominator) - k * length
        }
        return k * (mu - upper) + 0.5 * k * k * sigma * sigma
            + logNormalCDFDifference(alpha - k * sigma, beta - k * sigma) - logNormalCDFDifference(alpha, beta)
    }

    private func logMoment(order k: Double) -> Double {
        relativeLogMoment(order: k) + k * upper
    }

    /// `Var(theta) / E[theta]^2`, the inverse square of the signal-to-noise ratio.
    ///
    /// With the cumulant function `K(t) = log E[theta^t]` this is `expm1(K(2) - 2 K(1) + K(0))`, a second difference. For
    /// small sigma it is replaced by the second derivative in the middle, which is the variance of `log theta` under the
    /// distribution tilted by `theta`: again a truncated normal.
    var relativeVariance: Double {
        let (sigma, alpha, beta, width) = standardized
        // Where mu lies far outside, log theta is nearly exponential from the near end, and K is -log of this distance
        // plus a slowly varying part. Terms of order (sigma / distance)^4 / distance^2 are left out.
        let distance = max(sigma - beta, alpha - sigma)
        let d = sigma / distance
        if distance > TruncatedNormalMoments.farDistance, width * distance > 40, d < 1e-3 {
            let correction = TruncatedNormalMoments.farVariance(1 / (distance * distance)) - 1
            return .expMinusOne(d * d * correction - .log(onePlus: -d * d))
        }
        // Below this sigma the fourth derivative, sigma^2/12 relative to the second, is under 3e-7; above it the
        // plain difference keeps at least that many digits.
        if sigma < 3e-3 {
            let tilted = TruncatedNormalMoments(alpha: alpha - sigma, beta: beta - sigma, width: width)
            return .expMinusOne(sigma * sigma * tilted.variance)
        }
        if sigma >= beta || alpha >= 2 * sigma {
            return .expMinusOne(relativeLogMoment(order: 2) - 2 * relativeLogMoment(order: 1))
        }
        // The terms in mu cancel analytically.
        return .expMinusOne(
            sigma * sigma + logNormalCDFDifference(alpha - 2 * sigma, beta - 2 * sigma)
                - 2 * logNormalCDFDifference(alpha - sigma, beta - sigma) + logNormalCDFDifference(alpha, beta))
    }
}
