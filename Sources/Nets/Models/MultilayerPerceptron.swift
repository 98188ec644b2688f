// SPDX-License-Identifier: Apache-2.0
// Plain stacks of dense layers.

public import TensorCore

extension Architecture {
    /// A multilayer perceptron: `inputs – hidden… – outputs` with the given non-linearity between the layers.
    ///
    /// - Parameter hidden: widths of the hidden layers, possibly empty (then a linear map).
    public static func multilayerPerceptron(
        inputs: Int, hidden: [Int], outputs: Int, activation: Activation = .relu, gated: Bool = true
    ) -> Architecture {
        var layers = hidden.enumerated().map { index, units in
            LayerDescription.dense(
                DenseDescription(name: "fc\(index + 1)", units: units, activation: activation, gated: gated))
        }
        layers.append(
            .dense(
                DenseDescription(
                    name: "fc\(hidden.count + 1)", units: outputs, activation: .none, gated: false)))
        return Architecture(name: "mlp", inputShape: [inputs], layers: layers)
    }
}
