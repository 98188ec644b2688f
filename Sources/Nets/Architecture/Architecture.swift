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
    public func shapes() -> [[Int]] { Self.shapes(after: layers, of: inputShape) }

    /// Shape of one object after each of some layers; the inside of a residual block does not appear.
    ///
    /// - Precondition: as for `shapes()`.
    public static func shapes(after layers: [LayerDescription], of inputShape: [Int]) -> [[Int]] {
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
        case .residual(let block):
            let body = shapes(after: block.body, of: shape).last ?? shape
            let shortcut = shapes(after: block.shortcut, of: shape).last ?? shape
            guard body == shortcut else { fatalError("\(block.name): the sum of shapes \(body) and \(shortcut)") }
            return body
        case .offset(let offset):
            guard shape[0] == offset.channels else {
                fatalError("\(offset.name): \(offset.channels) offsets on a shape \(shape)")
            }
            return shape
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
