// SPDX-License-Identifier: Apache-2.0
// Structured Bayesian pruning as a kind of engine: its name, its metrics and what its session files say.

public import EngineKit
import TensorCore

/// Structured Bayesian pruning [NMAV17]: noise with a truncated log-normal posterior on every unit, trained with the
/// weights; units whose noise drowns their signal are removed.
public enum StructuredPruning: EngineKind {
    /// The name in session files, `sbp`.
    public static let name = "sbp"

    /// What it does for its user.
    public static let purpose = "makes a network smaller and faster by removing whole filters and neurons"

    /// What it reports.
    public static let metrics: [MetricDefinition] = [
        MetricDefinition(
            name: "train/loss", unit: "nats", direction: .lowerIsBetter,
            definition: "Negative lower bound per object: mean cross-entropy of the batch plus KL / N."),
        MetricDefinition(
            name: "train/crossEntropy", unit: "nats", direction: .lowerIsBetter,
            definition: "Mean cross-entropy of the batch under one draw of the noise."),
        MetricDefinition(
            name: "train/divergence", unit: "nats", direction: .neutral,
            definition: "Sum over all units, or weights, of KL(q || p), the price of what they know."),
        MetricDefinition(
            name: "train/error", unit: "%", direction: .lowerIsBetter,
            definition: "Share of training objects misclassified during the epoch, noise and dropout on."),
        MetricDefinition(
            name: "test/error", unit: "%", direction: .lowerIsBetter,
            definition: "Share of test objects misclassified; noise at its mean, units with SNR <= threshold off."),
        MetricDefinition(
            name: "test/crossEntropy", unit: "nats", direction: .lowerIsBetter,
            definition: "Mean cross-entropy on the test set, as for test/error."),
        MetricDefinition(
            name: "test/errorMonteCarlo", unit: "%", direction: .lowerIsBetter,
            definition: "Share of test objects misclassified by probabilities averaged over draws of the noise."),
        MetricDefinition(
            name: "test/crossEntropyMonteCarlo", unit: "nats", direction: .lowerIsBetter,
            definition: "Mean cross-entropy on the test set, as for test/errorMonteCarlo."),
        MetricDefinition(
            name: "cost/macsRatio", unit: "", direction: .higherIsBetter,
            definition: "Multiply-accumulates of the dense network over those of the surviving one."),
        MetricDefinition(
            name: "cost/parametersRatio", unit: "", direction: .higherIsBetter,
            definition: "Weights of the dense network over those of the surviving one."),
        MetricDefinition(
            name: "cost/weightsRatio", unit: "", direction: .higherIsBetter,
            definition: "Weights of the dense network over those that are not zero, where weights go one by one."),
        MetricDefinition(
            name: "speed/imagesPerSecond", unit: "1/s", direction: .higherIsBetter,
            definition: "Training images per second over the last epoch, evaluation not counted."),
    ]

    /// The compute library.
    public static var libraries: [String: String] { ["oneDNN": Compute.libraryVersion] }

    /// What pruning must not raise.
    public static let headlineMetric = "test/error"

    /// Reads the engine's part of a session file.
    public static func recipe(from settings: SettingsReader) -> any EngineRecipe {
        PruningRecipe(settings)
    }
}
