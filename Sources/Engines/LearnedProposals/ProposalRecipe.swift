// SPDX-License-Identifier: Apache-2.0
// Everything a session file says about a run with a learned proposal, checked.

public import EngineKit
import Nets
import Training

/// A run with a learned proposal as a value.
public struct ProposalRecipe: EngineRecipe {
    var target: TargetSelection
    var family: ProposalFamily
    /// Name of the objective, one of `Objective.all`.
    var objective: String
    /// Objective of the first steps, and how many these are; the acceptance rate needs a start at which it is not 0.
    var warmUpObjective: String
    var warmUpSteps: Int
    /// Training steps, warm-up included.
    var steps: Int
    /// Training ends early when the mean acceptance of the last `acceptanceWindow` steps reaches this; `nil` for never.
    var enoughAcceptance: Double?
    static let acceptanceWindow = 100
    /// Draws of the proposal per step, and chains whose states stand for the target.
    var batch: Int
    var optimizer: OptimizerSettings
    /// Where the states in the loss come from.
    var replay: ReplaySettings
    /// Objects of the data whose likelihood stands for that of all in the gradient of the loss; `nil` for all of them.
    var objects: Int?
    var sampling: SamplingSettings
    var baselines: BaselineSettings
    /// Set when the target is known by samples only.
    var empirical: EmpiricalSettings?

    /// Reads `[target]`, `[proposal]`, `[train]`, `[sample]` and `[baselines]`; problems are collected in the reader.
    init(_ settings: SettingsReader) {
        target = TargetSelection(settings.table("target"))
        let proposal = settings.table("proposal")
        family = ProposalFamily(proposal)
        let names = Objective.all.map(\.name)
        objective = proposal.string("objective", default: "acceptance-lower-bound", allowed: names)
        warmUpObjective = proposal.string("warmUpObjective", default: "acceptance-lower-bound", allowed: names)
        let train = settings.table("train")
        steps = train.integer("steps", default: 3000, in: 0...100_000_000)
        enoughAcceptance =
            train.contains("stopAtAcceptance") ? train.real("stopAtAcceptance", in: 0.01...1) : nil
        batch = train.integer("batch", default: 256, in: 1...65_536)
        optimizer = OptimizerSettings(train.table("optimizer"))
        replay = ReplaySettings(train.table("replay"))
        let fewest = ProposalRecipe.acceptanceWindow
        if enoughAcceptance != nil, steps < 2 * fewest {
            train.report("stopAtAcceptance", allowed: "only with at least \(2 * fewest) steps")
        }
        objects = train.contains("objects") ? train.integer("objects", in: 1...1_000_000_000) : nil
        warmUpSteps = proposal.integer("warmUpSteps", default: objective == "acceptance" ? 500 : 0, in: 0...100_000_000)
        sampling = SamplingSettings(settings.table("sample"))
        baselines = BaselineSettings(settings.table("baselines"))
        checkObjects(settings)
        if replay.every > 0, isUsed("vi"), !isUsed("acceptance"), !isUsed("acceptance-lower-bound"), !isUsed("mle") {
            train.table("replay").report("every", allowed: "no replay with the objective vi, which looks at no states")
        }
        let knowledge = settings.table("target").string(
            "known", default: "density", allowed: ["density", "samples"])
        if knowledge == "samples" {
            empirical = EmpiricalSettings(settings)
            check(settings)
        } else if settings.table("target").contains("samples") {
            settings.table("target").report("samples", allowed: "no samples with known = \"density\"")
        }
    }

    /// Only what is linear in the log density has an unbiased gradient from a part of the data.
    private func checkObjects(_ settings: SettingsReader) {
        guard objects != nil else { return }
        if case .logisticRegression = target {
        } else {
            settings.table("train").report(
                "objects", allowed: "no objects but with name = \"logistic-regression\" in [target]")
        }
        if isUsed("acceptance") {
            let key = objective == "acceptance" ? "objective" : "warmUpObjective"
            settings.table("train").report(
                "objects",
                allowed: "no objects with \(key) = \"acceptance\" in [proposal]: its gradient would be biased")
        }
        if isUsed("mle"), !isUsed("vi"), !isUsed("acceptance-lower-bound"), !isUsed("acceptance") {
            settings.table("train").report(
                "objects", allowed: "no objects with the objective mle, whose gradient has no density of the target")
        }
    }

