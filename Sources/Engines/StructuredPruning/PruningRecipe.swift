// SPDX-License-Identifier: Apache-2.0
// Everything a session file says about a pruning run, checked.

import Datasets
public import EngineKit
import Nets
import Probability
import Training

/// A pruning run as a value.
public struct PruningRecipe: EngineRecipe, Equatable {
    /// How units are chosen.
    public var method: Method
    /// Units with a signal-to-noise ratio above this are kept; 1 is the papers' choice.
    ///
    /// With `sparse-vd` it is 1 too: there the ratio is given in units of the one at `logAlphaThreshold`.
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
    /// Base learning rate of mu and log sigma, or of the log variances; follows the schedule of the weights.
    var variationalLearningRate: Double
    /// When the weight of the divergence rises from 0 to 1.
    var divergenceWarmUp: DivergenceWarmUp
    var noise: Noise
    /// Bounds of log theta, in the prior and in the posterior.
    var priorBounds: ClosedRange<Double>
    /// What only `sparse-vd` asks for.
    var weightNoise: WeightNoiseSettings
    /// Weight of the divergence per gate, with `sparse-vd` per weight tensor; those beyond the end have weight 1.
    var divergenceWeights: [Double]
    /// Draws of the noise that are averaged in a prediction at the end of the run; `nil` for none.
    var predictionDraws: Int?

    /// Reads `[data]`, `[model]`, `[pretrain]`, `[train]`, `[finetune]` and `[sbp]`; problems are collected in the reader.
    public init(_ settings: SettingsReader) {
        let pruning = settings.table("sbp")
        let name = pruning.string(
            "method", default: Method.structuredBayesianPruning.rawValue, allowed: Method.allCases.map(\.rawValue))
        method = Method(rawValue: name) ?? .structuredBayesianPruning
        cutRule = pruning.string(
            "cutRule", default: CutRule.signalToNoise.name,
            allowed: CutRule.all.filter(\.isComplete).map(\.name))
        if method.hasNoisyWeights, cutRule != CutRule.signalToNoise.name {
            pruning.report("cutRule", allowed: "\(CutRule.signalToNoise.name) with method \(method.rawValue)")
        }
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
        freezesStatistics = pruning.boolean(
            "frozenStatistics", default: pretrain.epochs > 0 || model.weights != nil)
        variationalLearningRate = pruning.real(
            "variationalLearningRate", default: train.optimizer.learningRate, in: 0...10)
        (threshold, noise, priorBounds) = (1, .perBatch, TruncatedLogNormal.defaultBounds)
        weightNoise = WeightNoiseSettings()
        if method.hasNoisyWeights {
            weightNoise = WeightNoiseSettings(pruning)
        } else {
            threshold = pruning.real("threshold", default: 1, in: 0...1000)
            noise =
                Noise(rawValue: pruning.string("noise", default: "per-batch", allowed: Noise.allCases.map(\.rawValue)))
                ?? .perBatch
            priorBounds = Self.priorBounds(pruning)
        }
        // Published for sparse-vd: nothing for five epochs, then up to 1 at epoch 20. The others have no warm-up.
        divergenceWarmUp = DivergenceWarmUp(pruning, default: method.hasNoisyWeights ? [5, 20] : [0])
        divergenceWeights = Self.divergenceWeights(pruning, method, model)
        let isSampled =
            pruning.string("prediction", default: "mean", allowed: ["mean", "monte-carlo"]) == "monte-carlo"
        let draws = pruning.integer("draws", default: 10, in: 1...10_000)
        predictionDraws = isSampled ? draws : nil
        if isSampled, !method.hasNoise {
            pruning.report("prediction", allowed: "mean with method dense, which has nothing to draw")
        }
    }

    private static func priorBounds(_ settings: SettingsReader) -> ClosedRange<Double> {
        let standard = TruncatedLogNormal.defaultBounds
        let bounds = settings.reals(
            "priorBounds", default: [standard.lowerBound, standard.upperBound], in: -50...10, count: 2...2)
        guard bounds.count == 2 else { return standard }
        // Closer together the noise would be less than what single precision sees of a scale.
        guard bounds[1] - bounds[0] >= 0.01 else {
            settings.report("priorBounds", allowed: "an upper bound at least 0.01 above the lower one")
            return standard
        }
        return bounds[0]...bounds[1]
    }

    /// A list in the order of the layers, or a table by their names.
    private static func divergenceWeights(
        _ settings: SettingsReader, _ method: Method, _ model: ModelSelection
    ) -> [Double] {
        let standard = method == .acceleratedBayesianPruning ? acceleratedWeights : []
        let range = 0.0...10_000
        guard settings.isTable("divergenceWeights") else {
            return settings.reals("divergenceWeights", default: standard, in: range)
        }
        // Names do not depend on the images; these are large enough for every network.
        let architecture = try? model.architecture(imageShape: [3, 32, 32], classes: 10)
        let names =
            (method.hasNoisyWeights ? architecture?.weights.map(\.name) : architecture?.gates.map(\.name)) ?? []
        let table = settings.table("divergenceWeights")
        return names.enumerated().map { index, name in
            table.real(name, default: standard.indices.contains(index) ? standard[index] : 1, in: range)
        }
    }

    /// The published weights of `structured-bp-a`: 10 for the first two layers, 5 for the next two.
    static let acceleratedWeights = [10.0, 10, 5, 5]

    /// Builds the engine.
    public func makeEngine(context: EngineContext) throws(EngineError) -> any Engine {
        try StructuredPruningEngine(self, context)
    }
}
