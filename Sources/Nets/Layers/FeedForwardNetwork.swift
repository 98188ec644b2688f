// SPDX-License-Identifier: Apache-2.0
// A network built from an architecture: parameters in a fixed order and the forward pass with gates.

public import TensorCore

/// A feed-forward network with weights.
///
/// - Shapes: images `[N, C, H, W]` or `[N, D]`, logits `[N, K]`.
public final class FeedForwardNetwork {
    /// The value it was built from.
    public let architecture: Architecture
    /// Gates in network order; indices into `ForwardPass.gates`.
    public let gates: [GateSite]
    private let blocks: [WeightedBlock?]
    private let gateOfLayer: [Int?]

    /// Builds a network with fresh weights.
    public init(_ architecture: Architecture, initializer: NetworkInitializer) {
        self.architecture = architecture
        gates = architecture.gates
        var blocks: [WeightedBlock?] = []
        var gateOfLayer: [Int?] = []
        var shape = architecture.inputShape
        var nextGate = 0
        for (layer, after) in zip(architecture.layers, architecture.shapes()) {
            var gated = false
            switch layer {
            case .convolution(let convolution):
                blocks.append(
                    WeightedBlock(
                        name: convolution.name,
                        weightShape: [convolution.channels, shape[0], convolution.kernel, convolution.kernel],
                        normalized: convolution.batchNormalization, activation: convolution.activation,
                        initializer: initializer))
                gated = convolution.gate != nil
            case .dense(let dense):
                blocks.append(
                    WeightedBlock(
                        name: dense.name, weightShape: [dense.units, shape[0]], normalized: dense.batchNormalization,
                        activation: dense.activation, initializer: initializer))
                gated = dense.gate != nil
            case .inputGate:
                blocks.append(nil)
                gated = true
            case .flatten(let gate):
                blocks.append(nil)
                gated = gate != nil
            case .maxPool, .globalAveragePool, .selectFeatures, .dropout:
                blocks.append(nil)
            }
            gateOfLayer.append(gated ? nextGate : nil)
            nextGate += gated ? 1 : 0
            shape = after
        }
        self.blocks = blocks
        self.gateOfLayer = gateOfLayer
    }

    /// All trained tensors in network order.
    public var parameters: [Parameter] { blocks.flatMap { $0?.parameters ?? [] } }

    /// All tracked statistics in network order.
    public var statistics: [TrackedStatistic] { blocks.flatMap { $0?.statistics ?? [] } }

    /// The trained tensor with a name, if there is one.
    public func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

    /// The tracked statistic with a name, if there is one.
    public func statistic(_ name: String) -> TrackedStatistic? { statistics.first { $0.name == name } }

    /// Logits of a batch; images of any rank with the right number of values per object are accepted.
    public func callAsFunction(_ images: Tensor, _ pass: ForwardPass) -> Tensor {
        var x = images
        if images.rank != architecture.inputShape.count + 1 {
            x = images.reshape(Shape([images.shape[0]] + architecture.inputShape))
        }
        /// A gate waiting behind a pooling: scaling the smaller map is cheaper and gates commute with the maximum.
        var waiting: Tensor?
        for (index, layer) in architecture.layers.enumerated() {
            let gate = gateOfLayer[index].flatMap { $0 < pass.gates.count ? pass.gates[$0] : nil }
            if let scale = waiting {
                if case .maxPool(let window) = layer {
                    x = maxPool(x, window: window, stride: window)
                    x = x.scaleChannels(by: scale)
                    waiting = nil
                    continue
                }
                x = x.scaleChannels(by: scale)
                waiting = nil
            }
            switch layer {
            case .inputGate:
                waiting = gate
            case .convolution(let convolution):
                guard let block = blocks[index] else { fatalError("\(convolution.name) has no weights") }
                let result = block.run(pass, gate: gate) { weight, bias, activation in
                    TensorCore.convolution(
                        x, weight: weight, bias: bias, stride: convolution.stride, padding: convolution.padding,
                        activation: activation)
                }
                x = result.output
                waiting = result.gateApplied ? nil : gate
            case .dense(let dense):
                guard let block = blocks[index] else { fatalError("\(dense.name) has no weights") }
                let result = block.run(pass, gate: gate) { weight, bias, activation in
                    linear(x, weight: weight, bias: bias, activation: activation)
                }
                x = result.output
                waiting = result.gateApplied ? nil : gate
            case .maxPool(let window):
                x = maxPool(x, window: window, stride: window)
            case .globalAveragePool:
                x = x.mean(axes: [2, 3])
            case .flatten:
                x = x.flatten(from: 1)
                waiting = gate
            case .selectFeatures(let indices):
                x = x.gather(indices.map(Int32.init), axis: 1)
            case .dropout(let rate):
                if let dropout = pass.dropout { x = x * dropout.mask(x.shape, rate: rate) }
            }
        }
        return waiting.map { x.scaleChannels(by: $0) } ?? x
    }
}
