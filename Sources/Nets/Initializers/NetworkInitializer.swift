// SPDX-License-Identifier: Apache-2.0
// How the first weights of a network are drawn.

import Probability
public import TensorCore

/// A distribution of initial weights.
///
/// `fanIn` and `fanOut` are the inputs and outputs of one unit times the kernel area.
public enum WeightDistribution: Sendable, Equatable {
    /// Uniform on ± sqrt(6 / (fanIn + fanOut)) [GB10].
    case xavierUniform
    /// Normal with variance 2 / fanIn [HZRS15], for rectified layers.
    case heNormal
    /// Uniform on ± 1 / sqrt(fanIn), PyTorch's default for weights.
    case fanInUniform
    /// Normal with a fixed standard deviation, cut at two of them.
    case truncatedNormal(standardDeviation: Double)
}

/// Draws each weight from its own random stream, so that adding a layer changes no other layer's weights.
public struct NetworkInitializer: Sendable {
    /// Distribution of convolution kernels (rank 4).
    public var convolution: WeightDistribution
    /// Distribution of dense weights (rank 2).
    public var dense: WeightDistribution
    /// Seed of the run.
    public var seed: UInt64

    /// Creates an initializer; the default suits rectified networks of any depth.
    public init(seed: UInt64, convolution: WeightDistribution = .heNormal, dense: WeightDistribution = .heNormal) {
        self.seed = seed
        self.convolution = convolution
        self.dense = dense
    }

    /// Fresh weights for the parameter `name`.
    ///
    /// - Shapes: `[O, I, k, k]` or `[O, I]`.
    public func weight(_ name: String, _ shape: Shape) -> Tensor {
        let area = (2..<max(2, shape.rank)).reduce(1) { $0 * shape[$1] }
        let (fanIn, fanOut) = (Double(shape[1] * area), Double(shape[0] * area))
        var stream = RandomStream(seed: seed, purpose: StreamPurpose("initialize/\(name)"), index: 0)
        var values = [Float](repeating: 0, count: shape.count)
        switch shape.rank > 2 ? convolution : dense {
        case .xavierUniform: fillUniform(&values, bound: (6 / (fanIn + fanOut)).squareRoot(), &stream)
        case .fanInUniform: fillUniform(&values, bound: (1 / fanIn).squareRoot(), &stream)
        case .heNormal:
            stream.fillNormal(&values)
            let scale = Float((2 / fanIn).squareRoot())
            for index in values.indices { values[index] *= scale }
        case .truncatedNormal(let standardDeviation):
            for index in values.indices {
                var draw = stream.normal()
                while abs(draw) > 2 { draw = stream.normal() }
                values[index] = Float(draw * standardDeviation)
            }
        }
        return Tensor(shape: shape, scalars: values)
    }

    private func fillUniform(_ values: inout [Float], bound: Double, _ stream: inout RandomStream) {
        stream.fillUniform(&values)
        for index in values.indices { values[index] = Float(bound) * (2 * values[index] - 1) }
    }
}
