// SPDX-License-Identifier: Apache-2.0
// Behind the training: batches of the fit, and slices of the evaluation.

import Datasets
import EngineKit
import Nets
import Probability
import TensorCore
import Training

extension StochasticBatchNormEngine {
    /// Normalizes one training batch by its own statistics everywhere and keeps what it had; no weight moves.
    func fitOneBatch() {
        let member = stepInStage / recipe.fitBatches
        let batch = batches.nextBatch()
        var fit = fits[member]
        let names = networks[member].architecture.normalizations.map(\.name)
        let images = Tensor(batch)
        withoutGradients {
            _ = networks[member](images, .prediction(statistics: .batch(names) { fit.add($0) }))
        }
        fits[member] = fit
        if !dropoutFits.isEmpty {
            // Dropout moves the statistics behind it: predictions with dropout need those of batches with dropout.
            var fit = dropoutFits[member]
            let masks = DropoutStream(
                RandomStream(seed: context.seed, purpose: "sbn/fit/dropout", index: UInt32(stepInStage)))
            withoutGradients {
                _ = networks[member](
                    images, .prediction(statistics: .batch(names) { fit.add($0) }, dropout: masks))
            }
            dropoutFits[member] = fit
        }
        step += 1
        stepInStage += 1
        guard fit.batches % 10 == 0 || fit.batches == recipe.fitBatches else { return }
        let distribution = stochasticDistribution(member)
        emit([
            MetricValue("fit/muNoise", distribution.relativeMuDeviation),
            MetricValue("fit/logSigmaNoise", distribution.logSigmaDeviation),
        ])
    }

    /// Watches one more batch; behind the last one the fit is compared with them.
    func checkOneBatch() {
        let images = Tensor(batches.nextBatch())
        let names = networks[0].architecture.normalizations.map(\.name)
        var observed = check
        withoutGradients {
            _ = networks[0](images, .prediction(statistics: .batch(names) { observed.add($0) }))
        }
        check = observed
        step += 1
        stepInStage += 1
        guard stepInStage == recipe.checkBatches else { return }
        checked = check.records(fits[0].distribution, step: step, seed: context.seed)
        for record in checked { context.emit(.record(.statistics(record))) }
        let stochastic = checked.filter { stochasticLayers.contains($0.layer) }
        let channels = Double(stochastic.reduce(0) { $0 + $1.channels })
        func mean(_ share: (ObservedStatistics) -> Double) -> Double {
            stochastic.reduce(0) { $0 + share($1) * Double($1.channels) } / channels
        }
        emit([
            MetricValue("check/muContradicted", mean { $0.contradictions.mu }),
            MetricValue("check/logSigmaContradicted", mean { $0.contradictions.logSigma }),
        ])
    }

    /// The fitted distribution of the layers that are random in predictions.
    ///
    /// - Parameter hasDropout: whether the predictions have dropout.
    func stochasticDistribution(_ member: Int, hasDropout: Bool = false) -> StatisticsDistribution {
        let fit = hasDropout && !dropoutFits.isEmpty ? dropoutFits[member] : fits[member]
        return fit.distribution.restricted(to: stochasticLayers)
    }

    /// Predicts some objects by the method and the member of the step.
    func evaluateOneSlice() {
        let slice = evaluation.plan.slice(stepInStage)
        let method = evaluation.plan.methods[slice.method]
        let current = predictor(slice.member, hasDropout: method.hasDropout)
        let label = "\(method.name)/\(slice.member)/\(slice.domain.rawValue)"
        let streams = DrawStreams(
            seed: context.seed,
            // Both domains see the same networks where a draw stands for one.
            label: method.statistics == .drawPerPass ? "\(method.name)/\(slice.member)" : label,
            object: slice.objects.lowerBound)
        if method.statistics == .companions { placeCompanions(slice) }
        let logs = current.logProbabilities(
            method, images: images(slice), draws: slice.draws.count, randomness: streams, companions: nextCompanions)
        let values = evaluation.add(slice, logs)
        step += 1
        stepInStage += 1
        if !values.isEmpty { emit(values) }
        if let block = evaluation.block(slice, step: step) { context.emit(.record(.predictions(block))) }
        if let outside, let pictures = evaluation.pictures(slice, of: outside, step: step) {
            context.emit(.record(.pictures(pictures)))
        }
    }

    private func predictor(_ member: Int, hasDropout: Bool) -> Predictor {
        if let predictor, predictor.member == member, predictor.hasDropout == hasDropout { return predictor.predictor }
        let made = Predictor(
            network: networks[member], distribution: stochasticDistribution(member, hasDropout: hasDropout))
        predictor = (member, hasDropout, made)
        return made
    }

    private func images(_ slice: EvaluationPlan.Slice) -> Tensor {
        guard let dataset = slice.domain == .inside ? data.test : outside else {
            fatalError("an evaluation outside of the domain without images")
        }
        var batches = dataset.selecting(slice.objects).evaluationBatches(
            size: slice.objects.count, normalization: data.normalization)
        guard let batch = batches.next() else { fatalError("an evaluation of no object") }
        return Tensor(batch)
    }

    /// Sets the loader of companions to where the slice's first draw takes them: a function of object and draw.
    private func placeCompanions(_ slice: EvaluationPlan.Slice) {
        let loader =
            companions
            ?? data.trainingBatches(
                size: recipe.batch - 1, firstEpoch: Self.firstCompanionEpoch, remainder: .dropped)
        companions = loader
        let pass = slice.member * EvaluationPlan.Domain.allCases.count + slice.domain.rawValue
        let number = (pass * recipe.directObjects + slice.objects.lowerBound) * recipe.draws + slice.draws.lowerBound
        let (epoch, batch) = number.quotientAndRemainder(dividingBy: loader.batchesPerEpoch)
        let position = BatchPosition(epoch: Self.firstCompanionEpoch + epoch, batch: batch)
        // Setting the same position again would throw away what is prepared ahead.
        if loader.position != position { loader.position = position }
    }

    private func nextCompanions() -> Tensor {
        guard let companions else { fatalError("real batches without training objects") }
        return Tensor(companions.nextBatch())
    }
}
