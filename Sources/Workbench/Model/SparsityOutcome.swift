// SPDX-License-Identifier: Apache-2.0
// What remains of a network at given thresholds: counts and cost, with the coupling between layers.

import EngineKit

/// Survivors and cost at one threshold per layer.
struct SparsityOutcome: Sendable, Equatable {
    /// Cost of the weights that produce a layer, before and after.
    struct LayerCost: Sendable, Equatable {
        var dense: Int
        var pruned: Int
        /// The fraction that is left.
        var fraction: Double { dense > 0 ? Double(pruned) / Double(dense) : 1 }
    }

    /// Which units remain, per layer.
    var masks: [[Bool]]
    /// How many units remain, per layer.
    var survivors: [Int]
    /// Multiply-accumulates of the weights that produce each layer; `nil` for layers that no weight produces, such
    /// as a flattened map, and without a cost graph.
    var layerMacs: [LayerCost?]
    /// Cost of the whole network; `nil` without a cost graph.
    var dense: Cost?
    /// Cost of what remains.
    var pruned: Cost?

    /// Computes the outcome; `nil` without a snapshot or when the number of thresholds is wrong.
    ///
    /// - Complexity: O(units).
    init?(_ data: SparsityData, thresholds: [Double]) {
        guard let snapshot = data.snapshot, thresholds.count == snapshot.layers.count else { return nil }
        let raw = zip(snapshot.layers, thresholds).map { $0.survivors(threshold: $1) }
        guard let graph = data.graph, graph.fits(snapshot) else {
            masks = raw
            survivors = raw.map { mask in mask.count { $0 } }
            layerMacs = raw.map { _ in nil }
            return
        }
        masks = graph.effectiveMasks(raw)
        survivors = masks.map { mask in mask.count { $0 } }
        let all = graph.groups.map(\.units)
        dense = graph.cost(survivors: all)
        pruned = graph.cost(survivors: survivors)
        let counts = survivors
        layerMacs = graph.groups.indices.map { group in
            let producing = graph.edges.filter { edge in
                if case .group(group, _) = edge.output { true } else { false }
            }
            guard !producing.isEmpty else { return nil }
            let part = CostGraph(groups: graph.groups, edges: producing)
            return LayerCost(dense: part.cost(survivors: all).macs, pruned: part.cost(survivors: counts).macs)
        }
    }
}

/// What is known of the test error at given thresholds.
enum TestErrorEstimate: Sendable, Equatable {
    /// Measured on the whole test set with the weights of `step`.
    case exact(percent: Double, step: Int)
    /// Being measured.
    case pending
    /// Between measured neighbours, by the multiply-accumulates that are left.
    case interpolated(percent: Double)
    /// Nothing near enough was measured.
    case unknown
}

extension SparsityData {
    /// The test error at given thresholds: measured for the same set of units, else interpolated.
    ///
    /// Sets of units are compared, not thresholds: within a layer a threshold cuts a sorted list, so equal counts mean
    /// equal units. `current` is the newest test error that the engine itself reported, at the preset threshold.
    func testError(
        thresholds: [Double], current: (step: Int, percent: Double)?, pendingRequest: Int?
    ) -> TestErrorEstimate {
        guard let snapshot, thresholds.count == snapshot.layers.count else { return .unknown }
        func counts(_ thresholds: [Double]) -> [Int] {
            thresholds.indices.map { unitsAbove(thresholds[$0], layer: $0) }
        }
        let wanted = counts(thresholds)
        var known = evaluations.filter { $0.thresholds.count == thresholds.count }
        if let current {
            let preset = [Double](repeating: Self.presetThreshold, count: thresholds.count)
            known.append(
                ThresholdEvaluation(
                    requestIdentifier: 0, step: current.step, thresholds: preset, testError: current.percent))
        }
        let same = known.filter { counts($0.thresholds) == wanted }
        if let newest = same.max(by: { $0.step < $1.step }) {
            return .exact(percent: newest.testError, step: newest.step)
        }
        if pendingRequest != nil { return .pending }
        return interpolated(thresholds: thresholds, from: known)
    }

    private func interpolated(thresholds: [Double], from known: [ThresholdEvaluation]) -> TestErrorEstimate {
        func macs(_ thresholds: [Double]) -> Double? {
            SparsityOutcome(self, thresholds: thresholds)?.pruned.map { Double($0.macs) }
        }
        guard let place = macs(thresholds) else { return .unknown }
        let points = known.compactMap { item in macs(item.thresholds).map { (macs: $0, percent: item.testError) } }
        let below = points.filter { $0.macs <= place }.max { $0.macs < $1.macs }
        let above = points.filter { $0.macs >= place }.min { $0.macs < $1.macs }
        guard let below, let above else { return .unknown }
        let share = above.macs > below.macs ? (place - below.macs) / (above.macs - below.macs) : 0
        return .interpolated(percent: below.percent + share * (above.percent - below.percent))
    }
}
