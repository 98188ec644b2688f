// SPDX-License-Identifier: Apache-2.0
// A tiny perceptron, where the arithmetic is nothing and the tape, the pool and the calls are everything.

import Nets
import Probability
import TensorCore

extension Workload {
    /// 2-64-64-2 with tanh: one step of Adam on the mean of squared differences, all of it through the tape.
    static func regression(_ name: String, batch: Int, ratioToReach: Double) -> Workload {
        let architecture = Architecture.multilayerPerceptron(
            inputs: 2, hidden: [64, 64], outputs: 2, activation: .tanh, gated: false)
        return Workload(
            name: "\(name) train", objects: batch, flopsPerObject: architecture.trainingFlops,
            peer: PeerCase(name: name, mode: "train"), ratioToReach: ratioToReach
        ) {
            let network = FeedForwardNetwork(
                architecture, initializer: NetworkInitializer(seed: 1, dense: .fanInUniform))
            let inputs = Tensor.normal([batch, 2], "bench/inputs")
            let targets = Tensor.normal([batch, 2], "bench/targets")
            let optimizer = Optimizer(.standardAdam, network.parameters)
            return {
                let outputs = network(inputs, .training(dropout: nil))
                let loss = (outputs - targets).square().mean()
                let slopes = gradients(of: loss, for: network.parameters.map(\.value))
                optimizer.update(slopes, learningRate: 1e-3)
            }
        }
    }
}
