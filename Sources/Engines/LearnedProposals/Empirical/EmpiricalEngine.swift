// SPDX-License-Identifier: Apache-2.0
// The engine of the empirical setting: discriminator and generator in turn, then chains over generated points.

import Chains
import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import Training

/// A run that knows its target by samples, on its thread.
///
/// A step trains the discriminator on data against generated points, then the generator on the objective with the
/// discriminator's logit d in the place of `log p - log q`: `-E d(x')` for the lower bound, `-E min(1, exp(d(x') - d(x)))`
/// for the acceptance rate, x from the data. Then chains accept generated points with probability `min(1, exp(d(x') - d(x)))`.
final class EmpiricalEngine: ProposalEngine {
    let recipe: ProposalRecipe
    let settings: EmpiricalSettings
    let context: EngineContext
    let plane: PlaneTarget
    /// The points that stand for the target, `[N, 2]`.
    let samples: [Double]
    let generator: Generator
    let discriminator: Discriminator
    let generatorOptimizer: Optimizer
    let discriminatorOptimizer: Optimizer
    var stream: RandomStream
    var step = 0
    var learningRateFactor = 1.0
    var trainingSeconds = 0.0
    var sampling: SamplingStage?
    private(set) lazy var grid = GridDistance(plane)

    init(
        _ recipe: ProposalRecipe, _ settings: EmpiricalSettings, _ context: EngineContext
    ) throws(EngineError) {
        guard case .plane(let name) = recipe.target, let plane = allTargets.first(where: { $0.name == name }) else {
            throw EngineError("target: samples are made of built-in targets of the plane only")
        }
        (self.recipe, self.settings, self.context, self.plane) = (recipe, settings, context, plane)
        try recipe.checkSize(dimension: 2)
        Compute.configure(threads: context.threads)
        samples = samplePlane(plane, count: settings.samples, seed: context.seed)
        let moments = SampleMoments(samples, dimension: 2)
        generator = Generator(
            latent: settings.latent, hidden: settings.generatorUnits, moments: moments, seed: context.seed)
        discriminator = Discriminator(hidden: settings.discriminatorUnits, moments: moments, seed: context.seed)
        generatorOptimizer = Optimizer(recipe.optimizer.kind, generator.parameters)
        discriminatorOptimizer = Optimizer(recipe.optimizer.kind, discriminator.parameters)
        stream = RandomStream(seed: context.seed, purpose: StreamPurpose("proposal/empirical"))
        context.emit(.stage(step: 0, name: "train", index: 0, count: 3))
        if !context.isResuming {
            let target = SampledTarget(plane)
            context.emit(.record(.target(target.description(try target.start()))))
        }
    }

    /// Training steps, those of the discriminator alone included.
    var trainingSteps: Int { recipe.steps + settings.calibrationSteps }

    var progress: Progress {
        Progress(
            step: step + (sampling?.slices ?? 0), totalSteps: trainingSteps + recipe.sampling.slices, epoch: 0,
            stage: sampling == nil ? (step < recipe.steps ? "train" : "calibrate") : "sample")
    }

    func advance() throws(EngineError) -> StepOutcome {
        defer { context.emit(.progress(progress)) }
        if step < trainingSteps {
            if step == recipe.steps, step > 0 {
                context.emit(.stage(step: step, name: "calibrate", index: 1, count: 3))
            }
            try trainOneStep()
            return .running
        }
        if let sampling { return sampling.advance(emit: context.emit) }
        let stage = newSampling()
        sampling = stage
        context.emit(.stage(step: step, name: "sample", index: 2, count: 3))
        return stage.advance(emit: context.emit)
    }

    /// Fresh chains that begin at points of the data, as a chain that is to lead away from the generator should.
    func newSampling() -> SamplingStage {
        var starts = RandomStream(seed: context.seed, purpose: "proposal/starts")
        let start = randomSamples(recipe.sampling.chains, &starts)
        return SamplingStage(
            Sampling(
                target: LearnedRatio(discriminator: discriminator, dimension: 2), proposal: generator.distribution,
                chains: recipe.sampling.chains, seed: context.seed, start: start),
            recipe.sampling, coordinates: ["x", "y"], logNormalizer: nil, grid: grid, stepsBefore: trainingSteps)
    }

