// SPDX-License-Identifier: Apache-2.0
// The batch statistics of one normalization as they were observed, beside the distribution that was fitted.

/// Observed `mu(B)` and `log sigma(B)` of every channel of a layer, and the normal distributions fitted to them.
public struct ObservedStatistics: NumericRecord {
    /// What the store calls it.
    public static let kind = "statistics"

    /// Steps of the run that were done when it was made.
    public var step: Int
    /// Name of the normalization.
    public var layer: String
    /// Channels, C.
    public var channels: Int
    /// Batches that were observed, B; not those of the fit when `isHeldOut`.
    public var batches: Int
    /// Whether the observed batches are others than those that were fitted.
    public var isHeldOut: Bool
    /// Observed means, `[B, C]`.
    public var mu: [Float] = []
    /// Observed log standard deviations, `[B, C]`.
    public var logSigma: [Float] = []
    /// The fit, `[4, C]`: mean and standard deviation of mu, mean and standard deviation of log sigma.
    public var fit: [Float] = []
    /// Two-sample Kolmogorov-Smirnov p-values of fitted draws against observed ones, `[2, C]`: of mu, of log sigma.
    public var pValues: [Float] = []

    private enum CodingKeys: CodingKey { case step, layer, channels, batches, isHeldOut }

    /// The arrays, in the order of their declaration.
    public var numbers: [[Float]] {
        get { [mu, logSigma, fit, pValues] }
        set { (mu, logSigma, fit, pValues) = (newValue[0], newValue[1], newValue[2], newValue[3]) }
    }

    /// Creates a record.
    public init(
        step: Int, layer: String, channels: Int, batches: Int, isHeldOut: Bool, mu: [Float], logSigma: [Float],
        fit: [Float], pValues: [Float]
    ) {
        self.step = step
        self.layer = layer
        self.channels = channels
        self.batches = batches
        self.isHeldOut = isHeldOut
        self.mu = mu
        self.logSigma = logSigma
        self.fit = fit
        self.pValues = pValues
    }
}
