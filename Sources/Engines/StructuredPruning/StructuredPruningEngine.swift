// SPDX-License-Identifier: Apache-2.0
// The engine: one mini-batch a step, an evaluation closes each epoch; what the stages are is in the file beside this one.

import Datasets
import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import Training

/// A pruning run on its thread.
final class StructuredPruningEngine: Engine {
    let recipe: PruningRecipe
    let context: EngineContext
    let data: ClassifierData
    let network: FeedForwardNetwork
    /// Noise on units, one posterior per gate; empty without.
    let posteriors: [NoisePosterior]
    /// Noise on weights; `nil` without.
    let weightPosterior: WeightPosterior?
    let costGraph: CostGraph
    /// The stages of the run; a fine-tuning that has nothing left to train is taken out.
    var stages: [Stage]

    var stage = 0
    var step = 0
    var stepInStage = 0
    var noiseStream: RandomStream
    let dropout: DropoutStream
    var optimizer: Optimizer
    var batches: BatchLoader
    var epochMistakes = 0
    var epochObjects = 0
    var epochSeconds = 0.0
    var learningRateFactor = 1.0
    let requests = ThresholdRequests()
    var lastTest: Evaluation.Result?
    /// What is measured when training is over, from then on.
    var closing: Closing?
    /// The compact network while it is measured.
    var compactWork: CompactWork?
    /// What averaging over draws gave at the end of the run.
    var sampledPrediction: Evaluation.Result?
    /// The network that is left after the cut, from the fine-tuning on.
    var compactNetwork: FeedForwardNetwork?
    /// Its test error right after the cut, percent.
    var errorAfterCut: Double?
    /// Per parameter of it 1 where its weights were left at the cut, when weights were removed one by one.
    var compactSupport: [Tensor]?

