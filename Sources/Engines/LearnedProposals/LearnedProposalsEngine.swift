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
    var step = 0
    /// Learning rate that a user has set, over the recipe's.
    var learningRateFactor = 1.0
    /// Seconds of training, of this process and those before.
    var trainingSeconds = 0.0
    /// The chains whose draws are kept; `nil` while there is training.
    var sampling: SamplingStage?

    init(_ recipe: ProposalRecipe, _ context: EngineContext) throws(EngineError) {
        self.recipe = recipe
        self.context = context
        Compute.configure(threads: context.threads)
        target = try recipe.target.makeTarget(directories: context.dataDirectories)
        let start = try target.start()
        proposal = recipe.family.make(start, seed: context.seed)
        guard let frozen = proposal.frozen() else {
            throw EngineError("\(target.name): no proposal can begin there, its scales are not finite and positive")
        }
        optimizer = Optimizer(recipe.optimizer.kind, proposal.parameters)
        drawStream = RandomStream(seed: context.seed, purpose: StreamPurpose("proposal/draws"))
        kernel = IndependentMetropolis(
            target: target.density, proposal: frozen, streams: KernelStreams(seed: context.seed))
        states = kernel.initialState(
            kernel.proposal.sample(count: recipe.batch, using: &kernel.streams.proposal).points)
        context.emit(.stage(step: 0, name: "train", index: 0, count: 2))
        // A run that goes on has told it before.
        if !context.isResuming { context.emit(.record(.target(target.description(start)))) }
    }

    var progress: Progress {
        Progress(
            step: step + (sampling?.slices ?? 0), totalSteps: recipe.steps + recipe.sampling.slices, epoch: 0,
            stage: sampling == nil ? "train" : "sample")
    }

    func advance() throws(EngineError) -> StepOutcome {
        defer { context.emit(.progress(progress)) }
        guard step >= recipe.steps else {
            try trainOneStep()
            return .running
        }
        if let sampling { return sampling.advance(emit: context.emit) }
        let stage = try newSampling()
        sampling = stage
        context.emit(.stage(step: progress.step, name: "sample", index: 1, count: 2))
        return stage.advance(emit: context.emit)
    }

    /// Fresh chains at draws of the proposal.
    func newSampling() throws(EngineError) -> SamplingStage {
        SamplingStage(
            Sampling(
                target: target.density, proposal: try usableProposal(), chains: recipe.sampling.chains,
                seed: context.seed),
            recipe.sampling, coordinates: target.coordinates, logNormalizer: target.plane?.logNormalizer,
            grid: target.plane.map(GridDistance.init), stepsBefore: recipe.steps)
    }

    /// One step of the chains and one of the optimizer.
    ///
    /// The chains use the proposal as it is before the update, so their states are exact draws of a chain that leaves the
    /// target invariant; `log q` of the states is computed anew because the last update changed it. What the loss needs
    /// serves the chains as well: its draws are their proposals, and the loss looks at the states that they leave.
    private func trainOneStep() throws(EngineError) {
        let started = monotonicNanoseconds()
        kernel.proposal = try usableProposal()
        if states.logDensity.contains(-.infinity) {
            // A chain that began outside of the support has no ratio for the loss: it may leave first.
            kernel.refreshLogProposal(&states)
            _ = kernel.step(&states)
        }
        let points = Tensor(shape: [states.count, target.dimension], doubles: states.points)
            .converted(to: proposal.dataType)
        let logTarget = Tensor(shape: [states.count], doubles: states.logDensity).converted(to: proposal.dataType)
        let logDensityOfStates = proposal.logDensity(points)
        let draws = proposal.draw(recipe.batch, &drawStream)
        let evaluated = target.density.logDensityAndGradient(draws.points.doubles())

        states.setLogProposal(logDensityOfStates.doubles())
        let ratiosBefore = zip(states.logDensity, states.logProposal).map { $0 - $1 }
        var info = StepInfo()
        if draws.weights == nil {
            let drawn = DrawnProposals(
                points: draws.points.doubles(), logProposal: draws.logDensity.doubles(), logDensity: evaluated.values)
            kernel.step(&states, to: drawn, into: &info)
        } else {
            // Draws that need weights are no draws of the proposal.
            kernel.step(&states, into: &info)
        }

        let objective = recipe.objective(step: step)
        let loss = objective.loss(
            ObjectiveSample(
                draws: draws, logTargetOfDraws: target.logDensity(draws.points, evaluated),
                logTargetOfStates: logTarget, logDensityOfStates: logDensityOfStates))
        let slopes = gradients(of: loss, for: proposal.parameters.map(\.value))
        let value = loss.item()
        guard value.isFinite, slopes.allSatisfy(\.isFinite) else {
            throw diverged("the loss became \(value) or has no gradient")
        }
        let rate = recipe.optimizer.schedule.factor(epoch: Double(step), epochs: Double(max(recipe.steps, 1)))
        optimizer.update(
            slopes, learningRate: recipe.optimizer.learningRate * learningRateFactor * rate,
            weightDecay: recipe.optimizer.weightDecay)
        step += 1
        let seconds = Double(monotonicNanoseconds() - started) * 1e-9
        trainingSeconds += seconds
        report(value, info, ratiosBefore)
        tellTraining(info, seconds: seconds)
    }

    private func report(_ loss: Double, _ info: StepInfo, _ ratiosBefore: [Double]) {
        var values = [
            MetricValue("train/loss", loss), MetricValue("train/acceptance", info.meanAcceptanceProbability),
        ]
        // E log(1 / ratio) over pairs of a state and a proposal is the symmetric divergence.
        let finite = zip(info.logRatio, ratiosBefore).filter { $0.isFinite && $1.isFinite }
        if finite.count == info.count {
            let divergence = -info.logRatio.reduce(0, +) / Double(info.count)
            values.append(MetricValue("train/acceptanceLowerBound", 1 - (max(divergence, 0) / 2).squareRoot()))
        }
        context.emit(.metrics(step: step, epoch: 0, values: values))
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
