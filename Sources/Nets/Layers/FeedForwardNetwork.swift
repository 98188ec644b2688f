// SPDX-License-Identifier: Apache-2.0
// A network built from an architecture: its parameters in a fixed order, and its logits.

public import TensorCore

/// A feed-forward network with weights.
///
/// - Shapes: images `[N, C, H, W]` or `[N, D]`, logits `[N, K]`.
public final class FeedForwardNetwork {
    /// The value it was built from.
    public let architecture: Architecture
    /// Gates in network order; indices into `ForwardPass.gates`.
    public let gates: [GateSite]
    private let layers: LayerSequence

    /// Builds a network with fresh weights.
    public init(_ architecture: Architecture, initializer: NetworkInitializer) {
        self.architecture = architecture
        gates = architecture.gates
        var nextGate = 0
        layers = LayerSequence(
            architecture.layers, inputShape: architecture.inputShape, initializer: initializer, nextGate: &nextGate)
    }

    /// All trained tensors in network order.
    public var parameters: [Parameter] { layers.parameters }

    /// All tracked statistics in network order.
    public var statistics: [TrackedStatistic] { layers.statistics }

    /// The trained tensor with a name, if there is one.
    public func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

    /// The tracked statistic with a name, if there is one.
    public func statistic(_ name: String) -> TrackedStatistic? { statistics.first { $0.name == name } }

    /// Logits of a batch; images of any rank with the right number of values per object are accepted.
    public func callAsFunction(_ images: Tensor, _ pass: ForwardPass) -> Tensor {
        let isArranged = images.rank == architecture.inputShape.count + 1
        let x = isArranged ? images : images.reshape(Shape([images.shape[0]] + architecture.inputShape))
        return layers(x, pass)
    }
}
