// SPDX-License-Identifier: Apache-2.0
// The same quantities for many units at once, written into arrays that the caller keeps; nothing is allocated.

import RealModule

extension TruncatedLogNormal {
    /// Writes the divergence and its gradients of every unit and returns the sum of the divergences, in nats.
    ///
    /// - Shapes: all arrays have one entry per unit.
    @discardableResult
    public static func divergences(
        mu: [Double], logSigma: [Double], bounds: ClosedRange<Double> = defaultBounds, divergence: inout [Double],
        gradientMu: inout [Double], gradientLogSigma: inout [Double]
    ) -> Double {
        precondition(
            logSigma.count == mu.count && divergence.count == mu.count && gradientMu.count == mu.count
                && gradientLogSigma.count == mu.count,
            "one entry per unit in every array")
        var total = 0.0
        for unit in mu.indices {
            let result = TruncatedLogNormal(mu: mu[unit], logSigma: logSigma[unit], bounds: bounds).divergence
            divergence[unit] = result.value
            gradientMu[unit] = result.gradientMu
            gradientLogSigma[unit] = result.gradientLogSigma
            total += result.value
        }
        return total
    }

    /// Writes the mean and the signal-to-noise ratio of every unit.
    ///
    /// - Shapes: all arrays have one entry per unit.
    public static func moments(
        mu: [Double], logSigma: [Double], bounds: ClosedRange<Double> = defaultBounds, mean: inout [Double],
        signalToNoise: inout [Double]
    ) {
        precondition(
            logSigma.count == mu.count && mean.count == mu.count && signalToNoise.count == mu.count,
            "one entry per unit in every array")
        for unit in mu.indices {
            let result = TruncatedLogNormal(mu: mu[unit], logSigma: logSigma[unit], bounds: bounds).moments
            mean[unit] = result.mean
            signalToNoise[unit] = result.signalToNoise
        }
    }

    /// Writes the log-evidence gain of pruning each unit.
    public static func evidenceGains(
        mu: [Double], logSigma: [Double], bounds: ClosedRange<Double> = defaultBounds, gain: inout [Double]
    ) {
        precondition(
            logSigma.count == mu.count && gain.count == mu.count,
            "one entry per unit in every array")
        for unit in mu.indices {
            gain[unit] = TruncatedLogNormal(mu: mu[unit], logSigma: logSigma[unit], bounds: bounds).evidenceGain
        }
    }

    /// Draws `theta` for every unit and writes it with `d theta / d mu` and `d theta / d logSigma`.
    ///
    /// - Shapes: all arrays have one entry per unit; to draw several times per unit, call once per draw.
    public static func draws(
        mu: [Double], logSigma: [Double], bounds: ClosedRange<Double> = defaultBounds, from stream: inout RandomStream,
        theta: inout [Double], gradientMu: inout [Double], gradientLogSigma: inout [Double]
    ) {
        precondition(
            logSigma.count == mu.count && theta.count == mu.count && gradientMu.count == mu.count
                && gradientLogSigma.count == mu.count,
            "one entry per unit in every array")
        for unit in mu.indices {
            let draw = TruncatedLogNormal(mu: mu[unit], logSigma: logSigma[unit], bounds: bounds)
                .draw(stream.uniform())
            theta[unit] = draw.theta
            gradientMu[unit] = draw.theta * draw.gradientMu
            gradientLogSigma[unit] = draw.theta * draw.gradientLogSigma
        }
    }

    private init(mu: Double, logSigma: Double, bounds: ClosedRange<Double>) {
        self.init(mu: mu, logSigma: logSigma, lower: bounds.lowerBound, upper: bounds.upperBound)
    }
}
