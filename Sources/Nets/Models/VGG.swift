// SPDX-License-Identifier: Apache-2.0
// The VGG-like network for 32 x 32 colour images, at any width.

import TensorCore

extension Architecture {
    /// VGG-like(k): thirteen 3x3 convolutions with batch normalization in five blocks, then `512 k` – classes.
    ///
    /// Every width is `Int(k * base)`; 15 gates: the convolutions, the flattened features and the dense layer [NMAV17].
    ///
    /// - Parameter dropout: whether the pretraining dropout is part of the network: 0.3 after the first convolution,
    ///   0.4 inside the later blocks, 0.5 around the dense layer.
    public static func vggLike(
        k: Double = 1, inputShape: [Int] = [3, 32, 32], classes: Int = 10, dropout: Bool = false
    ) -> Architecture {
        let blocks = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
        let dropoutAfter: [Int: Double] = [1: 0.3, 3: 0.4, 5: 0.4, 6: 0.4, 8: 0.4, 9: 0.4]
        var layers: [LayerDescription] = []
        var index = 0
        for block in blocks {
            for base in block {
                index += 1
                layers.append(
                    .convolution(
                        ConvolutionDescription(
                            name: "conv\(index)", channels: max(1, Int(k * Double(base))), kernel: 3, padding: 1,
                            batchNormalization: true)))
                if dropout, let rate = dropoutAfter[index] { layers.append(.dropout(rate: rate)) }
            }
            layers.append(.maxPool(2))
        }
        layers.append(.flatten(gate: "flatten"))
        if dropout { layers.append(.dropout(rate: 0.5)) }
        let width = max(1, Int(k * 512))
        layers.append(.dense(DenseDescription(name: "fc1", units: width, batchNormalization: true)))
        if dropout { layers.append(.dropout(rate: 0.5)) }
        layers.append(.dense(DenseDescription(name: "fc2", units: classes, activation: .none, gated: false)))
        return Architecture(name: "vgg-like", inputShape: inputShape, layers: layers)
    }

    /// VGG-11(k): eight 3x3 convolutions with batch normalization in five blocks, then one dense layer.
    ///
    /// As in the code of stochastic batch normalization [AAMNV18], after [SZ15]. Every width is `Int(k * base)`; nine gates:
    /// the convolutions and the flattened features.
    ///
    /// - Parameter dropout: rate behind the rectifiers that no pooling follows, and in front of the dense layer, in [0, 1);
    ///   0 for none.
    public static func vgg11(
        k: Double = 1, inputShape: [Int] = [3, 32, 32], classes: Int = 10, dropout: Double = 0
    ) -> Architecture {
        let drop: [LayerDescription] = dropout > 0 ? [.dropout(rate: dropout)] : []
        var layers: [LayerDescription] = []
        var index = 0
        for block in [[64], [128], [256, 256], [512, 512], [512, 512]] {
            for (place, base) in block.enumerated() {
                index += 1
                layers.append(
                    .convolution(
                        ConvolutionDescription(
                            name: "conv\(index)", channels: max(1, Int(k * Double(base))), kernel: 3, padding: 1,
                            batchNormalization: true)))
                if place < block.count - 1 { layers += drop }
            }
            layers.append(.maxPool(2))
        }
        layers.append(.flatten(gate: "flatten"))
        layers += drop
        layers.append(.dense(DenseDescription(name: "fc", units: classes, activation: .none, gated: false)))
        return Architecture(name: "vgg11", inputShape: inputShape, layers: layers)
    }
}
