// SPDX-License-Identifier: Apache-2.0
// What is known of the prunable layers of a run: the newest units, survivors over time, measured test errors.

import EngineKit
import Glibc

/// The prunable layers of one run.
struct SparsityData: Sendable {
    /// What remained at the run's own threshold after one pass over the data.
    struct Moment: Sendable, Equatable {
        var step: Int
        var epoch: Double
        var survivors: [Int]
        /// Multiply-accumulates that are left; `nil` without a cost graph.
        var costLeft: Double?
    }

    /// The threshold of the papers [NMAV17].
    static let publishedThreshold = RunDescription.publishedThreshold
    /// Snapshots that are remembered for answers that come late; the engine is seldom more than one epoch ahead.
    private static let recentCapacity = 4

    /// The threshold at which the run measures its own test error.
    let ownThreshold: Double
    private(set) var graph: CostGraph?
    private(set) var snapshot: LayerSnapshot?
    private(set) var history: [Moment] = []
    private(set) var measurements = TestErrors()
    /// Signal-to-noise ratios per layer, ascending; NaN, which never removes a unit, stands last as infinity.
    private(set) var sorted: [[Double]] = []
    /// The same on a decimal logarithmic scale, for drawing; zero and below are minus infinity.
    private(set) var sortedLogarithms: [[Double]] = []
    private var recent: [LayerSnapshot] = []

    /// - Parameter ownThreshold: or `ThresholdEvaluation.byEvidence`.
    init(ownThreshold: Double = publishedThreshold) {
        self.ownThreshold = ownThreshold
    }

    /// The run's own threshold for every layer.
    var ownThresholds: [Double] { [Double](repeating: ownThreshold, count: snapshot?.layers.count ?? 0) }

    /// Whether units have evidence gains, so that there are two rules to compare.
    var hasEvidence: Bool { snapshot?.layers.contains { $0.evidenceGain?.count == $0.units } ?? false }

    /// Takes over a cost graph; one whose links or sizes make no sense is left out, and so is its table of costs.
    ///
    /// - Returns: whether it was accepted.
    mutating func take(_ graph: CostGraph) -> Bool {
        self.graph = graph.isSound ? graph : nil
        return self.graph != nil
    }

    /// Takes over the state of all units, unless a newer one is known.
    mutating func take(_ snapshot: LayerSnapshot) {
        recent.append(snapshot)
        if recent.count > Self.recentCapacity { recent.removeFirst() }
        measurements.resolve(snapshot, graph)
        if let known = self.snapshot, snapshot.step <= known.step { return }
        self.snapshot = snapshot
        sorted = snapshot.layers.map { layer in layer.signalToNoise.map { $0.isNaN ? .infinity : $0 }.sorted() }
        sortedLogarithms = sorted.map { $0.map { $0 > 0 ? log10($0) : -.infinity } }
        if let outcome = SparsityOutcome(self, thresholds: ownThresholds) {
            history.append(
                Moment(
                    step: snapshot.step, epoch: snapshot.epoch, survivors: outcome.survivors,
                    costLeft: outcome.costLeft))
        }
    }

    /// Remembers an evaluation that somebody asked for.
    mutating func take(_ evaluation: ThresholdEvaluation) {
        remember(
            MeasuredError(
                step: evaluation.step, thresholds: evaluation.thresholds, percent: evaluation.testError, isOwn: false))
    }

    /// Remembers the test error that the run itself measured at its own threshold, with the units of that step.
    mutating func take(ownTestError percent: Double, step: Int) {
        remember(MeasuredError(step: step, thresholds: ownThresholds, percent: percent, isOwn: true))
    }

    private mutating func remember(_ measured: MeasuredError) {
        var measured = measured
        if let units = recent.last(where: { $0.step == measured.step }) {
            measured.outcome = SparsityOutcome(units, graph, thresholds: measured.thresholds)
        }
        measurements.add(measured)
    }

    /// Whole decades of the signal-to-noise ratio that hold nearly all units and the threshold of the papers, between
    /// -3 and 4.
    var decades: ClosedRange<Double> {
        let finite = sortedLogarithms.joined().filter(\.isFinite).sorted()
        guard !finite.isEmpty else { return -1...1 }
        let low = finite[finite.count / 100].rounded(.down)
        let high = finite[finite.count - 1 - finite.count / 100].rounded(.up)
        return max(-3, min(-1, low))...min(4, max(1, high))
    }
}
