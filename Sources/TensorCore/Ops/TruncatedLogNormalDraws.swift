// SPDX-License-Identifier: Apache-2.0
// Multiplicative noise on units: draws of truncated log-normal scales, and the way back from them to their parameters.

import CKernels

/// Draws of the scales of a layer's units, with what brings a gradient back to mu and log sigma.
///
/// `theta = exp(mu + sigma z)`, `Phi(z) = (1 - u) Phi(alpha) + u Phi(beta)` with `alpha = (lower - mu) / sigma`,
/// `beta = (upper - mu) / sigma` and u uniform: log theta is normal, conditioned to the bounds [NMAV17].
///
/// Computed in single precision (theta within 2e-5 of itself); whether a unit is kept is decided elsewhere, in Double.
public struct TruncatedLogNormalDraws {
    /// `[C]` or `[N, C]`, a leaf that requires gradients.
    public let scales: Tensor
    /// d theta / d mu and d theta / d log sigma for fixed u, in the shape of the scales.
    let byMu: Tensor
    let byLogSigma: Tensor

    /// Draws.
    ///
    /// - Parameters:
    ///   - mu: mean of log theta before truncation, `[C]`; not below the lower bound.
    ///   - logSigma: natural logarithm of its standard deviation, `[C]`, from -20 to 5.
    ///   - bounds: of log theta.
    ///   - objects: `nil` for one draw per unit, N for one per object and unit.
    ///   - fill: writes the random words, uniform on all 32-bit values, one per draw in the order of the scales.
    public init(
        mu: [Double], logSigma: [Double], bounds: ClosedRange<Double>, objects: Int?,
        fill: (UnsafeMutableBufferPointer<UInt32>) -> Void
    ) {
        check(
            mu.count == logSigma.count && bounds.lowerBound < bounds.upperBound, "TruncatedLogNormalDraws",
            "one mu and log sigma per unit, lower < upper", "\(mu.count), \(logSigma.count), \(bounds)")
        let shape: Shape = objects.map { [$0, mu.count] } ?? [mu.count]
        let theta = Tensor(uninitialized: shape)
        let byMu = Tensor(uninitialized: shape)
        let byLogSigma = Tensor(uninitialized: shape)
        // A Float has the size of a word; the buffer comes from the pool like every other.
        let words = Tensor(uninitialized: shape)
        defer { withExtendedLifetime(words) {} }
        words.elements(Float.self).withMemoryRebound(to: UInt32.self, capacity: shape.count) { start in
            fill(UnsafeMutableBufferPointer(start: start, count: shape.count))
            mu.withUnsafeBufferPointer { mu in
                logSigma.withUnsafeBufferPointer { logSigma in
                    var units = elbo_noise_units(
                        count: mu.count, mu: mu.baseAddress, log_sigma: logSigma.baseAddress, lower: bounds.lowerBound,
                        upper: bounds.upperBound)
                    elbo_truncated_log_normal_draws(
                        &units, start, objects ?? 1, theta.elements(Float.self), byMu.elements(Float.self),
                        byLogSigma.elements(Float.self))
                }
            }
        }
        scales = theta.requiringGradient()
        (self.byMu, self.byLogSigma) = (byMu, byLogSigma)
    }

    /// The gradient of a loss by mu and by log sigma of every unit, `[C]` each, summed over objects.
    ///
    /// - Parameter gradient: that by the scales, in their shape.
    public func slopes(_ gradient: Tensor) -> (mu: [Double], logSigma: [Double]) {
        check(gradient.shape == scales.shape, "slopes", "\(scales.shape)", "\(gradient.shape)")
        func sums(_ derivative: Tensor) -> [Double] {
            withoutGradients {
                (derivative.rank == 1
                    ? derivative * gradient : channelProducts(derivative, gradient, perSample: false)).doubles()
            }
        }
        return (sums(byMu), sums(byLogSigma))
    }
}

/// The gradients of `KL(q ‖ p)` by mu and by log sigma of every unit, `[C]` each, in double precision.
///
/// q is the distribution of `TruncatedLogNormalDraws` and p is log-uniform between the bounds [NMAV17]:
/// `dKL/dmu = -Cov(z, z²) / (2 sigma)`, `dKL/dlog sigma = -Var(z²) / 2` with `z = (log theta - mu) / sigma`.
///
/// - Precondition: as for the draws.
public func truncatedLogNormalDivergenceSlopes(
    mu: [Double], logSigma: [Double], bounds: ClosedRange<Double>
) -> (mu: [Double], logSigma: [Double]) {
    check(
        mu.count == logSigma.count && bounds.lowerBound < bounds.upperBound, "truncatedLogNormalDivergenceSlopes",
        "one mu and log sigma per unit, lower < upper", "\(mu.count), \(logSigma.count), \(bounds)")
    var byMu = [Double](repeating: 0, count: mu.count)
    var byLogSigma = byMu
    mu.withUnsafeBufferPointer { mu in
        logSigma.withUnsafeBufferPointer { logSigma in
            var units = elbo_noise_units(
                count: mu.count, mu: mu.baseAddress, log_sigma: logSigma.baseAddress, lower: bounds.lowerBound,
                upper: bounds.upperBound)
            elbo_truncated_log_normal_divergence_slopes(&units, &byMu, &byLogSigma)
        }
    }
    return (byMu, byLogSigma)
}