    /// - Parameter loaded: images that are there already; otherwise the recipe's are loaded.
    init(_ recipe: PruningRecipe, _ context: EngineContext, data loaded: ClassifierData? = nil) throws(EngineError) {
        self.recipe = recipe
        self.context = context
        Compute.configure(threads: context.threads)
        if let loaded { data = loaded } else { data = try ClassifierData(recipe.data, context) }
        let architecture = try recipe.model.architecture(imageShape: data.imageShape, classes: data.classes)
        network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: context.seed))
        try recipe.model.loadWeights(into: network, context)
        costGraph = CostGraph(architecture)
        posteriors =
            recipe.method.hasNoisyUnits
            ? network.gates.map {
                NoisePosterior(
                    name: $0.name, units: $0.units, bounds: recipe.priorBounds, trainsMu: recipe.method != .sigmaOnly)
            } : []
        weightPosterior =
            recipe.method.hasNoisyWeights
            ? WeightPosterior(network, recipe.weightNoise, following: recipe.train.optimizer.kind) : nil
        stages = Stage.all(of: recipe)
        noiseStream = RandomStream(seed: context.seed, purpose: .noise)
        dropout = DropoutStream(RandomStream(seed: context.seed, purpose: .dropout))
        optimizer = Optimizer(stages[0].settings.optimizer.kind, network.parameters)
        batches = data.trainingBatches(size: stages[0].settings.batch)
        context.emit(.costGraph(costGraph))
        announceStage()
    }

    var progress: Progress {
        Progress(
            step: step, totalSteps: totalSteps, epoch: epochsBefore(stage) + epochInStage, stage: current.name)
    }

    /// Epochs done in this stage, a fraction within one.
    var epochInStage: Double { Double(stepInStage) / Double(stepsPerEpoch(current)) }

    func advance() throws(EngineError) -> StepOutcome {
        if step >= totalSteps { return closeRun() }
        emitAnswer()
        try trainOneBatch()
        if stepInStage % stepsPerEpoch(current) == 0 {
            closeEpoch()
            if isStageDone, stage + 1 < stages.count { enterNextStage() }
        }
        context.emit(.progress(progress))
        return .running
    }

    /// One step on the negative lower bound per object, `mean cross-entropy + weight · KL / N + decay / 2 |w|²`.
    private func trainOneBatch() throws(EngineError) {
        let started = monotonicNanoseconds()
        let batch = batches.nextBatch()
        let draws =
            current.hasNoise
            ? posteriors.map { $0.draw(objects: recipe.noise == .perObject ? batch.count : nil, &noiseStream) } : []
        let weightNoise = current.hasNoise ? weightPosterior?.noise(noiseStream) : nil
        let trained = trainedNetwork
        let logits = trained(Tensor(batch), forwardPass(gates: draws.map(\.scales), weightNoise))
        if let weightNoise { noiseStream = weightNoise.stream }
        let loss = softmaxCrossEntropy(logits: logits, labels: batch.labels, reduction: .mean)
        let dataTerm = loss.item()
        var targets = trained.parameters.map(\.value)
        let weights = targets.count
        targets += draws.map(\.scales)
        if weightNoise != nil { targets += weightPosterior?.layers.map(\.logVariance.value) ?? [] }
        let slopes = gradients(of: loss, for: targets)

        let divergenceWeight = self.divergenceWeight / Double(data.train.count)
        update(
            weights: Array(slopes[..<weights]), noise: Array(slopes[weights...]), draws,
            divergenceWeight: divergenceWeight)
        epochMistakes += Evaluation.mistakes(logits, batch.labels)
        epochObjects += batch.count
        step += 1
        stepInStage += 1
        epochSeconds += Double(monotonicNanoseconds() - started) * 1e-9
        try report(dataTerm, divergenceWeight)
    }

    /// One step of all optimizers.
    ///
    /// - Parameters:
    ///   - weights: gradients of the data term by the parameters of the trained network.
    ///   - noise: those by the scales, or by the log variances of the weights; empty without noise.
    ///   - divergenceWeight: of the divergence in the loss per object.
    private func update(
        weights: [Tensor], noise: [Tensor], _ draws: [TruncatedLogNormalDraws], divergenceWeight: Double
    ) {
        let settings = current.settings.optimizer
        let rate =
            learningRateFactor
            * settings.schedule.factor(
                epoch: epochInStage, epochs: Double(max(current.settings.epochs, 1)))
        var weights = weights
        if let weightPosterior, current.hasNoise {
            weightPosterior.update(
                &weights, logVarianceGradients: noise,
                divergenceWeights: weightPosterior.layers.indices.map { divergenceWeight * layerWeight($0) },
                learningRate: recipe.variationalLearningRate * rate)
        }
        if let compactSupport, current.trainsCompact {
            // Weights that were removed one by one stay away.
            weights = withoutGradients { zip(weights, compactSupport).map { $0 * $1 } }
        }
        optimizer.update(weights, learningRate: settings.learningRate * rate, weightDecay: settings.weightDecay)
        guard current.hasNoise else { return }
        let adam = AdamRates(following: settings.kind)
        for (index, posterior) in posteriors.enumerated() {
            posterior.update(
                draws[index], gradient: noise[index], divergenceWeight: divergenceWeight * layerWeight(index),
                learningRate: recipe.variationalLearningRate * rate, adam: adam)
        }
    }

    private func report(_ dataTerm: Double, _ divergenceWeight: Double) throws(EngineError) {
        var values = [MetricValue("train/crossEntropy", dataTerm)]
        // The divergence of a thousand units costs more than it tells at every step.
        if current.hasNoise, stepInStage % 10 == 0 || stepInStage % stepsPerEpoch(current) == 0 {
            let divergence = divergences
            let weighted = divergence.enumerated().reduce(0) { $0 + layerWeight($1.offset) * $1.element }
            values.append(MetricValue("train/divergence", divergence.reduce(0, +)))
            values.append(MetricValue("train/loss", dataTerm + divergenceWeight * weighted))
        }
        context.emit(.metrics(step: step, epoch: progress.epoch, values: values))
        guard dataTerm.isFinite else {
            let text =
                "the loss became \(dataTerm) at step \(step); the last checkpoint is kept. "
                + "A smaller learning rate usually helps (now \(current.settings.optimizer.learningRate))."
            context.emit(.message(step: step, level: .failure, text: text))
            throw EngineError(text)
        }
    }

    /// Divergence of each gate, or of the weights of each layer, nats.
    var divergences: [Double] { weightPosterior?.divergences ?? posteriors.map(\.divergence) }

    /// Weight of the divergence of a gate, or of the weights of a layer.
    func layerWeight(_ index: Int) -> Double {
        recipe.divergenceWeights.indices.contains(index) ? recipe.divergenceWeights[index] : 1
    }

    /// Weight of the divergence, rising from 0 to 1 over the warm-up.
    var divergenceWeight: Double { recipe.divergenceWarmUp.weight(epoch: epochInStage) }

    /// Noise takes the place of dropout [NMAV17].
    private func forwardPass(gates: [Tensor], _ weightNoise: WeightNoise?) -> ForwardPass {
        guard current.hasNoise else { return .training(dropout: dropout) }
        return ForwardPass(
            normalization: recipe.freezesStatistics ? .running : .batch, dropout: nil, gates: gates,
            weightNoise: weightNoise)
    }

    private func closeEpoch() {
        let speed = Double(epochObjects) / max(epochSeconds, 1e-9)
        let trainError = 100 * Double(epochMistakes) / Double(max(epochObjects, 1))
        (epochMistakes, epochObjects, epochSeconds) = (0, 0, 0)
        let masks = currentMasks(thresholds: nil)
        let test = evaluate(masks: masks)
        lastTest = test
        let cost = costGraph.cost(survivors: masks.map { $0.count { $0 } })
        let dense = costGraph.denseCost
        var values = [
            MetricValue("train/error", trainError),
            MetricValue("test/error", test.error),
            MetricValue("test/crossEntropy", test.crossEntropy),
            MetricValue("cost/macsRatio", Double(dense.macs) / Double(cost.macs)),
            MetricValue("cost/parametersRatio", Double(dense.parameters) / Double(cost.parameters)),
            MetricValue("speed/imagesPerSecond", speed),
        ]
        if current.hasNoise, recipe.method.hasNoisyWeights {
            let left = weightCounts(masks: masks).reduce(0) { $0 + $1.survivors }
            values.append(MetricValue("cost/weightsRatio", Double(dense.parameters) / Double(left)))
        }
        context.emit(.metrics(step: step, epoch: progress.epoch, values: values))
        // The noise of a network that has been cut stands still.
        if recipe.method.hasNoise, !current.trainsCompact { context.emit(.layers(snapshot)) }
    }

    /// The state of every unit now.
    var snapshot: LayerSnapshot {
        LayerSnapshot(
            step: step, epoch: progress.epoch,
            layers: weightPosterior.map { snapshot($0) } ?? posteriors.map(\.snapshot))
    }
}
