// SPDX-License-Identifier: Apache-2.0
// The cost model of a network, derived from its architecture.

public import EngineKit
public import Nets

extension CostGraph {
    /// The cost graph of an architecture: its gates become groups, its weights become edges.
    public init(_ architecture: Architecture) {
        func side(_ side: WeightSite.Side) -> CostEdge.Side {
            switch side {
            case .fixed(let units): .fixed(units)
            case .gate(let gate, let multiplicity): .group(gate, multiplicity: multiplicity)
            }
        }
        self.init(
            groups: architecture.gates.map { gate in
                UnitGroup(
                    name: gate.name, units: gate.units,
                    parent: gate.parent.map { UnitGroup.Parent(group: $0.gate, block: $0.block) })
            },
            edges: architecture.weights.map { weight in
                CostEdge(
                    name: weight.name, input: side(weight.input), output: side(weight.output),
                    macsPerPair: weight.macsPerPair, weightsPerPair: weight.weightsPerPair)
            })
    }
}
