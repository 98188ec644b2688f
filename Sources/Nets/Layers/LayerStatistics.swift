// SPDX-License-Identifier: Apache-2.0
// Batch normalizations that take their statistics from elsewhere than the running ones, without touching those.

public import TensorCore

/// Statistics of single batch normalizations in a pass; the others do what `ForwardPass.normalization` says.
///
/// Running statistics stay as they are in the layers that are named here. Gradients flow through given statistics.
public struct LayerStatistics {
    /// Where a layer takes its statistics from.
    public enum Source {
        /// The batch itself: `variance = mean of (x - mean)²` over objects and positions.
        case batch
        /// Numbers of its own; variances are not negative.
        ///
        /// - Shapes: both `[C]`, or both `[N, C]` with one row per object, shared by its positions. With `[N k, C]` the
        ///   objects go on as k copies each, so what lies in front is computed once for all of them; only where the network
        ///   has not branched before.
        case given(mean: Tensor, variance: Tensor)
    }

    /// What a layer's batch had.
    public struct Observation {
        /// Name of the batch normalization, such as `conv1.bn`.
        public let name: String
        /// Mean over objects and positions, `[C]`.
        public let mean: Tensor
        /// Mean of squared deviations, `[C]`.
        public let variance: Tensor
    }

    /// Sources by the names of the batch normalizations, such as `conv1.bn`.
    public var sources: [String: Source]
    /// Takes the statistics of every layer whose source is the batch, in the order in which layers run.
    public var observe: ((Observation) -> Void)?

    /// Creates sources, with nobody who looks at batches unless said otherwise.
    public init(_ sources: [String: Source], observe: ((Observation) -> Void)? = nil) {
        self.sources = sources
        self.observe = observe
    }

    /// The batch's own statistics in the layers of these names.
    public static func batch(_ names: [String], observe: ((Observation) -> Void)? = nil) -> LayerStatistics {
        LayerStatistics(Dictionary(uniqueKeysWithValues: names.map { ($0, .batch) }), observe: observe)
    }
}

/// A batch normalization of a network, as `LayerStatistics` names it.
public struct NormalizationSite: Sendable, Equatable {
    /// Its name, such as `conv1.bn`.
    public var name: String
    /// Channels C.
    public var channels: Int
    /// Whether it follows a convolution, and not a dense layer.
    public var followsConvolution: Bool
}

extension Architecture {
    /// The batch normalizations in network order; the body of a residual block comes before its shortcut.
    public var normalizations: [NormalizationSite] { Self.normalizations(layers) }

    private static func normalizations(_ layers: [LayerDescription]) -> [NormalizationSite] {
        layers.flatMap { layer -> [NormalizationSite] in
            switch layer {
            case .convolution(let convolution) where convolution.batchNormalization:
                [
                    NormalizationSite(
                        name: "\(convolution.name).bn", channels: convolution.channels, followsConvolution: true)
                ]
            case .dense(let dense) where dense.batchNormalization:
                [NormalizationSite(name: "\(dense.name).bn", channels: dense.units, followsConvolution: false)]
            case .residual(let block): normalizations(block.body) + normalizations(block.shortcut)
            case .convolution, .dense, .inputGate, .maxPool, .globalAveragePool, .flatten, .selectFeatures, .dropout,
                .offset:
                []
            }
        }
    }
}