    /// Whether some training step has the objective.
    private func isUsed(_ name: String) -> Bool { objective == name || warmUpSteps > 0 && warmUpObjective == name }

    /// What does not go together with samples.
    private func check(_ settings: SettingsReader) {
        if case .plane = target {
        } else {
            settings.table("target").report("known", allowed: "samples only of built-in targets of the plane")
        }
        let allowed = ["acceptance", "acceptance-lower-bound"]
        for (key, value) in [("objective", objective), ("warmUpObjective", warmUpObjective)]
        where !allowed.contains(value) {
            settings.table("proposal").report(
                key, allowed: allowed.joined(separator: " or ") + ", where the target is known by samples")
        }
        if !baselines.samplers.isEmpty {
            settings.table("baselines").report(
                "samplers", allowed: "no baselines where the target is known by samples: they need its density")
        }
        if enoughAcceptance != nil {
            settings.table("train").report(
                "stopAtAcceptance",
                allowed: "no such rule where the target is known by samples: there is no exact ratio")
        }
        if replay.every > 0 {
            settings.table("train").table("replay").report(
                "every", allowed: "no replay where the target is known by samples")
        }
        if settings.table("proposal").contains("family") {
            settings.table("proposal").report(
                "family", allowed: "no family where the target is known by samples: the proposal is a generator")
        }
    }

    /// Numbers that the draws of a sampler may have: 1.6 GB.
    private static let mostNumbers = 2e8

    /// Refuses what no memory holds.
    ///
    /// - Throws: `EngineError` with the key.
    func checkSize(dimension: Int) throws(EngineError) {
        let perDraw = Double(sampling.chains * dimension)
        let sizes = [
            ("sample.draws", Double(sampling.draws) * perDraw),
            ("baselines.draws", baselines.samplers.isEmpty ? 0 : Double(baselines.draws) * perDraw),
            (
                "train.replay.draws",
                replay.every == 0 ? 0 : Double(replay.chains * replay.draws * dimension) / (1 - replay.kept)
            ),
        ]
        for (key, size) in sizes where size > Self.mostNumbers {
            throw EngineError(
                "\(key): found \(Int(size)) numbers in draws, chains and \(dimension) coordinates, allowed at most "
                    + "\(Int(Self.mostNumbers))")
        }
    }

    /// Builds the engine.
    public func makeEngine(context: EngineContext) throws(EngineError) -> any Engine {
        if let empirical { return try EmpiricalEngine(self, empirical, context) }
        return try LearnedProposalsEngine(self, context)
    }

    /// The objective of a training step, from 0.
    func objective(step: Int) -> Objective {
        let name = step < warmUpSteps ? warmUpObjective : objective
        guard let objective = Objective.named(name) else { fatalError("no objective \(name) in the table") }
        return objective
    }
}

/// The `[sample]` section: fresh chains with the proposal as it was learned.
struct SamplingSettings: Sendable, Equatable {
    /// Chains, M.
    var chains: Int
    /// Steps of each chain that are thrown away at the start.
    var burnIn: Int
    /// Draws per chain that are kept, T, at most.
    var draws: Int
    /// Sampling ends early when the smallest bulk effective sample size reaches this; `nil` for never.
    var enoughEffectiveDraws: Double?
    /// With `enoughEffectiveDraws`, the largest R-hat at which sampling may end early.
    var largestRHat: Double

    /// Reads the section; the protocol of [SZE17] unless told otherwise.
    init(_ settings: SettingsReader) {
        chains = settings.integer("chains", default: 32, in: 1...10_000)
        burnIn = settings.integer("burnIn", default: 1000, in: 0...100_000_000)
        draws = settings.integer("draws", default: 5000, in: 8...10_000_000)
        enoughEffectiveDraws =
            settings.contains("stopAtEffectiveDraws") ? settings.real("stopAtEffectiveDraws", in: 1...1e12) : nil
        largestRHat = settings.real("stopAtRHat", default: 1.01, in: 1...100)
    }
}
