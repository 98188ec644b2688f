// SPDX-License-Identifier: Apache-2.0
// The methods of the engine, and what sparse variational dropout has as settings of its own.

import EngineKit

extension PruningRecipe {
    /// How units are chosen.
    public enum Method: String, Sendable, CaseIterable {
        /// No noise, nothing is removed: the network to compare with.
        case dense
        /// Truncated log-normal noise on every gate [NMAV17].
        case structuredBayesianPruning = "structured-bp"
        /// The same with a heavier divergence on the first layers, where a removed filter saves most [NMAV17].
        case acceleratedBayesianPruning = "structured-bp-a"
        /// The same with mu at rest, so that only the amount of noise is learned [Nek20].
        case sigmaOnly = "sigma-only"
        /// Normal noise on every weight; a unit goes when no weight on the way through it is left [MAV17].
        case sparseVariationalDropout = "sparse-vd"

        /// Whether the scale of each unit is random.
        var hasNoisyUnits: Bool {
            switch self {
            case .structuredBayesianPruning, .acceleratedBayesianPruning, .sigmaOnly: true
            case .dense, .sparseVariationalDropout: false
            }
        }

        /// Whether each weight is random.
        var hasNoisyWeights: Bool { self == .sparseVariationalDropout }

        /// Whether something is random, and units can be removed.
        var hasNoise: Bool { hasNoisyUnits || hasNoisyWeights }
    }

    /// How many draws of the noise a batch sees.
    enum Noise: String, Sendable, CaseIterable {
        /// One draw per unit, shared by the batch, as in the published code.
        case perBatch = "per-batch"
        /// One draw per unit and object: an estimate of lower variance.
        case perObject = "per-object"
    }
}

/// What only sparse variational dropout asks for.
struct WeightNoiseSettings: Sendable, Equatable {
    /// Weights with `log alpha = log sigma² - log w²` of this or more count as noise and are removed; 3 as published.
    var logAlphaThreshold = 3.0
    /// Log variance of every weight at the beginning; -10 as published for LeNet, -15 for a trained VGG-like network.
    var initialLogVariance = -10.0
    /// Whether weights that count as noise are left out of the training too, for good; as published for LeNet.
    var masksTraining = true
}

extension WeightNoiseSettings {
    /// Reads the keys of `[sbp]` that only this method has.
    init(_ settings: SettingsReader) {
        logAlphaThreshold = settings.real("logAlphaThreshold", default: 3, in: -8...8)
        initialLogVariance = settings.real("initialLogVariance", default: -10, in: -30...5)
        masksTraining = settings.boolean("maskedTraining", default: true)
    }
}

/// A rise of the divergence's weight from 0 to 1 in a straight line.
struct DivergenceWarmUp: Sendable, Equatable {
    /// Epochs of the stage before the rise.
    var start: Double
    /// Epochs of the stage after which the weight is 1, not less than `start`.
    var end: Double

    /// The weight after so many epochs of the stage.
    func weight(epoch: Double) -> Double {
        epoch >= end ? 1 : max(0, (epoch - start) / (end - start))
    }
}

extension DivergenceWarmUp {
    /// Reads `divergenceWarmUp`, an end or a start and an end.
    init(_ settings: SettingsReader, default standard: [Double]) {
        let span = settings.numbers("divergenceWarmUp", default: standard, in: 0...100_000, count: 1...2)
        self.init(start: span.count == 2 ? span[0] : 0, end: span.last ?? 0)
        if start > end {
            settings.report("divergenceWarmUp", allowed: "a list whose first number is not above the second")
            end = start
        }
    }
}
