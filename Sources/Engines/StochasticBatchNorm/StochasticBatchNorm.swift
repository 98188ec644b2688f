// SPDX-License-Identifier: Apache-2.0
// Stochastic batch normalization as a kind of engine: its name, its metrics and what its session files say.

public import EngineKit
import TensorCore

/// Stochastic batch normalization [AAMNV18]: the statistics of a batch are random for each of its objects; their
/// distribution is fitted without touching a weight, and predictions are averaged over draws of it.
public enum StochasticBatchNorm: EngineKind {
    /// The name in session files, `sbn`.
    public static let name = "sbn"

    /// What it does for its user.
    public static let purpose = "gives any batch-norm network an honest uncertainty"

    /// What it reports.
    public static let metrics: [MetricDefinition] =
        [
            MetricDefinition(
                name: "train/loss", unit: "nats", direction: .lowerIsBetter,
                definition: "Mean cross-entropy of the batch, normalized by its own statistics."),
            MetricDefinition(
                name: "train/error", unit: "%", direction: .lowerIsBetter,
                definition: "Share of training objects misclassified during the epoch, dropout on."),
            MetricDefinition(
                name: "test/error", unit: "%", direction: .lowerIsBetter,
                definition: "Share of the first 1000 test objects that the member in training misclassifies."),
            MetricDefinition(
                name: "test/nll", unit: "nats", direction: .lowerIsBetter,
                definition: "Mean cross-entropy on the objects of test/error."),
            MetricDefinition(
                name: "fit/muNoise", unit: "", direction: .neutral,
                definition: "Spread of batch means in units of a channel's deviation, mean over channels."),
            MetricDefinition(
                name: "fit/logSigmaNoise", unit: "", direction: .neutral,
                definition: "Spread of the log deviations of batches, mean over channels."),
            MetricDefinition(
                name: "check/muContradicted", unit: "%", direction: .lowerIsBetter,
                definition: "Channels whose means in other batches contradict the fit, p < 0.05; 5 % by chance."),
            MetricDefinition(
                name: "check/logSigmaContradicted", unit: "%", direction: .lowerIsBetter,
                definition: "Likewise of the log deviations."),
        ] + PredictionMethod.all.flatMap(scores)

    /// The compute library.
    public static var libraries: [String: String] { ["oneDNN": Compute.libraryVersion] }

    /// What honest probabilities lower.
    public static let headlineMetric = "nll/virtual"

    /// Reads the engine's part of a session file.
    public static func recipe(from settings: SettingsReader) -> any EngineRecipe { BatchNormRecipe(settings) }

    private static func scores(of method: PredictionMethod) -> [MetricDefinition] {
        func score(
            _ group: String, _ unit: String, _ direction: MetricDirection, _ what: String
        ) -> MetricDefinition {
            MetricDefinition(
                name: "\(group)/\(method.name)", unit: unit, direction: direction,
                definition: "\(what); predicted by \(method.meaning).")
        }
        return [
            score("error", "%", .lowerIsBetter, "Share of the test objects so far that are misclassified"),
            score("nll", "nats", .lowerIsBetter, "Mean negative log likelihood of the test objects so far"),
            score("entropyIn", "nats", .neutral, "Mean predictive entropy of the test objects so far"),
            score("entropyOut", "nats", .higherIsBetter, "Mean predictive entropy of the out-of-domain objects so far"),
            score("ece", "", .lowerIsBetter, "Expected calibration error on the test set, 15 bins"),
            score("auroc", "", .higherIsBetter, "Area under the ROC curve of detection by entropy"),
        ]
    }
}
