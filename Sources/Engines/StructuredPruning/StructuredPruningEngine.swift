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
    let posteriors: [NoisePosterior]
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
    var finalReport: CompactReport?
    /// The network that is left after the cut, from the fine-tuning on.
    var compactNetwork: FeedForwardNetwork?
    /// Its test error right after the cut, percent.
    var errorAfterCut: Double?

    init(_ recipe: PruningRecipe, _ context: EngineContext) throws(EngineError) {
        self.recipe = recipe
        self.context = context
        Compute.configure(threads: context.threads)
        data = try ClassifierData(recipe.data, context)
        let architecture = try recipe.model.architecture(imageShape: data.imageShape, classes: data.classes)
        network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: context.seed))
        costGraph = CostGraph(architecture)
        let isNoisy = recipe.method != .dense
        posteriors = isNoisy ? network.gates.map { NoisePosterior(name: $0.name, units: $0.units) } : []
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
        if step >= totalSteps { return finish() }
        emitAnswer()
        try trainOneBatch()
        if stepInStage % stepsPerEpoch(current) == 0 {
            closeEpoch()
            if isStageDone, stage + 1 < stages.count { enterNextStage() }
        }
        context.emit(.progress(progress))
        return step >= totalSteps ? finish() : .running
    }

    /// One step on the negative lower bound per object, `mean cross-entropy + weight · KL / N + decay / 2 |w|²`.
    private func trainOneBatch() throws(EngineError) {
        let started = monotonicNanoseconds()
        let batch = batches.nextBatch()
        let draws =
            current.hasNoise
            ? posteriors.map { $0.draw(objects: recipe.noise == .perObject ? batch.count : nil, &noiseStream) } : []
        let trained = trainedNetwork
        let logits = trained(Tensor(batch), forwardPass(gates: draws.map(\.scales)))
        let loss = softmaxCrossEntropy(logits: logits, labels: batch.labels, reduction: .mean)
        let dataTerm = loss.item()
        let slopes = gradients(of: loss, for: trained.parameters.map(\.value) + draws.map(\.scales))

        let settings = current.settings.optimizer
        let rate =
            learningRateFactor
            * settings.schedule.factor(
                epoch: epochInStage, epochs: Double(max(current.settings.epochs, 1)))
        let weights = trained.parameters.count
        optimizer.update(
            Array(slopes[..<weights]), learningRate: settings.learningRate * rate, weightDecay: settings.weightDecay)
        let divergenceWeight = self.divergenceWeight / Double(data.train.count)
        for (index, posterior) in posteriors.enumerated() where current.hasNoise {
            posterior.update(
                draws[index], gradient: slopes[weights + index],
                divergenceWeight: divergenceWeight * layerWeight(index),
                learningRate: recipe.variationalLearningRate * rate, adam: AdamRates())
        }
        epochMistakes += Evaluation.mistakes(logits, batch.labels)
        epochObjects += batch.count
        step += 1
        stepInStage += 1
        epochSeconds += Double(monotonicNanoseconds() - started) * 1e-9
        try report(dataTerm, divergenceWeight)
    }

    private func report(_ dataTerm: Double, _ divergenceWeight: Double) throws(EngineError) {
        var values = [MetricValue("train/crossEntropy", dataTerm)]
        // The divergence of a thousand units costs more than it tells at every step.
        if current.hasNoise, stepInStage % 10 == 0 || stepInStage % stepsPerEpoch(current) == 0 {
            let divergence = posteriors.map(\.divergence)
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

    /// Weight of the divergence of a gate.
    func layerWeight(_ gate: Int) -> Double {
        recipe.divergenceWeights.indices.contains(gate) ? recipe.divergenceWeights[gate] : 1
    }

    /// Weight of the divergence, rising from 0 to 1 over the warm-up.
    var divergenceWeight: Double {
        recipe.divergenceWarmUp > 0 ? min(1, epochInStage / recipe.divergenceWarmUp) : 1
    }

    /// Noise takes the place of dropout [NMAV17].
    private func forwardPass(gates: [Tensor]) -> ForwardPass {
        current.hasNoise
            ? ForwardPass(normalization: recipe.freezesStatistics ? .running : .batch, dropout: nil, gates: gates)
            : .training(dropout: dropout)
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
        context.emit(
            .metrics(
                step: step, epoch: progress.epoch,
                values: [
                    MetricValue("train/error", trainError),
                    MetricValue("test/error", test.error),
                    MetricValue("test/crossEntropy", test.crossEntropy),
                    MetricValue("cost/macsRatio", Double(dense.macs) / Double(cost.macs)),
                    MetricValue("cost/parametersRatio", Double(dense.parameters) / Double(cost.parameters)),
                    MetricValue("speed/imagesPerSecond", speed),
                ]))
        // The noise of a network that has been cut stands still.
        if !posteriors.isEmpty, !current.trainsCompact { context.emit(.layers(snapshot)) }
    }

    /// The state of every unit now.
    var snapshot: LayerSnapshot {
        LayerSnapshot(step: step, epoch: progress.epoch, layers: posteriors.map(\.snapshot))
    }

    private func finish() -> StepOutcome {
        while workWhilePaused() {}
        if lastTest == nil { lastTest = evaluate(masks: currentMasks(thresholds: nil)) }
        if finalReport == nil { finalReport = measureCompactNetwork() }
        return .finished
    }
}
