// SPDX-License-Identifier: Apache-2.0
// What varies between one evaluation of a network and another: statistics, dropout, gates, random weights.

public import Probability
public import TensorCore

/// How a forward pass treats the layers that behave differently in training and in prediction.
public struct ForwardPass {
    /// Where batch normalization takes mean and variance from.
    public var normalization: Normalization
    /// Batch normalizations with statistics of another origin; `nil` when all follow `normalization`.
    public var statistics: LayerStatistics?
    /// The stream of dropout masks; `nil` switches dropout off.
    public var dropout: DropoutStream?
    /// Gate values by gate index, where `nil` leaves a layer as it is; an empty list means no gates at all.
    ///
    /// - Shapes: `[C]` for one draw per batch, `[N, C]` for one per object.
    public var gates: [Tensor?]
    /// Weights that are random; `nil` when all of them have values.
    public var weightNoise: WeightNoise?

    /// The statistics a batch normalization uses.
    public enum Normalization: Sendable, Equatable {
        /// The batch's own, updating the running ones.
        case batch
        /// The running ones, unchanged.
        case running
    }

    /// A pass for training: batch statistics, dropout if a stream is given.
    public static func training(dropout: DropoutStream?, gates: [Tensor?] = []) -> ForwardPass {
        ForwardPass(normalization: .batch, dropout: dropout, gates: gates)
    }

    /// A pass for prediction: running statistics where no others are given, dropout only if a stream is given.
    public static func prediction(
        gates: [Tensor?] = [], statistics: LayerStatistics? = nil, dropout: DropoutStream? = nil
    ) -> ForwardPass {
        ForwardPass(normalization: .running, dropout: dropout, gates: gates, statistics: statistics)
    }

    /// Creates a pass.
    public init(
        normalization: Normalization, dropout: DropoutStream?, gates: [Tensor?], weightNoise: WeightNoise? = nil,
        statistics: LayerStatistics? = nil
    ) {
        self.normalization = normalization
        self.statistics = statistics
        self.dropout = dropout
        self.gates = gates
        self.weightNoise = weightNoise
    }
}

/// A random stream that several dropout layers draw from, one after the other.
public final class DropoutStream {
    /// The stream; its position belongs into a checkpoint.
    public var stream: RandomStream

    /// Wraps a stream.
    public init(_ stream: RandomStream) {
        self.stream = stream
    }

    /// A mask with entries 0 (probability `rate`) or `1 / (1 - rate)`.
    ///
    /// - Parameter rate: in [0, 1).
    func mask(_ shape: Shape, rate: Double) -> Tensor {
        var uniforms = [Float](repeating: 0, count: shape.count)
        stream.fillUniform(&uniforms)
        let keep = Float(1 / (1 - rate))
        let threshold = Float(rate)
        return Tensor(shape: shape, scalars: uniforms.map { $0 < threshold ? 0 : keep })
    }
}