    // MARK: Training

    private func trainOneStep() throws(EngineError) {
        let started = monotonicNanoseconds()
        let schedule = recipe.optimizer.schedule
        let rate =
            learningRateFactor
            * schedule.factor(
                epoch: Double(min(step, recipe.steps)), epochs: Double(max(recipe.steps, 1)))
        var (data, loss) = (Tensor.zeros([0]), 0.0)
        let isCalibrating = step >= recipe.steps
        for _ in 0..<(isCalibrating ? 1 : settings.discriminatorSteps) {
            data = nextData()
            let generated = withoutGradients { generator.draw(recipe.batch, &stream) }
            loss = try update(
                discriminatorOptimizer, discriminator.parameters, discriminator.loss(data: data, generated: generated),
                rate: settings.discriminatorRate * (isCalibrating ? learningRateFactor : rate), "discriminator's")
        }
        var values = [MetricValue("train/discriminatorLoss", loss)]
        if !isCalibrating {
            let points = generator.draw(recipe.batch, &stream)
            let zeros = Tensor.zeros([recipe.batch])
            let ratios = discriminator.logits(points)
            let ofData = withoutGradients { discriminator.logits(data) }
            let objective = recipe.objective(step: step)
            let sample = ObjectiveSample(
                draws: ProposalDraws(points: points, logDensity: zeros, weights: nil), logTargetOfDraws: ratios,
                logTargetOfStates: ofData, logDensityOfStates: zeros)
            values.append(
                MetricValue(
                    "train/loss",
                    try update(
                        generatorOptimizer, generator.parameters, objective.loss(sample),
                        rate: recipe.optimizer.learningRate * rate, "generator's")))
            let accepted = zip(ratios.doubles(), ofData.doubles()).map { min(1, exp($0 - $1)) }
            values.append(
                MetricValue("train/acceptance", accepted.reduce(0, +) / Double(max(accepted.count, 1))))
            tellTraining(points, ofStep: step + 1)
        }
        step += 1
        trainingSeconds += Double(monotonicNanoseconds() - started) * 1e-9
        context.emit(.metrics(step: step, epoch: 0, values: values))
    }

    /// One step of one of the two networks; the other one's parameters are constants of its loss.
    private func update(
        _ optimizer: Optimizer, _ parameters: [Parameter], _ loss: Tensor, rate: Double, _ whose: String
    ) throws(EngineError) -> Double {
        let slopes = gradients(of: loss, for: parameters.map(\.value))
        let value = loss.item()
        guard value.isFinite, slopes.allSatisfy(\.isFinite) else {
            throw diverged("the \(whose) loss became \(value) or has no gradient")
        }
        optimizer.update(slopes, learningRate: rate, weightDecay: recipe.optimizer.weightDecay)
        return value
    }

    /// Tells some generated points now and then, so that the training can be watched.
    private func tellTraining(_ points: Tensor, ofStep step: Int) {
        guard step.isMultiple(of: recipe.stepsPerTrainingBlock) else { return }
        let count = min(ProposalRecipe.toldTrainingChains, recipe.batch)
        var block = DrawBlock(
            step: step, sampler: "learned", phase: .training, chains: count, dimension: 2,
            thinning: recipe.stepsPerTrainingBlock)
        block.stepCount = 1
        block.points = Array(points.scalars().prefix(2 * count))
        context.emit(.record(.draws(block)))
    }

    /// Random points of the data, `[batch, 2]`.
    private func nextData() -> Tensor {
        Tensor(shape: [recipe.batch, 2], scalars: randomSamples(recipe.batch, &stream).map { Float($0) })
    }

    /// Points of the data with replacement.
    private func randomSamples(_ count: Int, _ stream: inout RandomStream) -> [Double] {
        (0..<count).flatMap { _ -> ArraySlice<Double> in
            let index = stream.integer(below: settings.samples)
            return samples[2 * index..<2 * index + 2]
        }
    }
}
