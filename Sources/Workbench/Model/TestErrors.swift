// SPDX-License-Identifier: Apache-2.0
// Measured test errors with the units that they are about, and what can be said about other units from them.

import EngineKit
import Glibc

/// A test error that was measured on the whole test set.
struct MeasuredError: Sendable, Equatable {
    /// Step of the weights and of the units.
    var step: Int
    /// One threshold per layer, or `ThresholdEvaluation.byEvidence`.
    var thresholds: [Double]
    /// Percent.
    var percent: Double
    /// Whether the run measured it by itself after an epoch.
    var isOwn: Bool
    /// Which units remained; `nil` while the units of its step are unknown.
    var outcome: SparsityOutcome?
}

/// What is known of the test error of some units.
enum TestErrorEstimate: Sendable, Equatable {
    /// Measured on the whole test set for exactly these units, with the weights of `step`.
    case exact(percent: Double, step: Int)
    /// Between measured neighbours, by the multiply-accumulates that are left.
    case interpolated(percent: Double)
    /// Nothing near enough was measured.
    case unknown
}

/// Everything that was measured in a run; of equal units the newest, bounded.
struct TestErrors: Sendable, Equatable {
    /// A user asks for dozens, a run has some hundred epochs.
    private static let capacity = 512

    /// In the order of arrival.
    private(set) var all: [MeasuredError] = []

    mutating func add(_ measured: MeasuredError) {
        guard measured.percent.isFinite else { return }
        all.removeAll { Self.replaces(measured, $0) }
        all.append(measured)
        if all.count > Self.capacity { all.removeFirst() }
    }

    /// Finds out which units the measurements of a step are about, as soon as its units are known.
    mutating func resolve(_ units: LayerSnapshot, _ graph: CostGraph?) {
        for index in all.indices where all[index].outcome == nil && all[index].step == units.step {
            all[index].outcome = SparsityOutcome(units, graph, thresholds: all[index].thresholds)
        }
    }

    /// Whether `new` makes `old` worthless: the same units with weights that are not older.
    private static func replaces(_ new: MeasuredError, _ old: MeasuredError) -> Bool {
        guard new.step >= old.step else { return false }
        guard let units = new.outcome, let others = old.outcome else {
            return new.outcome == nil && old.outcome == nil && new.step == old.step && new.thresholds == old.thresholds
        }
        return units.survivors == others.survivors && units.masks == others.masks
    }

    /// The newest measurement of exactly these units.
    func exact(_ units: SparsityOutcome) -> MeasuredError? {
        all.last { $0.outcome?.survivors == units.survivors && $0.outcome?.masks == units.masks }
    }

    /// What is known of the test error of these units.
    ///
    /// - Parameter step: step of the newest units; measurements of earlier weights are asked only when the newer ones do
    ///   not lie on both sides.
    func estimate(_ units: SparsityOutcome, newest step: Int) -> TestErrorEstimate {
        if let exact = exact(units) { return .exact(percent: exact.percent, step: exact.step) }
        guard let place = units.costLeft else { return .unknown }
        for candidates in [all.filter { $0.step >= step }, all] {
            if let percent = Self.interpolate(candidates, at: place) { return .interpolated(percent: percent) }
        }
        return .unknown
    }

    /// Between the nearest neighbours on both sides, on a straight line over the cost that is left.
    private static func interpolate(_ measured: [MeasuredError], at place: Double) -> Double? {
        // Newest first: of equal costs the first one is taken.
        let points = measured.reversed().compactMap { item in
            item.outcome?.costLeft.map { (cost: $0, percent: item.percent) }
        }
        let below = points.filter { $0.cost <= place }.max { $0.cost < $1.cost }
        let above = points.filter { $0.cost >= place }.min { $0.cost < $1.cost }
        guard let below, let above else { return nil }
        let share = above.cost > below.cost ? (place - below.cost) / (above.cost - below.cost) : 0
        return below.percent + share * (above.percent - below.percent)
    }
}

extension SparsityData {
    /// What is known of the test error at given thresholds.
    func testError(thresholds: [Double]) -> TestErrorEstimate {
        guard let outcome = SparsityOutcome(self, thresholds: thresholds) else { return .unknown }
        return measurements.estimate(outcome, newest: snapshot?.step ?? 0)
    }
}
