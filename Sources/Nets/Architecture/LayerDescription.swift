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
