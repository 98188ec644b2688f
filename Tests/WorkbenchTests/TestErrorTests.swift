// SPDX-License-Identifier: Apache-2.0
// Which measured errors are exact for which units, and what is said about units that nobody measured.

import EngineKit
import TestSupport
import Testing

@testable import Workbench

@Suite struct TestErrorTests {
    /// One layer of four units between fixed sides: the cost is proportional to the units that are left.
    private static let graph = CostGraph(
        groups: [UnitGroup(name: "a", units: 4)],
        edges: [
            CostEdge(
                name: "in", input: .fixed(1), output: .group(0, multiplicity: 1), macsPerPair: 10, weightsPerPair: 1)
        ])

    private func units(_ ratios: [Double], step: Int = 100, gains: [Double]? = nil) -> LayerSnapshot {
        LayerSnapshot(
            step: step, epoch: Double(step) / 100,
            layers: [
                LayerState(
                    name: "a", signalToNoise: ratios, mu: [0, 0, 0, 0], logSigma: [0, 0, 0, 0], kullbackLeibler: 0,
                    evidenceGain: gains)
            ])
    }

    private func data(_ ratios: [Double] = [0.5, 2, 4, 8]) -> SparsityData {
        var data = SparsityData()
        let isAccepted = data.take(Self.graph)
        #expect(isAccepted)
        data.take(units(ratios))
        return data
    }

    private func evaluation(_ threshold: Double, _ percent: Double, step: Int = 100) -> ThresholdEvaluation {
        ThresholdEvaluation(requestIdentifier: 1, step: step, thresholds: [threshold], testError: percent)
    }

    @Test func anEvaluationOfTheSameUnitsIsExactWhateverTheThreshold() {
        var data = data()
        data.take(evaluation(1, 2.5))
        #expect(data.testError(thresholds: [0.6]) == .exact(percent: 2.5, step: 100))
        #expect(data.testError(thresholds: [1.9]) == .exact(percent: 2.5, step: 100))
        #expect(data.testError(thresholds: [2]) == .unknown)
    }

    /// The same threshold is about other units after more training.
    @Test func anEvaluationStaysWithItsUnitsAndNotWithItsThreshold() {
        var data = data()
        data.take(evaluation(1, 2.5))
        data.take(units([0.5, 0.6, 4, 8], step: 200))
        #expect(data.testError(thresholds: [1]) == .unknown)
        #expect(data.testError(thresholds: [0.55]) == .exact(percent: 2.5, step: 100))
        data.take(evaluation(1, 3, step: 200))
        data.take(evaluation(0.55, 2.25, step: 200))
        #expect(data.testError(thresholds: [1]) == .exact(percent: 3, step: 200))
        #expect(data.testError(thresholds: [0.55]) == .exact(percent: 2.25, step: 200), "of equal units the newest")
        #expect(data.measurements.all.count == 2)
    }

    @Test func anAnswerThatComesAfterTheNextUnitsIsAboutItsOwn() {
        var data = data()
        data.take(units([0.5, 0.6, 4, 8], step: 200))
        data.take(evaluation(1, 2.5, step: 100))
        #expect(data.testError(thresholds: [0.55]) == .exact(percent: 2.5, step: 100))
    }

    @Test func anAnswerThatComesBeforeItsUnitsWaitsForThem() {
        var data = data()
        data.take(evaluation(1, 3, step: 200))
        #expect(data.testError(thresholds: [1]) == .unknown)
        data.take(units([0.5, 0.6, 4, 8], step: 200))
        #expect(data.testError(thresholds: [1]) == .exact(percent: 3, step: 200))
    }

    @Test func betweenMeasuredNeighboursTheErrorIsEstimatedByTheCost() {
        var data = data()
        data.take(evaluation(0.1, 1))
        data.take(evaluation(100, 90))
        guard case .interpolated(let percent) = data.testError(thresholds: [1]) else {
            Issue.record("not interpolated")
            return
        }
        // Three of four units are left.
        expectClose(percent, 90 + (1 - 90) * 0.75, relative: 1e-12)
        data.take(evaluation(3, 5))
        guard case .interpolated(let nearer) = data.testError(thresholds: [1]) else {
            Issue.record("not interpolated")
            return
        }
        expectClose(nearer, 3, relative: 1e-12)
    }

    /// Earlier weights are asked only where the newest ones do not lie on both sides.
    @Test func estimatesPreferTheNewestWeights() {
        var data = data()
        data.take(evaluation(0.1, 1))
        data.take(evaluation(3, 5))
        data.take(units([0.5, 2, 4, 9], step: 200))
        #expect(data.testError(thresholds: [1]) == .interpolated(percent: 3))
        data.take(evaluation(0.1, 2, step: 200))
        data.take(evaluation(5, 8, step: 200))
        guard case .interpolated(let percent) = data.testError(thresholds: [1]) else {
            Issue.record("not interpolated")
            return
        }
        expectClose(percent, 4, relative: 1e-12)
    }

    @Test func whatIsNotANumberIsNoMeasurement() {
        var data = data()
        data.take(evaluation(1, .nan))
        #expect(data.testError(thresholds: [1]) == .unknown)
        #expect(data.testError(thresholds: [1, 1]) == .unknown)
    }

    @Test func unitsChosenByTheEvidenceHaveErrorsOfTheirOwn() {
        var data = SparsityData()
        let isAccepted = data.take(Self.graph)
        #expect(isAccepted)
        data.take(units([0.5, 2, 4, 8], gains: [-1, 1, -1, -1]))
        data.take(evaluation(ThresholdEvaluation.byEvidence, 4))
        #expect(data.testError(thresholds: [ThresholdEvaluation.byEvidence]) == .exact(percent: 4, step: 100))
        #expect(data.testError(thresholds: [1]) != .exact(percent: 4, step: 100), "as many units, but others")
        #expect(data.hasEvidence)
    }

    // MARK: The run's own test error

    private func run(threshold: Double = 1, _ events: [RunEvent]) -> OpenRun {
        var description = FakeRun.description
        description.ownThreshold = threshold
        var run = OpenRun(description, smoothing: 0)
        for event in events { _ = run.fold(event) }
        return run
    }

    private func metrics(_ step: Int, _ percent: Double) -> RunEvent {
        .metrics(step: step, epoch: 1, values: [MetricValue("test/error", percent)])
    }

    @Test func theRunsOwnErrorIsMeasuredAtItsOwnThreshold() {
        let events: [RunEvent] = [.costGraph(Self.graph), metrics(100, 2.5), .layers(units([0.5, 2, 4, 8]))]
        #expect(run(events).sparsity.testError(thresholds: [1]) == .exact(percent: 2.5, step: 100))
        let other = run(threshold: 3, events).sparsity
        #expect(other.testError(thresholds: [1]) == .unknown)
        #expect(other.testError(thresholds: [3]) == .exact(percent: 2.5, step: 100))
        #expect(other.history.map(\.survivors) == [[2]])
    }

    /// After the cut the run measures another network; its units stand still.
    @Test func anErrorWithoutUnitsOfItsStepIsNoneOfThese() {
        let events: [RunEvent] = [
            .costGraph(Self.graph), metrics(100, 2.5), .layers(units([0.5, 2, 4, 8])), metrics(200, 1.25),
        ]
        #expect(run(events).sparsity.testError(thresholds: [1]) == .exact(percent: 2.5, step: 100))
    }
}
