// SPDX-License-Identifier: Apache-2.0
// Image networks: a training step and a prediction on one batch of random images with random labels.

import Nets
import Probability
import TensorCore

extension Workload {
    /// Objects per step of the image networks, here and in the peer.
    static let imageBatch = 100

    /// One step of Adam on the mean cross-entropy.
    static func training(_ name: String, _ architecture: Architecture, ratioToReach: Double) -> Workload {
        Workload(
            name: "\(name) train", objects: imageBatch, flopsPerObject: architecture.trainingFlops,
            peer: PeerCase(name: name, mode: "train"), ratioToReach: ratioToReach
        ) {
            let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
            let batch = RandomBatch(architecture.inputShape)
            let optimizer = Optimizer(.standardAdam, network.parameters)
            return {
                let logits = network(batch.images, .training(dropout: nil))
                let loss = softmaxCrossEntropy(logits: logits, labels: batch.labels)
                let slopes = gradients(of: loss, for: network.parameters.map(\.value))
                optimizer.update(slopes, learningRate: 1e-3)
            }
        }
    }

    /// One forward pass with running statistics.
    static func inference(_ name: String, _ architecture: Architecture, ratioToReach: Double) -> Workload {
        Workload(
            name: "\(name) infer", objects: imageBatch, flopsPerObject: architecture.forwardFlops,
            peer: PeerCase(name: name, mode: "infer"), ratioToReach: ratioToReach
        ) {
            let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
            let batch = RandomBatch(architecture.inputShape)
            return {
                // Reading the logits makes a layout change that is still due a part of the time.
                withoutGradients { network(batch.images, .prediction()).withScalars { _ in } }
            }
        }
    }
}

extension OptimizerKind {
    /// Adam with the constants that PyTorch takes when asked for none.
    static var standardAdam: OptimizerKind { .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8) }
}

/// A batch that stands in for data: the arithmetic does not depend on the values.
struct RandomBatch {
    let images: Tensor
    let labels: [Int32]

    /// Normal values and labels below `classes`.
    init(_ shape: [Int], count: Int = Workload.imageBatch, classes: Int = 10) {
        images = .normal(Shape([count] + shape), "bench/images")
        var stream = RandomStream(seed: 1, purpose: "bench/labels")
        labels = (0..<count).map { _ in Int32(stream.integer(below: classes)) }
    }
}

extension Tensor {
    /// Independent standard normal values.
    static func normal(_ shape: Shape, _ purpose: StreamPurpose) -> Tensor {
        var stream = RandomStream(seed: 1, purpose: purpose)
        return Tensor(shape: shape) { stream.fillNormal($0) }
    }
}
