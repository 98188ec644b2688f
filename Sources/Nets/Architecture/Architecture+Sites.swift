// SPDX-License-Identifier: Apache-2.0
// What the layers say about units: the gates in network order, and the weights between them for the cost model.

extension Architecture {
    /// The gates in network order; the body of a residual block comes before its shortcut.
    public var gates: [GateSite] { sites.gates }

    /// The weight tensors in network order.
    public var weights: [WeightSite] { sites.weights }

    private var sites: SiteWalk {
        var walk = SiteWalk(inputShape: inputShape)
        walk.follow(layers)
        return walk
    }
}

/// A walk along the layers that collects gates and weights.
private struct SiteWalk {
    private(set) var gates: [GateSite] = []
    private(set) var weights: [WeightSite] = []
    private var shape: [Int]
    /// The side that the next weight tensor sees: the last gate, with the pixels per unit once flattened.
    private var side: WeightSite.Side

    init(inputShape: [Int]) {
        shape = inputShape
        side = .fixed(inputShape[0])
    }

    mutating func follow(_ layers: [LayerDescription]) {
        for (layer, after) in zip(layers, Architecture.shapes(after: layers, of: shape)) {
            switch layer {
            case .inputGate(let name):
                side = .gate(gates.count, multiplicity: 1)
                gates.append(GateSite(name: name, units: shape[0], parent: nil))
            case .convolution(let convolution):
                let window = convolution.kernel * convolution.kernel
                addWeight(
                    convolution.name, outputs: convolution.channels, gate: convolution.gate,
                    macs: after[1] * after[2] * window, weightsPerPair: window)
            case .flatten(let gate):
                flatten(gate, features: after[0], block: shape.dropFirst().reduce(1, *))
            case .dense(let dense):
                addWeight(dense.name, outputs: dense.units, gate: dense.gate, macs: 1, weightsPerPair: 1)
            case .selectFeatures(let indices):
                side = .fixed(indices.count)
            case .residual(let block):
                follow(block)
            case .maxPool, .globalAveragePool, .dropout, .offset:
                break
            }
            shape = after
        }
    }

    private mutating func addWeight(_ name: String, outputs: Int, gate: GateName?, macs: Int, weightsPerPair: Int) {
        var output = WeightSite.Side.fixed(outputs)
        if let gate {
            output = .gate(gates.count, multiplicity: 1)
            gates.append(GateSite(name: gate, units: outputs, parent: nil))
        }
        weights.append(
            WeightSite(name: name, input: side, output: output, macsPerPair: macs, weightsPerPair: weightsPerPair))
        side = output
    }

    private mutating func flatten(_ gate: GateName?, features: Int, block: Int) {
        switch (gate, side) {
        case (let gate?, .gate(let parent, _)):
            side = .gate(gates.count, multiplicity: 1)
            gates.append(GateSite(name: gate, units: features, parent: (parent, block)))
        case (let gate?, .fixed):
            side = .gate(gates.count, multiplicity: 1)
            gates.append(GateSite(name: gate, units: features, parent: nil))
        case (nil, .gate(let parent, _)): side = .gate(parent, multiplicity: block)
        case (nil, .fixed): side = .fixed(features)
        }
    }

    private mutating func follow(_ block: ResidualDescription) {
        let (input, width) = (shape, side)
        requireFixed(width, "the layer in front of", block)
        follow(block.body)
        requireFixed(side, "the last layer in the body of", block)
        (shape, side) = (input, width)
        follow(block.shortcut)
        requireFixed(side, "the last layer in the shortcut of", block)
    }

    /// The sum keeps its width; a gate on it would have to act on every block that adds to it.
    private func requireFixed(_ side: WeightSite.Side, _ place: String, _ block: ResidualDescription) {
        if case .gate(let gate, _) = side {
            fatalError("\(block.name): \(place) a residual block is gated by \(gates[gate].name)")
        }
    }
}
