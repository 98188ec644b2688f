// SPDX-License-Identifier: Apache-2.0
// The variational posterior of structured Bayesian pruning: parameters, divergence and evidence. Moments and sampling
// are in the extensions.

import RealModule

/// A log-normal variable `theta` conditioned to `lower <= log theta <= upper`, [NMAV17] section 3.
///
/// `log theta` is a normal variable with mean `mu` and standard deviation `exp(logSigma)`, truncated. The prior it is
/// compared with is log-uniform, that is, `log theta` uniform on the same interval. With the paper's letters
/// `alpha = (lower - mu) / sigma`, `beta = (upper - mu) / sigma`, `Z = Phi(beta) - Phi(alpha)`.
///
/// All results are finite for every `mu` in [-20, 5] and `logSigma` in [-20, 5] (the released code's range) and for `mu`
/// on either side of the interval. Parameters that are NaN or infinite give NaN.
public struct TruncatedLogNormal: Sendable, Hashable {
    /// Mean of `log theta` before truncation; any real number.
    public var mu: Double
    /// Natural logarithm of the standard deviation of `log theta` before truncation.
    public var logSigma: Double
    /// Lower bound of `log theta`, the paper's `a`.
    public var lower: Double
    /// Upper bound of `log theta`, the paper's `b`.
    public var upper: Double

    /// The bounds of the released code: `theta` in [exp(-20), 1].
    public static let defaultBounds = -20.0...0.0

    /// Creates a distribution.
    ///
    /// - Precondition: `lower < upper`.
    public init(
        mu: Double, logSigma: Double, lower: Double = defaultBounds.lowerBound,
        upper: Double = defaultBounds.upperBound
    ) {
        precondition(lower < upper, "a truncated log-normal needs lower < upper")
        self.mu = mu
        self.logSigma = logSigma
        self.lower = lower
        self.upper = upper
    }

    var sigma: Double { .exp(logSigma) }

    /// The bounds in units of `sigma` about `mu`, and their distance.
    var standardized: (sigma: Double, alpha: Double, beta: Double, width: Double) {
        let sigma = sigma
        return (sigma, (lower - mu) / sigma, (upper - mu) / sigma, (upper - lower) / sigma)
    }

    var standardMoments: TruncatedNormalMoments {
        let (_, alpha, beta, width) = standardized
        return TruncatedNormalMoments(alpha: alpha, beta: beta, width: width)
    }

    /// The divergence with its derivatives.
    public struct Divergence: Sendable, Hashable {
        /// `KL(q || p)` in nats, at least 0.
        public var value: Double
        /// `d KL / d mu`.
        public var gradientMu: Double
        /// `d KL / d logSigma`, at most 0: for fixed `mu` the divergence always pushes `sigma` up.
        public var gradientLogSigma: Double
    }

    /// The Kullback-Leibler divergence from the log-uniform prior to this distribution, `KL(q || p)`, with gradients.
    ///
    /// `KL = log(b - a) - log(2 pi)/2 - log sigma - log Z - E[z^2]/2`, `z = (log theta - mu)/sigma`;
    /// `dKL/dmu = -Cov(z, z^2) / (2 sigma)` and `dKL/dlogSigma = -Var(z^2) / 2`.
    public var divergence: Divergence {
        let moments = standardMoments
        return Divergence(
            value: moments.divergenceFromUniform, gradientMu: -0.5 * moments.skewCovariance / sigma,
            gradientLogSigma: -0.5 * moments.squareVariance)
    }

    /// The log-evidence gain, in nats, of replacing the prior by a spike at the lower bound; prune where it is positive.
    ///
    /// `log((b - a) q(log theta = a))`: the posterior density of `log theta` at the lower bound over the prior's. This is
    /// the criterion of [BMRS24] in the limit of a narrow spike; the released code adds `log(2 pi)/2` to it by mistake.
    public var evidenceGain: Double {
        standardMoments.logRelativeDensityAtLower
    }
}
