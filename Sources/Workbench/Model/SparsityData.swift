// SPDX-License-Identifier: Apache-2.0
// What is known of the prunable layers of a run: the newest units, survivors over time, evaluations.

import EngineKit
import Glibc

/// The prunable layers of one run.
struct SparsityData: Sendable {
    /// Survivors at the paper's threshold, SNR > 1 [NMAV17], after one pass over the data.
    struct Moment: Sendable, Equatable {
        var step: Int
        var epoch: Double
        var survivors: [Int]
    }

    /// The threshold of the paper and of the preset key.
    static let presetThreshold = 1.0
    /// Evaluations that are remembered; a user asks for a handful.
    private static let evaluationCapacity = 64

    private(set) var graph: CostGraph?
    private(set) var snapshot: LayerSnapshot?
    private(set) var history: [Moment] = []
    private(set) var evaluations: [ThresholdEvaluation] = []
    /// Signal-to-noise ratios per layer, ascending; NaN, which never removes a unit, stands last as infinity.
    private(set) var sorted: [[Double]] = []
    /// The same on a decimal logarithmic scale, for drawing; zero and below are minus infinity.
    private(set) var sortedLogarithms: [[Double]] = []

    /// Takes over a cost graph; one whose links or sizes make no sense is left out, and so is its table of costs.
    ///
    /// - Returns: whether it was accepted.
    mutating func take(_ graph: CostGraph) -> Bool {
        self.graph = graph.isSound ? graph : nil
        return self.graph != nil
    }

    /// Takes over the state of all units, unless a newer one is known.
    mutating func take(_ snapshot: LayerSnapshot) {
        if let known = self.snapshot, snapshot.step <= known.step { return }
        self.snapshot = snapshot
        sorted = snapshot.layers.map { layer in layer.signalToNoise.map { $0.isNaN ? .infinity : $0 }.sorted() }
        sortedLogarithms = sorted.map { $0.map { $0 > 0 ? log10($0) : -.infinity } }
        let preset = [Double](repeating: Self.presetThreshold, count: snapshot.layers.count)
        if let outcome = SparsityOutcome(self, thresholds: preset) {
            history.append(Moment(step: snapshot.step, epoch: snapshot.epoch, survivors: outcome.survivors))
        }
    }

    /// Remembers an evaluation; the newest of equal thresholds counts.
    mutating func take(_ evaluation: ThresholdEvaluation) {
        evaluations.removeAll { $0.thresholds == evaluation.thresholds }
        evaluations.append(evaluation)
        if evaluations.count > Self.evaluationCapacity { evaluations.removeFirst() }
    }

    /// Whole decades of the signal-to-noise ratio that hold nearly all units and the preset, between -3 and 4.
    var decades: ClosedRange<Double> {
        let finite = sortedLogarithms.joined().filter(\.isFinite).sorted()
        guard !finite.isEmpty else { return -1...1 }
        let low = finite[finite.count / 100].rounded(.down)
        let high = finite[finite.count - 1 - finite.count / 100].rounded(.up)
        return max(-3, min(-1, low))...min(4, max(1, high))
    }

    /// Units above a threshold in one layer on their own, without coupling.
    ///
    /// - Complexity: O(log units).
    func unitsAbove(_ threshold: Double, layer: Int) -> Int {
        var (low, high) = (0, sorted[layer].count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[layer][middle] <= threshold { low = middle + 1 } else { high = middle }
        }
        return sorted[layer].count - low
    }
}

extension CostGraph {
    /// Whether all links lead somewhere, sizes fit and the cost fits into an integer with room to spare.
    var isSound: Bool {
        for group in groups {
            guard (1...1 << 24).contains(group.units) else { return false }
            guard let parent = group.parent else { continue }
            guard groups.indices.contains(parent.group), (1...1 << 24).contains(parent.block) else { return false }
            guard groups[parent.group].units * parent.block == group.units else { return false }
        }
        func size(_ side: CostEdge.Side) -> Double? {
            switch side {
            case .fixed(let units): units >= 0 ? Double(units) : nil
            case .group(let group, let multiplicity):
                groups.indices.contains(group) && multiplicity >= 0
                    ? Double(groups[group].units) * Double(multiplicity) : nil
            }
        }
        var total = 0.0
        for edge in edges {
            guard let input = size(edge.input), let output = size(edge.output) else { return false }
            guard edge.macsPerPair >= 0, edge.weightsPerPair >= 0 else { return false }
            total += input * output * Double(max(edge.macsPerPair, edge.weightsPerPair))
        }
        return total < 1e18
    }

    /// Whether the graph and a snapshot speak of the same layers.
    func fits(_ snapshot: LayerSnapshot) -> Bool {
        groups.map(\.units) == snapshot.layers.map(\.units)
    }
}
