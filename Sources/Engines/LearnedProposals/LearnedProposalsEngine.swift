// SPDX-License-Identifier: Apache-2.0
// The engine: a training step moves the chains and the proposal; behind the last one, fresh chains are sampled.

import Chains
import EngineKit
import Nets
import Probability
import TensorCore
import Training

/// A run with a learned proposal on its thread.
final class LearnedProposalsEngine: ProposalEngine {
    let recipe: ProposalRecipe
    let context: EngineContext
    let target: SampledTarget
    let proposal: any TrainableProposal
    let optimizer: Optimizer
    var drawStream: RandomStream
    /// The chains of the training, whose states stand for draws of the target.
    var kernel: IndependentMetropolis
    var states: ChainStates
    /// States that the loss sees in the place of those of the chains; `nil` without `replay`.
    var replay: ReplayBuffer?
    /// Chooses objects of the data for a step.
    var objectStream: RandomStream
    /// Acceptance of the last training steps, the newest last.
    var recentAcceptance: [Double] = []
    var step = 0
    /// Learning rate that a user has set, over the recipe's.
    var learningRateFactor = 1.0
    /// Seconds of training, of this process and those before.
    var trainingSeconds = 0.0
    /// The chains whose draws are kept; `nil` while there is training.
    var sampling: SamplingStage?
    /// The samplers that the learned one is compared with; `nil` before their turn.
    var comparison: BaselineComparison?
    let start: ProposalStart

    init(_ recipe: ProposalRecipe, _ context: EngineContext) throws(EngineError) {
        self.recipe = recipe
        self.context = context
        Compute.configure(threads: context.threads)
        target = try recipe.target.makeTarget(directories: context.dataDirectories)
        try recipe.checkSize(dimension: target.dimension)
        start = try target.start()
        proposal = recipe.family.make(start, seed: context.seed)
        guard let frozen = proposal.frozen() else {
            throw EngineError("\(target.name): no proposal can begin there, its scales are not finite and positive")
        }
        optimizer = Optimizer(recipe.optimizer.kind, proposal.parameters)
        drawStream = RandomStream(seed: context.seed, purpose: StreamPurpose("proposal/draws"))
        objectStream = RandomStream(seed: context.seed, purpose: StreamPurpose("proposal/objects"))
        replay = recipe.replay.every > 0 ? ReplayBuffer(dimension: target.dimension, seed: context.seed) : nil
        kernel = IndependentMetropolis(
            target: target.density, proposal: frozen, streams: KernelStreams(seed: context.seed))
        states = kernel.initialState(
            kernel.proposal.sample(count: recipe.batch, using: &kernel.streams.proposal).points)
        context.emit(.stage(step: 0, name: "train", index: 0, count: stageCount))
        if let objects = recipe.objects, let data = target.density as? any DataLogDensity, objects > data.objectCount {
            let text = "train.objects is \(objects), but there are \(data.objectCount): each step sees all of them"
            context.emit(.message(step: 0, level: .notice, text: text))
        }
        // A run that goes on has told it before.
        if !context.isResuming { context.emit(.record(.target(target.description(start)))) }
    }

    var progress: Progress {
        let slices = sampling?.slices ?? 0
        let left = comparison?.slicesLeft ?? recipe.baselines.samplers.count * recipe.baselines.slices
        let samplingSlices = comparison == nil ? recipe.sampling.slices : slices
        let compared = comparison?.slices ?? 0
        let trainingSteps = isTrained ? step : recipe.steps
        return Progress(
            step: step + slices + compared, totalSteps: trainingSteps + samplingSlices + compared + left, epoch: 0,
            stage: comparison?.stageName ?? (sampling == nil ? "train" : "sample"))
    }

    /// Whether the training has had all its steps, or enough by the rule of the session.
    var isTrained: Bool {
        if step >= recipe.steps { return true }
        guard let enough = recipe.enoughAcceptance, recentAcceptance.count == ProposalRecipe.acceptanceWindow else {
            return false
        }
        return recentAcceptance.reduce(0, +) >= enough * Double(recentAcceptance.count)
    }

    /// Training, sampling and a stage for each baseline.
    private var stageCount: Int { 2 + recipe.baselines.samplers.count }

    func advance() throws(EngineError) -> StepOutcome {
        defer { context.emit(.progress(progress)) }
        guard isTrained else {
            try trainOneStep()
            if isTrained, step < recipe.steps {
                context.emit(
                    .message(
                        step: step, level: .notice,
                        text: "training ends: the acceptance of the last \(recentAcceptance.count) steps is enough"))
            }
            return .running
        }
        guard let sampling else {
            let stage = try newSampling()
            sampling = stage
            context.emit(.stage(step: progress.step, name: "sample", index: 1, count: stageCount))
            return advance(stage)
        }
        return advance(sampling)
    }

    /// A slice of the learned sampler, or of a baseline when it has all its draws.
    private func advance(_ stage: SamplingStage) -> StepOutcome {
        if comparison == nil {
            guard stage.advance(emit: context.emit) == .finished else { return .running }
            guard !recipe.baselines.samplers.isEmpty else { return .finished }
            comparison = newComparison(stage)
            return .running
        }
        comparison?.advance(emit: context.emit)
        return comparison?.isComplete == true ? .finished : .running
    }

    /// Baselines of which none is done.
    func newComparison(_ learned: SamplingStage) -> BaselineComparison {
        BaselineComparison(
            recipe.baselines, target: target, start: start, learned: learned, chains: recipe.sampling.chains,
            seed: context.seed, stepsBefore: step + learned.slices)
    }

    /// Fresh chains at draws of the proposal.
    func newSampling() throws(EngineError) -> SamplingStage {
        SamplingStage(
            Sampling(
                target: target.density, proposal: try usableProposal(), chains: recipe.sampling.chains,
                seed: context.seed),
            recipe.sampling, coordinates: target.coordinates, logNormalizer: target.plane?.logNormalizer,
            grid: target.plane.map(GridDistance.init), stepsBefore: step)
    }

    /// The proposal as it is now, for chains.
    ///
    /// - Throws: `EngineError` when an update has taken its scales beyond what numbers can hold.
    func usableProposal() throws(EngineError) -> any ProposalDistribution {
        guard let frozen = proposal.frozen() else {
            throw diverged("the proposal has scales that are not finite and positive")
        }
        return frozen
    }
}
