// SPDX-License-Identifier: Apache-2.0
// The state of every prunable unit at one step, as plain numbers.

/// All prunable layers at one step.
public struct LayerSnapshot: Sendable, Equatable, Codable {
    /// Steps done when it was taken.
    public var step: Int
    /// Passes over the training data done.
    public var epoch: Double
    /// One entry per noise layer, in network order, the same order as `CostGraph.groups`.
    public var layers: [LayerState]

    /// Creates a snapshot.
    public init(step: Int, epoch: Double, layers: [LayerState]) {
        self.step = step
        self.epoch = epoch
        self.layers = layers
    }
}

/// One noise layer.
public struct LayerState: Sendable, Equatable, Codable {
    /// Layer name, such as `conv1`.
    public var name: String
    /// Signal-to-noise ratio of each unit; `+infinity` means keep.
    public var signalToNoise: [Double]
    /// Location of log theta of each unit.
    public var mu: [Double]
    /// Natural logarithm of the scale of each unit.
    public var logSigma: [Double]
    /// Sum over units of the divergence from the prior, nats.
    public var kullbackLeibler: Double
    /// Log-evidence gain of removing each unit, nats, positive where it is better gone [BMRS24]; `nil` when nobody
    /// computed it, as in runs that are older than it.
    public var evidenceGain: [Double]?

    /// Creates the state of a layer; the arrays have one entry per unit.
    public init(
        name: String, signalToNoise: [Double], mu: [Double], logSigma: [Double], kullbackLeibler: Double,
        evidenceGain: [Double]? = nil
    ) {
        self.name = name
        self.signalToNoise = signalToNoise
        self.mu = mu
        self.logSigma = logSigma
        self.kullbackLeibler = kullbackLeibler
        self.evidenceGain = evidenceGain
    }

    /// Number of units.
    public var units: Int { signalToNoise.count }

    /// Units kept at a threshold: `SNR > threshold`, strictly.
    ///
    /// NaN never keeps a unit silently: it is kept and counted by the engine as a warning.
    public func survivors(threshold: Double) -> [Bool] {
        signalToNoise.map { !($0 <= threshold) }
    }

    /// Units kept by the evidence: those whose removal does not raise it; `nil` without evidence gains.
    ///
    /// NaN keeps a unit, as for a threshold.
    public var survivorsByEvidence: [Bool]? {
        evidenceGain.map { gains in gains.map { !($0 > 0) } }
    }
}

/// What the network does with a given set of thresholds.
public struct ThresholdEvaluation: Sendable, Equatable, Codable {
    /// The number of the request that this answers.
    public var requestIdentifier: Int
    /// Step of the weights that were evaluated.
    public var step: Int
    /// One threshold per layer.
    public var thresholds: [Double]
    /// Test error in percent, exact over the whole test set.
    public var testError: Double

    /// Creates an answer.
    public init(requestIdentifier: Int, step: Int, thresholds: [Double], testError: Double) {
        self.requestIdentifier = requestIdentifier
        self.step = step
        self.thresholds = thresholds
        self.testError = testError
    }
}
