// SPDX-License-Identifier: Apache-2.0
// Learned proposals as a kind of engine: the name, the metrics and what session files say.

public import EngineKit
import TensorCore

/// Learned Metropolis-Hastings proposals [Nek20]: an independent proposal for a given density is trained for acceptance, then
/// chains that use it sample the density.
public enum LearnedProposals: EngineKind {
    /// The name in session files, `proposal`.
    public static let name = "proposal"

    /// What it does for its user.
    public static let purpose = "samples a given density with a Metropolis-Hastings chain whose proposal was learned"

    /// What it reports.
    public static let metrics: [MetricDefinition] = [
        MetricDefinition(
            name: "sample/acceptance", unit: "", direction: .higherIsBetter,
            definition: "Mean over proposals of min(1, ratio), since the end of the burn-in."),
        MetricDefinition(
            name: "sample/rHat", unit: "", direction: .lowerIsBetter,
            definition: "Rank-normalised split R-hat, the largest of all coordinates."),
        MetricDefinition(
            name: "sample/essBulk", unit: "", direction: .higherIsBetter,
            definition: "Bulk effective sample size, the smallest of all coordinates."),
        MetricDefinition(
            name: "sample/totalVariation", unit: "", direction: .lowerIsBetter,
            definition: "Total variation between draws and target on a grid of 40 x 40 cells; in the plane only."),
        MetricDefinition(
            name: "sample/acceptanceLowerBound", unit: "", direction: .higherIsBetter,
            definition: "1 - sqrt((KL(q || p) + KL(p || q)) / 2), estimated from all proposals since the burn-in."),
        MetricDefinition(
            name: "sample/klReverse", unit: "nats", direction: .lowerIsBetter,
            definition: "KL(q || p) of proposal q and target p, from proposals; where the integral of p is known."),
        MetricDefinition(
            name: "sample/klForward", unit: "nats", direction: .lowerIsBetter,
            definition: "KL(p || q) of target p and proposal q, from draws; where the integral of p is known."),
        MetricDefinition(
            name: "train/loss", unit: "", direction: .lowerIsBetter,
            definition: "The objective: minus the acceptance rate, or a divergence in nats up to a constant."),
        MetricDefinition(
            name: "train/discriminatorLoss", unit: "nats", direction: .neutral,
            definition: "Cross-entropy of telling data from generated points, 1.386 for a guess; samples only."),
        MetricDefinition(
            name: "train/acceptance", unit: "", direction: .higherIsBetter,
            definition: "Mean over the chains of min(1, ratio) for their newest proposals."),
        MetricDefinition(
            name: "train/acceptanceLowerBound", unit: "", direction: .higherIsBetter,
            definition: "1 - sqrt((KL(q || p) + KL(p || q)) / 2), estimated from the same proposals."),
        MetricDefinition(
            name: "speed/proposalsPerSecond", unit: "1/s", direction: .higherIsBetter,
            definition: "Proposals per second while draws are kept, of all chains together."),
    ]

    /// The compute library.
    public static var libraries: [String: String] { ["oneDNN": Compute.libraryVersion] }

    /// Reads the engine's part of a session file.
    public static func recipe(from settings: SettingsReader) -> any EngineRecipe {
        ProposalRecipe(settings)
    }
}
