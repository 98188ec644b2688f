// SPDX-License-Identifier: Apache-2.0
// Networks and optimizers survive a checkpoint to the bit, and a checkpoint of something else is refused by name.

import EngineKit
import Nets
import Probability
import TensorCore
import TestSupport
import Testing
import Training

@Suite struct NetworkCheckpointTests {
    private let architecture = Architecture(
        name: "small", inputShape: [2, 8, 8],
        layers: [
            .convolution(
                ConvolutionDescription(name: "conv1", channels: 16, kernel: 3, padding: 1, batchNormalization: true)),
            .maxPool(2), .flatten(gate: nil), .dropout(rate: 0.25),
            .dense(DenseDescription(name: "fc1", units: 4, activation: .none, gated: false)),
        ])

    /// A network in training, with all that its next step depends on.
    private final class Trainee {
        let network: FeedForwardNetwork
        let optimizer: Optimizer
        let dropout = DropoutStream(RandomStream(seed: 5, purpose: .dropout))
        private let images: Tensor

        init(_ architecture: Architecture, seed: UInt64) {
            network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: seed))
            optimizer = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), network.parameters)
            var numbers = TestNumbers(seed: 1)
            images = Tensor(shape: [4, 2, 8, 8], scalars: numbers.numbers(512).map { Float($0) })
        }

        func step() {
            let logits = network(images, .training(dropout: dropout))
            let loss = softmaxCrossEntropy(logits: logits, labels: [0, 1, 2, 3], reduction: .mean)
            optimizer.update(gradients(of: loss, for: network.parameters.map(\.value)), learningRate: 0.01)
        }

        var checkpoint: Checkpoint {
            var checkpoint = Checkpoint()
            checkpoint.put(network)
            checkpoint.put(optimizer, prefix: "optimizer.")
            checkpoint.put("stream", dropout.stream)
            return checkpoint
        }

        func restore(_ checkpoint: Checkpoint) throws(EngineError) {
            try checkpoint.restore(network)
            try checkpoint.restore(optimizer, prefix: "optimizer.")
            dropout.stream = try checkpoint.stream("stream")
        }
    }

    @Test func aRestoredNetworkTrainsOnToTheSameBits() throws {
        let first = Trainee(architecture, seed: 1)
        for _ in 0..<3 { first.step() }
        let saved = first.checkpoint
        // Another seed: everything that matters must come from the checkpoint.
        let second = Trainee(architecture, seed: 2)
        second.step()
        try second.restore(saved)
        #expect(second.checkpoint == saved)
        #expect(second.optimizer.steps == 3)
        for _ in 0..<3 {
            first.step()
            second.step()
        }
        #expect(second.checkpoint == first.checkpoint)
        #expect(first.checkpoint != saved)
    }

    @Test func namesInACheckpointAreThoseOfTheNetwork() {
        let names = Trainee(architecture, seed: 1).checkpoint.tensors.map(\.name)
        let parameters = ["conv1.weight", "conv1.bn.weight", "conv1.bn.bias", "fc1.weight", "fc1.bias"]
        #expect(
            names
                == (parameters + ["conv1.bn.running_mean", "conv1.bn.running_var"]).map { "network." + $0 }
                + ["optimizer.steps"] + parameters.map { "optimizer.moment1." + $0 }
                + parameters.map { "optimizer.moment2." + $0 } + ["stream"])
    }

    @Test func whatDoesNotFitIsRefusedByName() {
        let saved = Trainee(architecture, seed: 1).checkpoint
        let other = FeedForwardNetwork(.leNet5(), initializer: NetworkInitializer(seed: 1))
        let shape = #expect(throws: EngineError.self) { try saved.restore(other) }
        #expect(shape?.description.contains("network.conv1.weight") == true)
        let missing = #expect(throws: EngineError.self) { try Checkpoint().restore(other) }
        #expect(missing?.description.contains("network.conv1.weight") == true)
        var broken = Checkpoint()
        broken.put("stream", [1, 2] as [UInt64])
        let stream = #expect(throws: EngineError.self) { try broken.stream("stream") }
        #expect(stream?.description.contains("stream") == true)
    }
}
