// SPDX-License-Identifier: Apache-2.0
// What a network costs when some of its units are gone, with the coupling between layers.

/// A group of units that live and die together with their noise scales.
public struct UnitGroup: Sendable, Equatable, Codable {
    /// Layer name, such as `conv1`.
    public var name: String
    /// Number of units.
    public var units: Int
    /// The group whose units contain these, when a flattened map is gated a second time.
    public var parent: Parent?

    /// A containing group: unit `i` here belongs to unit `i / block` there.
    public struct Parent: Sendable, Equatable, Codable {
        /// Index of the containing group.
        public var group: Int
        /// Units here per unit there (height times width of the map).
        public var block: Int

        /// Creates the link.
        public init(group: Int, block: Int) {
            self.group = group
            self.block = block
        }
    }

    /// Creates a group.
    public init(name: String, units: Int, parent: Parent? = nil) {
        self.name = name
        self.units = units
        self.parent = parent
    }
}

/// One weight tensor: a bundle of connections from the units of one side to the units of the other.
public struct CostEdge: Sendable, Equatable, Codable {
    /// Layer name.
    public var name: String
    /// Where inputs come from.
    public var input: Side
    /// Where outputs go.
    public var output: Side
    /// Multiply-accumulates per (input, output) pair: `Hout Wout k k` for a convolution, 1 for a dense layer.
    public var macsPerPair: Int
    /// Weights per (input, output) pair: `k k` for a convolution, 1 for a dense layer.
    public var weightsPerPair: Int

    /// One side of an edge.
    public enum Side: Sendable, Equatable, Codable {
        /// A fixed number of units that are never pruned.
        case fixed(Int)
        /// The surviving units of a group, each standing for `multiplicity` inputs of the weight.
        case group(Int, multiplicity: Int)
    }

    /// Creates an edge.
    public init(name: String, input: Side, output: Side, macsPerPair: Int, weightsPerPair: Int) {
        self.name = name
        self.input = input
        self.output = output
        self.macsPerPair = macsPerPair
        self.weightsPerPair = weightsPerPair
    }
}

/// Multiply-accumulates and weights; biases, normalization and pooling are not counted (docs/References.md, [NMAV17]).
public struct Cost: Sendable, Equatable, Codable {
    /// Multiply-accumulates of one forward pass of one object.
    public var macs: Int
    /// Weights.
    public var parameters: Int

    /// Creates a cost.
    public init(macs: Int, parameters: Int) {
        self.macs = macs
        self.parameters = parameters
    }
}

/// A network as its cost sees it.
public struct CostGraph: Sendable, Equatable, Codable {
    /// The prunable groups in network order.
    public var groups: [UnitGroup]
    /// The weight tensors in network order.
    public var edges: [CostEdge]

    /// Creates a graph.
    public init(groups: [UnitGroup], edges: [CostEdge]) {
        self.groups = groups
        self.edges = edges
    }

    /// Units that really remain: a unit inside a dead parent is dead, and a parent none of whose units remain is dead.
    ///
    /// - Parameter keep: one mask per group, `groups[g].units` entries each.
    /// - Returns: the largest masks inside `keep` that obey both rules.
    public func effectiveMasks(_ keep: [[Bool]]) -> [[Bool]] {
        requireShape(keep.map(\.count))
        var masks = keep
        // One death can cause others up and down a chain of groups; each round only kills, so this ends.
        var before: [[Bool]]
        repeat {
            before = masks
            for (index, group) in groups.enumerated() {
                guard let parent = group.parent else { continue }
                for unit in 0..<group.units where !masks[parent.group][unit / parent.block] {
                    masks[index][unit] = false
                }
                for unit in 0..<groups[parent.group].units {
                    let children = masks[index][(unit * parent.block)..<((unit + 1) * parent.block)]
                    if !children.contains(true) { masks[parent.group][unit] = false }
                }
            }
        } while masks != before
        return masks
    }

    /// Numbers of units that really remain, per group; see `effectiveMasks`.
    public func survivors(_ keep: [[Bool]]) -> [Int] {
        effectiveMasks(keep).map { mask in mask.count { $0 } }
    }

    /// Traps with the counts when a mask list does not fit the groups, also in release builds.
    private func requireShape(_ counts: [Int]) {
        if counts != groups.map(\.units) { fatalError("masks of \(counts) units for groups of \(groups.map(\.units))") }
        for group in groups {
            guard let parent = group.parent else { continue }
            if groups[parent.group].units * parent.block != group.units {
                fatalError("group \(group.name): \(group.units) units do not fit its parent times \(parent.block)")
            }
        }
    }

    /// Cost with the given numbers of surviving units per group: the sum over edges of inputs times outputs times the
    /// cost of a pair.
    public func cost(survivors: [Int]) -> Cost {
        if survivors.count != groups.count { fatalError("\(survivors.count) counts for \(groups.count) groups") }
        func count(_ side: CostEdge.Side) -> Int {
            switch side {
            case .fixed(let units): units
            case .group(let group, let multiplicity): survivors[group] * multiplicity
            }
        }
        var total = Cost(macs: 0, parameters: 0)
        for edge in edges {
            let pairs = count(edge.input) * count(edge.output)
            total.macs += pairs * edge.macsPerPair
            total.parameters += pairs * edge.weightsPerPair
        }
        return total
    }

    /// Cost of the whole network.
    public var denseCost: Cost { cost(survivors: groups.map(\.units)) }
}
