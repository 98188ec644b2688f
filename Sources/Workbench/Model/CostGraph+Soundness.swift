// SPDX-License-Identifier: Apache-2.0
// Whether a cost graph that came from a file can be computed with.

import EngineKit

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
