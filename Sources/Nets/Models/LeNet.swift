// SPDX-License-Identifier: Apache-2.0
// The two networks for 28 x 28 digits that the pruning papers compare on.

public import TensorCore

extension Architecture {
    /// LeNet-500-300: 784-500-300-10, rectified; gates on the inputs too, as in the published widths [NMAV17, table 1].
    public static func leNet500300(inputs: Int = 784, classes: Int = 10) -> Architecture {
        Architecture(
            name: "lenet500-300", inputShape: [inputs],
            layers: [
                .inputGate("input"),
                .dense(DenseDescription(name: "fc1", units: 500)),
                .dense(DenseDescription(name: "fc2", units: 300)),
                .dense(DenseDescription(name: "fc3", units: classes, activation: .none, gated: false)),
            ])
    }

    /// LeNet-5-Caffe: 20@5x5 – pool – 50@5x5 – pool – 800 – 500 – classes, unpadded convolutions.
    ///
    /// Gates sit on both convolutions, on the 800 flattened features and on the 500 dense units: the published widths
    /// `20-50-800-500` [NMAV17, table 1].
    ///
    /// - Parameter convolutionActivation: rectified as in the pruning code; `.none` is the original Caffe network.
    public static func leNet5(
        inputShape: [Int] = [1, 28, 28], classes: Int = 10, convolutionActivation: Activation = .relu
    ) -> Architecture {
        Architecture(
            name: "lenet5", inputShape: inputShape,
            layers: [
                .convolution(
                    ConvolutionDescription(
                        name: "conv1", channels: 20, kernel: 5, activation: convolutionActivation)),
                .maxPool(2),
                .convolution(
                    ConvolutionDescription(
                        name: "conv2", channels: 50, kernel: 5, activation: convolutionActivation)),
                .maxPool(2),
                .flatten(gate: "flatten"),
                .dense(DenseDescription(name: "fc1", units: 500)),
                .dense(DenseDescription(name: "fc2", units: classes, activation: .none, gated: false)),
            ])
    }

    /// LeNet-5 with a batch normalization behind both convolutions and the hidden dense layer.
    ///
    /// 20@5x5 – pool – 50@5x5 – pool – 800 – 500 – classes, as in the code of stochastic batch normalization [AAMNV18].
    /// Gates as in `leNet5`.
    ///
    /// - Parameter dropout: rate behind each of the three rectifiers, in [0, 1); 0 for none.
    public static func leNet5Normalized(
        inputShape: [Int] = [1, 28, 28], classes: Int = 10, dropout: Double = 0
    ) -> Architecture {
        let drop: [LayerDescription] = dropout > 0 ? [.dropout(rate: dropout)] : []
        func convolution(_ name: String, _ channels: Int) -> [LayerDescription] {
            [
                .convolution(
                    ConvolutionDescription(name: name, channels: channels, kernel: 5, batchNormalization: true))
            ] + drop + [.maxPool(2)]
        }
        let hidden = LayerDescription.dense(DenseDescription(name: "fc1", units: 500, batchNormalization: true))
        let logits = LayerDescription.dense(
            DenseDescription(name: "fc2", units: classes, activation: .none, gated: false))
        return Architecture(
            name: "lenet5-bn", inputShape: inputShape,
            layers: convolution("conv1", 20) + convolution("conv2", 50) + [.flatten(gate: "flatten"), hidden] + drop
                + [logits])
    }
}
