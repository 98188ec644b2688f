// SPDX-License-Identifier: Apache-2.0
// The residual network for 32 x 32 colour images, at any width.

import TensorCore

extension Architecture {
    /// ResNet-18 for small images [HZRS16]: a 3x3 convolution, four stages of two basic blocks, the mean over all
    /// pixels, classes.
    ///
    /// The stages have `Int(k * base)` channels for the bases 64, 128, 256, 512 and begin with strides 1, 2, 2, 2. A
    /// block is two 3x3 convolutions with batch normalization; where its shape changes, the shortcut is a 1x1
    /// convolution with batch normalization. Eight gates: the channels inside each block, behind its first convolution.
    /// The sums keep their width.
    public static func resNet18(k: Double = 1, inputShape: [Int] = [3, 32, 32], classes: Int = 10) -> Architecture {
        var channels = width(64, k)
        var layers: [LayerDescription] = [
            .convolution(
                ConvolutionDescription(
                    name: "conv1", channels: channels, kernel: 3, padding: 1, batchNormalization: true, gated: false))
        ]
        for (stage, base) in [64, 128, 256, 512].enumerated() {
            for index in 0..<2 {
                let outputs = width(base, k)
                layers.append(
                    .residual(
                        basicBlock(
                            "layer\(stage + 1).\(index)", inputs: channels, outputs: outputs,
                            stride: stage > 0 && index == 0 ? 2 : 1)))
                channels = outputs
            }
        }
        layers.append(.globalAveragePool)
        layers.append(.dense(DenseDescription(name: "fc", units: classes, activation: .none, gated: false)))
        return Architecture(name: "resnet18", inputShape: inputShape, layers: layers)
    }

    private static func width(_ base: Int, _ k: Double) -> Int { max(1, Int(k * Double(base))) }

    private static func basicBlock(_ name: String, inputs: Int, outputs: Int, stride: Int) -> ResidualDescription {
        let inner = ConvolutionDescription(
            name: "\(name).conv1", channels: outputs, kernel: 3, stride: stride, padding: 1, batchNormalization: true)
        let outer = ConvolutionDescription(
            name: "\(name).conv2", channels: outputs, kernel: 3, padding: 1, batchNormalization: true,
            activation: .none, gated: false)
        let projection = ConvolutionDescription(
            name: "\(name).shortcut", channels: outputs, kernel: 1, stride: stride, batchNormalization: true,
            activation: .none, gated: false)
        let keepsShape = inputs == outputs && stride == 1
        return ResidualDescription(
            name: name, body: [.convolution(inner), .convolution(outer)],
            shortcut: keepsShape ? [] : [.convolution(projection)])
    }
}
