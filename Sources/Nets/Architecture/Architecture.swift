// SPDX-License-Identifier: Apache-2.0
// A whole feed-forward network as a value, with the shapes, gates and costs that follow from it.

/// A feed-forward network before any weight exists.
public struct Architecture: Sendable, Equatable {
    /// Short name, such as `lenet5`.
    public var name: String
    /// Shape of one object: `[C, H, W]`, or `[D]` for flat input.
    public var inputShape: [Int]
    /// The layers from input to logits.
    public var layers: [LayerDescription]

    /// Creates an architecture.
    public init(name: String, inputShape: [Int], layers: [LayerDescription]) {
        self.name = name
        self.inputShape = inputShape
        self.layers = layers
    }

    /// Shape of one object after each layer.
    ///
    /// - Precondition: dense layers see flat input and convolutions see `[C, H, W]`; anything else traps with the name
    ///   of the layer, because architectures are written by elbo and not by its users.
    public func shapes() -> [[Int]] {
        var shape = inputShape
        return layers.map { layer in
            shape = Self.shape(after: layer, of: shape)
            return shape
        }
    }

    private static func shape(after layer: LayerDescription, of shape: [Int]) -> [Int] {
        switch layer {
        case .inputGate, .dropout:
            return shape
        case .convolution(let convolution):
            guard shape.count == 3 else { fatalError("\(convolution.name): convolution of a shape \(shape)") }
            func size(_ extent: Int) -> Int {
                (extent + 2 * convolution.padding - convolution.kernel) / convolution.stride + 1
            }
            return [convolution.channels, size(shape[1]), size(shape[2])]
        case .maxPool(let window):
            guard shape.count == 3 else { fatalError("max-pool of a shape \(shape)") }
            return [shape[0], shape[1] / window, shape[2] / window]
        case .globalAveragePool:
            return [shape[0]]
        case .flatten:
            return [shape.reduce(1, *)]
        case .selectFeatures(let indices):
            return [indices.count]
        case .dense(let dense):
            guard shape.count == 1 else { fatalError("\(dense.name): dense layer on a shape \(shape)") }
            return [dense.units]
        }
    }
}

/// A place where units can be scaled and removed.
public struct GateSite: Sendable, Equatable {
    /// Name of the gate.
    public var name: GateName
    /// Units that it scales.
    public var units: Int
    /// The gate whose units contain these (a flattened map), with units here per unit there.
    public var parent: (gate: Int, block: Int)?

    /// Compares name, units and parent.
    public static func == (left: GateSite, right: GateSite) -> Bool {
        left.name == right.name && left.units == right.units && left.parent?.gate == right.parent?.gate
            && left.parent?.block == right.parent?.block
    }
}

/// A weight tensor between two gated sides, as the cost model needs it.
public struct WeightSite: Sendable, Equatable {
    /// Layer name.
    public var name: String
    /// Units on the input side, or the gate that decides how many of them remain with the inputs per unit.
    public var input: Side
    /// Units on the output side.
    public var output: Side
    /// Multiply-accumulates per (input, output) pair.
    public var macsPerPair: Int
    /// Weights per (input, output) pair.
    public var weightsPerPair: Int

    /// One side of a weight tensor.
    public enum Side: Sendable, Equatable {
        /// A fixed number of units.
        case fixed(Int)
        /// Units of the gate with this index, each standing for `multiplicity` inputs.
        case gate(Int, multiplicity: Int)
    }
}

extension Architecture {
    /// The gates in network order.
    public var gates: [GateSite] { sites.gates }

    /// The weight tensors in network order.
    public var weights: [WeightSite] { sites.weights }

    private var sites: (gates: [GateSite], weights: [WeightSite]) {
        var gates: [GateSite] = []
        var weights: [WeightSite] = []
        var shape = inputShape
        /// The side that the next weight tensor sees: the last gate, with the pixels per unit once flattened.
        var side: WeightSite.Side = .fixed(inputShape[0])
        func addWeight(_ name: String, outputs: Int, gate: GateName?, macs: Int, weightsPerPair: Int) {
            var output = WeightSite.Side.fixed(outputs)
            if let gate {
                output = .gate(gates.count, multiplicity: 1)
                gates.append(GateSite(name: gate, units: outputs, parent: nil))
            }
            weights.append(
                WeightSite(name: name, input: side, output: output, macsPerPair: macs, weightsPerPair: weightsPerPair))
            side = output
        }
        for (layer, after) in zip(layers, shapes()) {
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
                let block = shape.dropFirst().reduce(1, *)
                switch (gate, side) {
                case (let gate?, .gate(let parent, _)):
                    side = .gate(gates.count, multiplicity: 1)
                    gates.append(GateSite(name: gate, units: after[0], parent: (parent, block)))
                case (let gate?, .fixed):
                    side = .gate(gates.count, multiplicity: 1)
                    gates.append(GateSite(name: gate, units: after[0], parent: nil))
                case (nil, .gate(let parent, _)): side = .gate(parent, multiplicity: block)
                case (nil, .fixed): side = .fixed(after[0])
                }
            case .dense(let dense):
                addWeight(dense.name, outputs: dense.units, gate: dense.gate, macs: 1, weightsPerPair: 1)
            case .selectFeatures(let indices):
                side = .fixed(indices.count)
            case .maxPool, .globalAveragePool, .dropout:
                break
            }
            shape = after
        }
        return (gates, weights)
    }
}
