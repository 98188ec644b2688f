// SPDX-License-Identifier: Apache-2.0
// The end of a run, a slice per step: errors of many cuts, the compact network against the masked one, speed.

import Datasets
import EngineKit
import Nets
import TensorCore
import Training

extension StructuredPruningEngine {
    /// A compact network whose measurement is under way.
    struct CompactWork {
        let network: FeedForwardNetwork
        var report: CompactReport
        var evaluation: Evaluation?
        var comparison: LatencyComparison?
    }

    /// The measurements to be done on the network at hand, none of them done yet.
    func makeClosing() -> Closing {
        guard recipe.method.hasNoise else { return Closing(scan: [], cuts: []) }
        let subject = cutSubject
        func cut(_ units: [[Bool]], at threshold: Double) -> Cut {
            Cut(units: units, weightThresholds: weightPosterior.map { _ in everyLayer(threshold) })
        }
        return Closing(
            scan: Closing.thresholds.map { threshold in
                (threshold, cut(currentMasks(thresholds: everyLayer(threshold)), at: threshold))
            },
            cuts: CutRule.all.compactMap { rule in
                rule.masks(subject).map { (rule.name, cut($0, at: recipe.threshold)) }
            })
    }

    /// One threshold for all gates.
    private func everyLayer(_ threshold: Double) -> [Double] {
        Array(repeating: threshold, count: costGraph.groups.count)
    }

    /// Does a slice of what is measured when training is over.
    func closeRun() -> StepOutcome {
        emitAnswer()
        if lastTest == nil { lastTest = evaluate(masks: currentMasks(thresholds: nil)) }
        if closing == nil {
            let started = makeClosing()
            closing = started
            if !started.scan.isEmpty {
                context.emit(
                    .message(
                        step: step, level: .notice,
                        text: "training is over; measuring \(started.errors.cuts.count) cuts and the speed"))
            }
        }
        guard !continueCuts(), !continueCompact(), !continueSpeed() else { return .running }
        if sampledPrediction == nil, let result = predictByMonteCarlo() {
            sampledPrediction = result
            context.emit(
                .metrics(
                    step: step, epoch: progress.epoch,
                    values: [
                        MetricValue("test/errorMonteCarlo", result.error),
                        MetricValue("test/crossEntropyMonteCarlo", result.crossEntropy),
                    ]))
        }
        while workWhilePaused() {}
        return .finished
    }

    /// Goes on with the errors of cuts; an error of the scan is announced as the answer to a request that nobody made.
    ///
    /// - Returns: whether there was something to do.
    private func continueCuts() -> Bool {
        guard let isComplete = closing?.errors.isComplete, !isComplete else { return false }
        let known = closing?.errors.advance(
            batches: { data.testBatches },
            predictor: { cut in
                let network = predictingNetwork(masks: cut.units, thresholds: cut.weightThresholds)
                let gates = gates(masks: cut.units)
                return { network($0, .prediction(gates: gates)) }
            })
        if let known, let threshold = closing?.scan.first(where: { $0.cut == known.cut })?.threshold {
            context.emit(
                .evaluation(
                    ThresholdEvaluation(
                        requestIdentifier: ThresholdEvaluation.unasked, step: stepOfNoise,
                        thresholds: everyLayer(threshold), testError: known.error)))
        }
        return true
    }

    /// Goes on with the compact network: it is built and compared with the masked one, then evaluated.
    private func continueCompact() -> Bool {
        guard closing?.compact == .pending else { return false }
        guard var work = compactWork else {
            compactWork = makeCompactWork()
            if compactWork == nil { closing?.compact = .constant }
            return true
        }
        compactWork = nil
        var evaluation = work.evaluation ?? Evaluation(data.testBatches)
        work.evaluation = nil
        let error = errorAfterCut ?? evaluation.advance(batches: 1) { work.network($0, .prediction()) }?.error
        if let error {
            work.report.testError = error
            closing?.compact = .measured(work.report)
        } else {
            work.evaluation = evaluation
        }
        compactWork = work
        return true
    }

    private func continueSpeed() -> Bool {
        guard let batch = closing?.nextBatch else { return false }
        // After a resume the network must be built again; its report is known.
        guard let work = compactWork ?? makeCompactWork() else { return false }
        var comparison =
            work.comparison
            ?? LatencyComparison(
                dense: network, compact: work.network, imageShape: data.imageShape, batch: batch)
        let latency = comparison.advance()
        if let latency { closing?.latencies.append(latency) }
        compactWork = work
        compactWork?.comparison = latency == nil ? comparison : nil
        return true
    }

    /// Builds the compact network as it was right after the cut and compares it with the masked one.
    ///
    /// - Returns: `nil` when a layer lost all its units; the network is then a constant and there is nothing to time.
    private func makeCompactWork() -> CompactWork? {
        guard let compact = makeCompactNetwork() else { return nil }
        let masks = currentMasks(thresholds: nil)
        let (predicting, maskedGates) = (predictingNetwork(masks: masks), gates(masks: masks))
        let (difference, scale) = withoutGradients {
            var batches = data.testBatches
            guard let batch = batches.next() else { return (Float(0), Float(0)) }
            let images = Tensor(batch)
            let masked = predicting(images, .prediction(gates: maskedGates)).scalars()
            let small = compact(images, .prediction()).scalars()
            let worst = zip(masked, small).map { abs($0 - $1) }.max() ?? 0
            return (worst, masked.map(abs).max() ?? 0)
        }
        return CompactWork(
            network: compact,
            report: CompactReport(
                testError: .nan, maxAbsoluteDifference: Double(difference),
                maxRelativeDifference: Double(difference) / max(Double(scale), 1e-30)))
    }

    /// Step of the weights that the noise was trained with: the last one in front of the cut.
    private var stepOfNoise: Int {
        stages.reduce(0) { $0 + ($1.trainsCompact ? 0 : $1.settings.epochs * stepsPerEpoch($1)) }
    }
}
