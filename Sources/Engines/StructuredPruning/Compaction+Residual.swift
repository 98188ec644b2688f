// SPDX-License-Identifier: Apache-2.0
// What a residual block without inner units computes: one number per channel.

import Nets
import TensorCore

extension Compaction {
    /// The output of a chain of layers in which a gate has no unit left, whatever its input.
    ///
    /// Found by running the masked chain itself, so that it is what the masked network adds.
    ///
    /// - Parameters:
    ///   - body: layers of the network, one of whose gates is closed for all units.
    ///   - shape: shape of one object in front of them, `[C, H, W]` or `[D]`.
    ///   - firstGate: index of the body's first gate.
    /// - Returns: one value per channel, or `nil` when the output differs from pixel to pixel: behind a padded convolution
    ///   of something constant it does at the border.
    func constantOutput(of body: [LayerDescription], shape: [Int], firstGate: Int) -> [Float]? {
        let chain = FeedForwardNetwork(
            Architecture(name: "body", inputShape: shape, layers: body), initializer: NetworkInitializer(seed: 0))
        for parameter in chain.parameters {
            if let value = network.parameter(parameter.name)?.value { parameter.value.assign(value) }
        }
        for statistic in chain.statistics {
            if let value = network.statistic(statistic.name)?.value { statistic.value = value }
        }
        let gates = chain.gates.indices.map { index -> Tensor? in
            let (mask, scale) = (keep[firstGate + index], scales[firstGate + index])
            return Tensor(shape: [mask.count], scalars: zip(mask, scale).map { $0 ? Float($1) : 0 })
        }
        let output = withoutGradients { chain(Tensor.zeros(Shape([1] + shape)), .prediction(gates: gates)) }
        let values = output.scalars()
        let pixels = output.count / output.shape[1]
        let constant = (0..<output.shape[1]).map { values[$0 * pixels] }
        let isConstant = values.indices.allSatisfy { index in
            let expected = constant[index / pixels]
            return abs(values[index] - expected) <= 1e-5 * max(1, abs(expected))
        }
        return isConstant ? constant : nil
    }
}
