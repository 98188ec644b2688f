// SPDX-License-Identifier: Apache-2.0
// The two covariances behind the divergence's gradients, where one end of the interval does not matter: the usual case.

import RealModule

/// `Cov(z, z^2)` and `Var(z^2)` of a standard normal variable conditioned to an interval.
struct OneSidedCovariances {
    /// `Cov(z, z^2)`.
    let skew: Double
    /// `Var(z^2)`.
    let square: Double

    init(_ moments: TruncatedNormalMoments) {
        (skew, square) = (moments.skewCovariance, moments.squareVariance)
    }

    /// The covariances given `z <= beta`, or `nil` where that is not enough: where the density at `alpha`, relative to
    /// that at `beta`, exceeds exp(-100), or the plain formulas would cancel.
    ///
    /// With the density `p = phi(beta) / Phi(beta)`: `E[z] = -p`, `E[z^2] = 1 - beta p`, `E[z^3] = -(2 + beta^2) p`,
    /// `E[z^4] = 3 E[z^2] - beta^3 p`.
    init?(alpha: Double, beta: Double, width: Double) {
        guard 0.5 * width * (alpha + beta) < -100, beta > -10 else { return nil }
        let squareRootOfTwoOverPi = 0.797_884_560_802_865_36
        let p: Double
        if beta <= 0 {
            p = squareRootOfTwoOverPi / erfcx(-beta * squareRootOfHalf)
        } else if beta < 38 {
            p = squareRootOfTwoOverPi * .exp(-0.5 * beta * beta) / (2 - .erfc(beta * squareRootOfHalf))
        } else {
            p = 0  // below the least normal number
        }
        let second = 1 - beta * p
        skew = -(2 + beta * beta) * p + p * second
        square = max(3 * second - beta * beta * beta * p - second * second, 0)
    }
}
