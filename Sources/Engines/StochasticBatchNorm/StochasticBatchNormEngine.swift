// SPDX-License-Identifier: Apache-2.0
// The engine: what a run owns and how it goes from stage to stage; the steps of each stage are in the files beside this.

import Datasets
import EngineKit
import Nets
import Probability
import TensorCore
import Training

/// A run of stochastic batch normalization on its thread.
final class StochasticBatchNormEngine: Engine {
    let recipe: BatchNormRecipe
    let context: EngineContext
    let data: ClassifierData
    /// Images of another kind; `nil` without.
    let outside: ImageDataset?
    /// One per member.
    let networks: [FeedForwardNetwork]
    let stages: [Stage]
    /// Batch normalizations whose statistics are random in predictions.
    let stochasticLayers: [String]

    var stage = 0
    var step = 0
    var stepInStage = 0
    let dropout: DropoutStream
    var optimizer: Optimizer
    /// Batches of the training or of the fit at work.
    var batches: BatchLoader
    var epochMistakes = 0
    var epochObjects = 0
    var learningRateFactor = 1.0
    /// One per member.
    var fits: [BatchStatisticsFit]
    /// The same with dropout on, for predictions with dropout; empty when no method has both.
    var dropoutFits: [BatchStatisticsFit]
    /// Of the first member.
    var check: StatisticsCheck
    /// What the check found, a record per layer; empty before.
    var checked: [ObservedStatistics] = []
    var evaluation: UncertaintyEvaluation
    /// What predicts now, made when the evaluation comes to a member.
    var predictor: (member: Int, hasDropout: Bool, predictor: Predictor)?
    /// Random training objects for real batches, made when they are needed.
    var companions: BatchLoader?

    /// A part of the run.
    enum Stage: Equatable {
        case train(member: Int)
        /// All members, one after the other.
        case fit
        /// Whether the first member's fit is right.
        case check
        case evaluate
    }

    /// Epochs of the loader from which fits and real batches take theirs, so that they are no repetition of the training.
    static let firstFitEpoch = 100_000_000
    static let firstCompanionEpoch = 200_000_000
    static let firstCheckEpoch = 300_000_000

    init(_ recipe: BatchNormRecipe, _ context: EngineContext) throws(EngineError) {
        self.recipe = recipe
        self.context = context
        Compute.configure(threads: context.threads)
        data = try ClassifierData(recipe.data, context)
        outside = try recipe.outOfDomain?.load(context, beside: recipe.data, like: data.test)
        let architecture = try recipe.model.architecture(imageShape: data.imageShape, classes: data.classes)
        guard data.train.count >= recipe.batch else {
            throw EngineError(
                "sbn.batch is \(recipe.batch), but there are only \(data.train.count) training images")
        }
        networks = (0..<recipe.members).map { member in
            FeedForwardNetwork(
                architecture, initializer: NetworkInitializer(seed: Self.seed(context.seed, ofMember: member)))
        }
        for network in networks { try recipe.model.loadWeights(into: network, context) }
        let sites = architecture.normalizations
        stochasticLayers = sites.filter { recipe.includesDense || $0.followsConvolution }.map(\.name)
        stages =
            (recipe.train.epochs > 0 ? (0..<recipe.members).map { Stage.train(member: $0) } : [])
            + (recipe.checkBatches > 0 ? [.fit, .check, .evaluate] : [.fit, .evaluate])
        dropout = DropoutStream(RandomStream(seed: context.seed, purpose: .dropout))
        optimizer = Optimizer(recipe.train.optimizer.kind, networks[0].parameters)
        batches = data.trainingBatches(size: recipe.train.batch)
        fits = networks.map { _ in BatchStatisticsFit(sites, rule: recipe.fitRule) }
        check = StatisticsCheck(sites)
        let methods = recipe.methods.compactMap(PredictionMethod.named)
        dropoutFits = methods.contains { $0.hasDropout && $0.statistics != .running } ? fits : []
        evaluation = UncertaintyEvaluation(
            EvaluationPlan(
                methods: methods, members: recipe.members, draws: recipe.draws, inside: data.test.count,
                outside: outside?.count ?? 0, directObjects: recipe.directObjects,
                batch: recipe.batch),
            labels: data.test.labels.map { Int($0) }, classes: data.classes, seed: context.seed)
        startStage(0)
    }

