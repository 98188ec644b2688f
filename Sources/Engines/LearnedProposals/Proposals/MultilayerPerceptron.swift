// SPDX-License-Identifier: Apache-2.0
// A small dense network on the tape: what couplings, generators and discriminators of points are made of.

import Nets
import TensorCore

/// Two hidden layers with rectifiers and a linear output, `[N, inputs] → [N, outputs]`.
struct MultilayerPerceptron {
    private let weights: [Parameter]
    private let biases: [Parameter]

    /// Creates a network.
    ///
    /// - Parameters:
    ///   - name: prefix of the parameters' names.
    ///   - startsAtZero: whether the last layer is zero at first, so that the network is too.
    init(
        name: String, inputs: Int, hidden: Int, outputs: Int, startsAtZero: Bool = false,
        initializer: NetworkInitializer
    ) {
        let widths = [inputs, hidden, hidden, outputs]
        weights = (0..<3).map { layer in
            let full = "\(name).\(layer).weight"
            let shape: Shape = [widths[layer + 1], widths[layer]]
            return Parameter(full, layer == 2 && startsAtZero ? .zeros(shape) : initializer.weight(full, shape))
        }
        biases = (0..<3).map { Parameter("\(name).\($0).bias", .zeros([widths[$0 + 1]])) }
    }

    var parameters: [Parameter] { zip(weights, biases).flatMap { [$0, $1] } }

    func callAsFunction(_ x: Tensor) -> Tensor {
        var x = linear(x, weight: weights[0].value, bias: biases[0].value, activation: .relu)
        x = linear(x, weight: weights[1].value, bias: biases[1].value, activation: .relu)
        return linear(x, weight: weights[2].value, bias: biases[2].value)
    }
}
