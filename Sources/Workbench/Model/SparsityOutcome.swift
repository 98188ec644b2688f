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

    /// The fraction of multiply-accumulates that is left; `nil` without a cost graph.
    var costLeft: Double? {
        guard let dense, let pruned, dense.macs > 0 else { return nil }
        return Double(pruned.macs) / Double(dense.macs)
    }

    /// Computes the outcome for the newest units; `nil` without units or when the number of thresholds is wrong.
    ///
    /// - Complexity: O(units).
    init?(_ data: SparsityData, thresholds: [Double]) {
        guard let snapshot = data.snapshot else { return nil }
        self.init(snapshot, data.graph, thresholds: thresholds)
    }

    /// Computes the outcome for some units; `nil` when the number of thresholds is wrong.
    ///
    /// - Parameter thresholds: one per layer, or `ThresholdEvaluation.byEvidence`.
    /// - Complexity: O(units).
    init?(_ snapshot: LayerSnapshot, _ graph: CostGraph?, thresholds: [Double]) {
        guard thresholds.count == snapshot.layers.count else { return nil }
        let raw = zip(snapshot.layers, thresholds).map { $0.kept(at: $1) }
        guard let graph, graph.fits(snapshot) else {
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
