// SPDX-License-Identifier: Apache-2.0
// From weights to units: a unit is worth what the strongest way from the input through it to the output is worth.

import EngineKit

/// The ways through a network whose weights have strengths.
///
/// A unit without an incoming weight, or without an outgoing one, does nothing, and its removal may leave others so. What
/// is left when no more can go are the units that lie on a way of kept weights from the input to the output. A way is as
/// strong as its weakest weight; so one number per unit, the strength of its strongest way, answers for all thresholds.
struct WeightWays {
    let graph: CostGraph
    /// Per edge of the graph and pair of an output and an input unit, `[outputs * inputs]`, the strongest of their weights;
    /// a flattened unit counts once for each of its inputs.
    let strengths: [[Double]]

    /// The strength of the strongest way through each unit; infinite where there is no weight on it.
    ///
    /// Inputs, logits and the sums of residual blocks are always there. A filter reaches the next layer if any of its
    /// flattened features does, and a feature is reached if its filter is.
    func strongest() -> [[Double]] {
        let (reached, needed) = (reached(), needed())
        return zip(reached, needed).map { zip($0, $1).map { min($0, $1) } }
    }

    /// Strength of the strongest way from the input to each unit, with the weights into it.
    private func reached() -> [[Double]] {
        var reached: [[Double]?] = graph.groups.map { _ in nil }
        // A group's units come before the groups and the edges that use them.
        func complete(_ group: Int) -> [Double] {
            if let known = reached[group] { return known }
            let units = graph.groups[group].units
            guard let parent = graph.groups[group].parent else {
                return Array(repeating: .infinity, count: units)
            }
            let above = complete(parent.group)
            return (0..<units).map { above[$0 / parent.block] }
        }
        for (edge, strengths) in zip(graph.edges, strengths) {
            guard case .group(let output, _) = edge.output else { continue }
            let sources = inputs(edge, complete)
            let count = sources.count
            reached[output] = (0..<graph.groups[output].units).map { unit in
                var best = 0.0
                for input in 0..<count { best = max(best, min(strengths[unit * count + input], sources[input])) }
                return best
            }
        }
        return graph.groups.indices.map(complete)
    }

    /// Strength of the strongest way from each unit to the output, with the weights out of it.
    private func needed() -> [[Double]] {
        var needed: [[Double]?] = graph.groups.map { _ in nil }
        func complete(_ group: Int) -> [Double] {
            var best = needed[group]
            for (index, child) in graph.groups.enumerated() {
                guard let parent = child.parent, parent.group == group else { continue }
                let below = complete(index)
                var units = best ?? Array(repeating: 0, count: graph.groups[group].units)
                for (unit, strength) in below.enumerated() {
                    units[unit / parent.block] = max(units[unit / parent.block], strength)
                }
                best = units
            }
            return best ?? Array(repeating: .infinity, count: graph.groups[group].units)
        }
        for (edge, strengths) in zip(graph.edges, strengths).reversed() {
            guard case .group(let input, let multiplicity) = edge.input else { continue }
            var targets: [Double]
            switch edge.output {
            case .fixed(let units): targets = Array(repeating: .infinity, count: units)
            case .group(let output, _): targets = complete(output)
            }
            var units = needed[input] ?? Array(repeating: 0, count: graph.groups[input].units)
            let count = units.count * multiplicity
            for (output, target) in targets.enumerated() {
                for feature in 0..<count {
                    let unit = feature / multiplicity
                    units[unit] = max(units[unit], min(strengths[output * count + feature], target))
                }
            }
            needed[input] = units
        }
        return graph.groups.indices.map(complete)
    }

    /// What reaches each input of an edge.
    private func inputs(_ edge: CostEdge, _ reached: (Int) -> [Double]) -> [Double] {
        switch edge.input {
        case .fixed(let units): Array(repeating: .infinity, count: units)
        case .group(let group, let multiplicity):
            reached(group).flatMap { Array(repeating: $0, count: multiplicity) }
        }
    }
}
