// SPDX-License-Identifier: Apache-2.0
// Everything a session file says about a run of stochastic batch normalization, checked.

public import EngineKit
import Training

/// A run as a value.
public struct BatchNormRecipe: EngineRecipe, Equatable {
    var data: DataSelection
    var outOfDomain: OutOfDomainSelection?
    var model: ModelSelection
    /// 0 epochs with weights from a file.
    var train: StageSettings
    /// Networks that are trained from different first weights and averaged [LPB17].
    var members: Int
    /// Names in `PredictionMethod.all`, in the order of the evaluation.
    var methods: [String]
    /// Draws that each random method averages, per member.
    var draws: Int
    /// Objects of a batch whose statistics are fitted, and of the real batches of `direct`.
    var batch: Int
    /// Batches that are fitted, per member.
    var fitBatches: Int
    var fitRule: MomentRule
    /// Further batches with which the first member's fit is compared; 0 for no comparison.
    var checkBatches: Int
    /// Whether batch normalizations behind dense layers are stochastic too.
    var includesDense: Bool
    /// Most objects of each domain that are predicted with real batches.
    var directObjects: Int

    /// Reads `[data]`, `[outOfDomain]`, `[model]`, `[train]` and `[sbn]`; problems are collected in the reader.
    public init(_ settings: SettingsReader) {
        data = DataSelection(settings.table("data"))
        outOfDomain =
            settings.contains("outOfDomain")
            ? OutOfDomainSelection(settings.table("outOfDomain"), beside: data) : nil
        model = ModelSelection(settings.table("model"), default: "lenet5-bn")
        if ["lenet5", "lenet500-300"].contains(model.name) {
            settings.table("model").report("name", allowed: "a network with batch normalization, such as lenet5-bn")
        }
        train = StageSettings(settings.table("train"), epochs: model.weights == nil ? 20 : 0)
        let own = settings.table("sbn")
        members = own.integer("members", default: 1, in: 1...64)
        if members > 1, train.epochs == 0 {
            own.report("members", allowed: "1 without epochs in [train], where all members would be the same")
        }
        methods = own.strings(
            "methods", default: ["running", "virtual"], allowed: PredictionMethod.all.map(\.name))
        draws = own.integer("draws", default: 32, in: 1...1024)
        batch = own.integer("batch", default: max(2, train.batch), in: 2...65_536)
        fitBatches = own.integer("fitBatches", default: 500, in: 2...1_000_000)
        let rule = own.string(
            "fit", default: MomentRule.exact.rawValue, allowed: MomentRule.allCases.map(\.rawValue))
        fitRule = MomentRule(rawValue: rule) ?? .exact
        checkBatches = own.integer("checkBatches", default: min(200, fitBatches), in: 0...10_000)
        includesDense = own.string("layers", default: "convolutions", allowed: ["convolutions", "all"]) == "all"
        directObjects = own.integer("directObjects", default: 200, in: 1...1_000_000)
        check(own)
    }

    private func check(_ own: SettingsReader) {
        if methods.isEmpty { own.report("methods", allowed: "at least one method") }
        if Set(methods).count < methods.count { own.report("methods", allowed: "every method once") }
        if !model.dropout, methods.contains(where: { PredictionMethod.named($0)?.hasDropout == true }) {
            own.report("methods", allowed: "no dropout without dropout = true in [model]")
        }
    }

    /// Builds the engine.
    public func makeEngine(context: EngineContext) throws(EngineError) -> any Engine {
        try StochasticBatchNormEngine(self, context)
    }
}