    /// The first member has the weights of a run with one network.
    private static func seed(_ seed: UInt64, ofMember member: Int) -> UInt64 {
        if member == 0 { return seed }
        var stream = RandomStream(seed: seed, purpose: "sbn/member", index: UInt32(member))
        return stream.nextUInt64()
    }

    // MARK: Stages

    var current: Stage { stages[min(stage, stages.count - 1)] }

    var stepsPerEpoch: Int { (data.train.count + recipe.train.batch - 1) / recipe.train.batch }

    func steps(_ stage: Stage) -> Int {
        switch stage {
        case .train: recipe.train.epochs * stepsPerEpoch
        case .fit: recipe.members * recipe.fitBatches
        case .check: recipe.checkBatches
        case .evaluate: evaluation.plan.steps
        }
    }

    func name(_ stage: Stage) -> String {
        switch stage {
        case .train(let member): recipe.members > 1 ? "train \(member + 1)" : "train"
        case .fit: "fit"
        case .check: "check"
        case .evaluate: "evaluate"
        }
    }

    /// Begins a stage at its first step.
    func startStage(_ index: Int) {
        stage = index
        stepInStage = 0
        guard index < stages.count else { return }
        if case .train(let member) = stages[index] {
            (epochMistakes, epochObjects) = (0, 0)
            optimizer = Optimizer(recipe.train.optimizer.kind, networks[member].parameters)
        }
        placeLoader()
        context.emit(.stage(step: step, name: name(stages[index]), index: index, count: stages.count))
    }

    /// Sets the loader of the stage to the batch of `stepInStage`.
    func placeLoader() {
        switch current {
        case .train(let member):
            let (epoch, batch) = stepInStage.quotientAndRemainder(dividingBy: stepsPerEpoch)
            batches = data.trainingBatches(size: recipe.train.batch)
            batches.position = BatchPosition(epoch: member * recipe.train.epochs + epoch, batch: batch)
        case .fit, .check:
            batches = data.trainingBatches(size: recipe.batch, remainder: .dropped)
            let (epoch, batch) = stepInStage.quotientAndRemainder(dividingBy: batches.batchesPerEpoch)
            let first = current == .fit ? Self.firstFitEpoch : Self.firstCheckEpoch
            batches.position = BatchPosition(epoch: first + epoch, batch: batch)
        case .evaluate:
            break
        }
    }

    var progress: Progress {
        Progress(
            step: step, totalSteps: stages.reduce(0) { $0 + steps($1) }, epoch: epoch, stage: name(current))
    }

    /// Passes over the training data in training, over all members.
    var epoch: Double {
        let trained = stages[..<min(stage, stages.count)].count { if case .train = $0 { true } else { false } }
        var epochs = Double(trained * recipe.train.epochs)
        if stage < stages.count, case .train = current { epochs += Double(stepInStage) / Double(stepsPerEpoch) }
        return epochs
    }

    func advance() throws(EngineError) -> StepOutcome {
        guard stage < stages.count else { return .finished }
        switch current {
        case .train(let member): try trainOneBatch(member)
        case .fit: fitOneBatch()
        case .check: checkOneBatch()
        case .evaluate: evaluateOneSlice()
        }
        if stepInStage == steps(current) { startStage(stage + 1) }
        context.emit(.progress(progress))
        return stage < stages.count ? .running : .finished
    }

    func emit(_ values: [MetricValue]) {
        context.emit(.metrics(step: step, epoch: epoch, values: values))
    }
}
