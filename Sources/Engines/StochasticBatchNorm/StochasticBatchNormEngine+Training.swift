// SPDX-License-Identifier: Apache-2.0
// The training of a member: ordinary batch normalization, with dropout if the model has it.

import Datasets
import EngineKit
import Nets
import TensorCore
import Training

extension StochasticBatchNormEngine {
    /// One step on `mean cross-entropy + decay / 2 |w|²`.
    func trainOneBatch(_ member: Int) throws(EngineError) {
        let network = networks[member]
        let batch = batches.nextBatch()
        let logits = network(Tensor(batch), .training(dropout: dropout))
        let loss = softmaxCrossEntropy(logits: logits, labels: batch.labels, reduction: .mean)
        let value = loss.item()
        let settings = recipe.train.optimizer
        let rate =
            settings.learningRate * learningRateFactor
            * settings.schedule.factor(
                epoch: Double(stepInStage) / Double(stepsPerEpoch), epochs: Double(max(recipe.train.epochs, 1)))
        optimizer.update(
            gradients(of: loss, for: network.parameters.map(\.value)), learningRate: rate,
            weightDecay: settings.weightDecay)
        epochMistakes += Evaluation.mistakes(logits, batch.labels)
        epochObjects += batch.count
        step += 1
        stepInStage += 1
        emit([MetricValue("train/loss", value)])
        guard value.isFinite else {
            let text =
                "the loss became \(value) at step \(step); the last checkpoint is kept. "
                + "A smaller learning rate usually helps (now \(settings.learningRate))."
            context.emit(.message(step: step, level: .failure, text: text))
            throw EngineError(text)
        }
        if stepInStage % stepsPerEpoch == 0 { closeEpoch(network) }
    }

    /// Test images that are looked at behind an epoch: the run answers no key meanwhile, and the evaluation sees them all.
    private static let imagesPerLook = 1000

    private func closeEpoch(_ network: FeedForwardNetwork) {
        var evaluation = Evaluation(
            data.test.prefix(Self.imagesPerLook).evaluationBatches(size: 250, normalization: data.normalization))
        let test = evaluation.finish { network($0, .prediction()) }
        let trainError = 100 * Double(epochMistakes) / Double(max(epochObjects, 1))
        (epochMistakes, epochObjects) = (0, 0)
        emit([
            MetricValue("train/error", trainError), MetricValue("test/error", test.error),
            MetricValue("test/nll", test.crossEntropy),
        ])
    }
}
