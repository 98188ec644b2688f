// SPDX-License-Identifier: Apache-2.0
// Everything a session file says about a pruning run, checked.

import Datasets
public import EngineKit
import Nets
import Training

/// A pruning run as a value.
public struct PruningRecipe: EngineRecipe, Equatable {
    /// How units are chosen.
    public var method: Method
    /// Units with a signal-to-noise ratio above this are kept; 1 is the papers' choice.
    public var threshold: Double
    /// Name of the rule that the run cuts with, one of `CutRule.all`.
    var cutRule: String
    var data: DataSelection
    var model: ModelSelection
    var pretrain: StageSettings
    var train: StageSettings
    /// Training of the compact network after the cut; 0 epochs for none.
    var finetune: StageSettings
    /// Whether batch normalization keeps its running statistics while there is noise; its scale and shift train on.
    var freezesStatistics: Bool
    /// Base learning rate of mu and log sigma; follows the schedule of the weights.
    var variationalLearningRate: Double
    /// Epochs over which the weight of the divergence rises from 0 to 1; 0 for none.
    var divergenceWarmUp: Double
    var noise: Noise
    /// Weight of the divergence per gate; gates beyond the end of the list have weight 1.
    var divergenceWeights: [Double]

    /// How units are chosen.
    public enum Method: String, Sendable, CaseIterable {
        /// No noise, nothing is removed: the network to compare with.
        case dense
        /// Truncated log-normal noise on every gate [NMAV17].
        case structuredBayesianPruning = "structured-bp"
        /// The same with a heavier divergence on the first layers, where a removed filter saves most [NMAV17].
        case acceleratedBayesianPruning = "structured-bp-a"
    }

    /// How many draws of the noise a batch sees.
    enum Noise: String, Sendable, CaseIterable {
        /// One draw per unit, shared by the batch, as in the published code.
        case perBatch = "per-batch"
        /// One draw per unit and object: an estimate of lower variance.
        case perObject = "per-object"
    }

    /// Reads `[data]`, `[model]`, `[pretrain]`, `[train]`, `[finetune]` and `[sbp]`; problems are collected in the reader.
    public init(_ settings: SettingsReader) {
        let pruning = settings.table("sbp")
        let name = pruning.string(
            "method", default: Method.structuredBayesianPruning.rawValue, allowed: Method.allCases.map(\.rawValue))
        method = Method(rawValue: name) ?? .structuredBayesianPruning
        threshold = pruning.real("threshold", default: 1, in: 0...1000)
        cutRule = pruning.string(
            "cutRule", default: CutRule.signalToNoise.name,
            allowed: CutRule.all.filter(\.isComplete).map(\.name))
        data = DataSelection(settings.table("data"))
        model = ModelSelection(settings.table("model"))
        pretrain = StageSettings(settings.table("pretrain"), epochs: 0)
        train = StageSettings(settings.table("train"), epochs: 20)
        finetune = StageSettings(settings.table("finetune"), epochs: 0)
        if finetune.epochs > 0, method == .dense {
            settings.table("finetune").report("epochs", allowed: "0 with method dense, which cuts nothing")
        }
        if finetune.epochs > 0, train.epochs == 0, pretrain.epochs == 0 {
            settings.table("finetune").report("epochs", allowed: "0 without epochs in [train] or [pretrain]")
        }
        // As published: the statistics of the pretrained network. Without one there are none to keep.
        freezesStatistics = pruning.boolean("frozenStatistics", default: pretrain.epochs > 0)
        variationalLearningRate = pruning.real(
            "variationalLearningRate", default: train.optimizer.learningRate, in: 0...10)
        divergenceWarmUp = pruning.real("divergenceWarmUp", default: 0, in: 0...100_000)
        noise =
            Noise(rawValue: pruning.string("noise", default: "per-batch", allowed: Noise.allCases.map(\.rawValue)))
            ?? .perBatch
        divergenceWeights = pruning.reals(
            "divergenceWeights", default: method == .acceleratedBayesianPruning ? Self.acceleratedWeights : [],
            in: 0...10_000)
    }

    /// The published weights of `structured-bp-a`: 10 for the first two layers, 5 for the next two.
    static let acceleratedWeights = [10.0, 10, 5, 5]

    /// Builds the engine.
    public func makeEngine(context: EngineContext) throws(EngineError) -> any Engine {
        try StructuredPruningEngine(self, context)
    }
}
