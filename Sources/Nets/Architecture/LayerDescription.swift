// SPDX-License-Identifier: Apache-2.0
// A feed-forward network as a plain value: what its layers are, before any weight exists.

public import TensorCore

/// One layer of a feed-forward network.
///
/// Weighted layers are whole blocks in the order `weights → bias → batch normalization → activation`, because a gate
/// (a scale per unit, the place where units are removed) must come after everything that could make a removed unit
/// non-zero again; then masking a unit and deleting it are the same function.
public enum LayerDescription: Sendable, Equatable {
    /// Scales each input feature by a gate; the input keeps its shape. `[N, C, …]`, one gate unit per feature.
    case inputGate(GateName)
    /// 2-D convolution `[N, I, H, W] → [N, O, H', W']`.
    case convolution(ConvolutionDescription)
    /// Largest value of each window; window equals stride. `[N, C, H, W] → [N, C, H / s, W / s]`.
    case maxPool(Int)
    /// Mean over all pixels. `[N, C, H, W] → [N, C]`.
    case globalAveragePool
    /// `[N, C, H, W] → [N, C H W]`, optionally gating each feature.
    case flatten(gate: GateName?)
    /// Keeps the listed features, in their order: `[N, D] → [N, indices.count]`; what remains of a gate on features
    /// once its removed units are gone.
    case selectFeatures([Int])
    /// Dense layer `[N, I] → [N, O]`.
    case dense(DenseDescription)
    /// Zeroes each value with probability `rate` while training and divides the rest by `1 - rate`.
    case dropout(rate: Double)
    /// The sum of two ways through the network: `[N, C, H, W] → [N, C', H', W']`.
    case residual(ResidualDescription)
    /// Adds a trained number to each channel, then the activation; what remains of a residual block whose inner units
    /// are all gone.
    case offset(OffsetDescription)
}

extension LayerDescription {
    /// The layer's own gate; those inside a residual block belong to the layers there.
    public var gate: GateName? {
        switch self {
        case .inputGate(let name): name
        case .convolution(let convolution): convolution.gate
        case .flatten(let gate): gate
        case .dense(let dense): dense.gate
        case .maxPool, .globalAveragePool, .selectFeatures, .dropout, .residual, .offset: nil
        }
    }

    /// Number of gates in the layer, with those inside a residual block.
    public var gateCount: Int {
        if case .residual(let block) = self {
            return (block.body + block.shortcut).reduce(0) { $0 + $1.gateCount }
        }
        return gate == nil ? 0 : 1
    }
}

/// Name of a gate, such as `conv1`; the name of the layer whose units it scales.
public typealias GateName = String

/// A convolution block.
public struct ConvolutionDescription: Sendable, Equatable {
    /// Name, the prefix of its parameters (`conv1.weight`).
    public var name: String
    /// Output channels O.
    public var channels: Int
    /// Side of the square kernel.
    public var kernel: Int
    /// Step between windows.
    public var stride: Int
    /// Zeros added at each border; `kernel / 2` keeps the map size at stride 1.
    public var padding: Int
    /// Whether a batch normalization follows the bias.
    public var batchNormalization: Bool
    /// Non-linearity at the end of the block.
    public var activation: Activation
    /// Gate over the O output channels, if they can be pruned.
    public var gate: GateName?

    /// Creates a description; stride 1, no padding, rectified, gated under its own name unless said otherwise.
    public init(
        name: String, channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        batchNormalization: Bool = false, activation: Activation = .relu, gated: Bool = true
    ) {
        self.name = name
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.batchNormalization = batchNormalization
        self.activation = activation
        self.gate = gated ? name : nil
    }
}

/// A dense block.
public struct DenseDescription: Sendable, Equatable {
    /// Name, the prefix of its parameters (`fc1.weight`).
    public var name: String
    /// Output units O.
    public var units: Int
    /// Whether a batch normalization follows the bias.
    public var batchNormalization: Bool
    /// Non-linearity at the end of the block.
    public var activation: Activation
    /// Gate over the O output units, if they can be pruned.
    public var gate: GateName?

    /// Creates a description; rectified and gated under its own name unless said otherwise.
    public init(
        name: String, units: Int, batchNormalization: Bool = false, activation: Activation = .relu, gated: Bool = true
    ) {
        self.name = name
        self.units = units
        self.batchNormalization = batchNormalization
        self.activation = activation
        self.gate = gated ? name : nil
    }
}

/// A residual block, `activation(body(x) + shortcut(x))`.
///
/// Units inside the body can be removed. The sum keeps its width: neither the layer in front of the block nor the last
/// layer of body or shortcut is gated, because a unit of the sum would have to go from every block that adds to it.
public struct ResidualDescription: Sendable, Equatable {
    /// Name, for messages and for the offset that remains of a block without inner units.
    public var name: String
    /// The layers with something to learn.
    public var body: [LayerDescription]
    /// The layers that bring the input to the shape of the body's output; empty when it has that shape already.
    public var shortcut: [LayerDescription]
    /// Non-linearity behind the sum.
    public var activation: Activation

    /// Creates a description; rectified unless said otherwise.
    public init(
        name: String, body: [LayerDescription], shortcut: [LayerDescription] = [], activation: Activation = .relu
    ) {
        self.name = name
        self.body = body
        self.shortcut = shortcut
        self.activation = activation
    }
}

/// A number per channel.
public struct OffsetDescription: Sendable, Equatable {
    /// Name, the prefix of its parameter (`layer1.0.bias`).
    public var name: String
    /// Channels C.
    public var channels: Int
    /// Non-linearity at the end.
    public var activation: Activation

    /// Creates a description; rectified unless said otherwise.
    public init(name: String, channels: Int, activation: Activation = .relu) {
        self.name = name
        self.channels = channels
        self.activation = activation
    }
}
