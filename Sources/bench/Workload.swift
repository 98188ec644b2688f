// SPDX-License-Identifier: Apache-2.0
// What is measured: a step, how many objects it handles and how much arithmetic that is. The table of all workloads.

import Nets
import TensorCore

/// A step that is repeated, with what turns its time into rates and ratios.
struct Workload {
    /// Name in the table and for `--only`.
    let name: String
    /// Objects (images, points) per step.
    let objects: Int
    /// Floating-point operations per object in matrix products and convolutions; nothing else is counted.
    let flopsPerObject: Double
    /// What PyTorch's side calls the same work.
    let peer: PeerCase
    /// Ratio to PyTorch's best configuration that elbo is to reach at first.
    let ratioToReach: Double
    /// Builds the network on the calling thread and returns the step.
    let makeStep: () -> () -> Void

    /// All workloads in the order of the table.
    static var all: [Workload] {
        [
            .training("lenet5", Self.leNet5, ratioToReach: 1.7),
            .inference("lenet5", Self.leNet5, ratioToReach: 1.15),
            .training("vgg-like", .vggLike(k: 1), ratioToReach: 2.0),
            .inference("vgg-like", .vggLike(k: 1), ratioToReach: 1.9),
            .regression("mlp256", batch: 256, ratioToReach: 3),
            .regression("mlp32", batch: 32, ratioToReach: 5),
            .flow("flow256", batch: 256, ratioToReach: 3),
        ]
    }

    /// LeNet-5 with linear convolutions, as in the original Caffe network and in the peer.
    private static var leNet5: Architecture { .leNet5(convolutionActivation: .none) }
}

extension Architecture {
    /// Floating-point operations of one forward pass per object: two per multiply-accumulate of a weight.
    var forwardFlops: Double { weights.reduce(0) { $0 + flops($1) } }

    /// Operations of a training step per object: forward, and the products for the gradients of inputs and weights.
    ///
    /// The gradient for the images is not counted, because no one needs it.
    var trainingFlops: Double { 3 * forwardFlops - (weights.first.map(flops) ?? 0) }

    private func flops(_ weight: WeightSite) -> Double {
        2 * Double(units(weight.input) * units(weight.output) * weight.macsPerPair)
    }

    private func units(_ side: WeightSite.Side) -> Int {
        switch side {
        case .fixed(let units): units
        case .gate(let gate, let multiplicity): gates[gate].units * multiplicity
        }
    }
}
