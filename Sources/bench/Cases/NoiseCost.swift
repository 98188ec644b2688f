// SPDX-License-Identifier: Apache-2.0
// What the noise of structured Bayesian pruning adds to a training step of LeNet-5: two networks, step by step in turn.

import Nets
import Probability
import TensorCore

/// The time of a step with noise on every gate against the same step without.
struct NoiseCost: Codable {
    /// Seconds of a step without noise.
    let plain: Quartiles
    /// Seconds that noise adds, step by step against the plain step beside it.
    let added: Quartiles
    /// Seconds of the parts of a noisy step outside of the network: the draws, and the update of the posteriors.
    let draw: Double
    let update: Double

    static let name = "lenet5 noise"
    /// Added time that is allowed, as a share of a plain step.
    static let allowed = 0.05

    /// Added time as a share of a plain step.
    var share: Double { added.median / plain.median }

    /// Both steps alternate one by one, so that whatever the machine does meets both.
    static func measure(rounds: Int, seconds: Double) -> NoiseCost {
        let (plainStep, noisyStep) = (TrainingStep(hasNoise: false), TrainingStep(hasNoise: true))
        var plain: [Quartiles] = []
        var added: [Quartiles] = []
        StepTimer.warmUp(seconds: 0.25 * seconds) {
            plainStep.run()
            noisyStep.run()
        }
        noisyStep.forgetTimes()
        for _ in 0..<rounds {
            var (plainTimes, addedTimes, total) = ([Double](), [Double](), 0.0)
            while total < 2 * seconds || plainTimes.count < StepTimer.leastSteps {
                let (without, with) = (secondsTaken(plainStep.run), secondsTaken(noisyStep.run))
                plainTimes.append(without)
                addedTimes.append(with - without)
                total += without + with
            }
            plain.append(Quartiles(plainTimes))
            added.append(Quartiles(addedTimes))
        }
        return NoiseCost(
            plain: Quartiles(rounds: plain), added: Quartiles(rounds: added),
            draw: Quartiles(noisyStep.drawTimes).median, update: Quartiles(noisyStep.updateTimes).median)
    }

    /// The lines under the table.
    var lines: [String] {
        func milliseconds(_ seconds: Double) -> String { Report.text(1e3 * seconds) + " ms" }
        return [
            "Noise layers (structured Bayesian pruning, LeNet-5, one draw per unit and batch):"
                + " \(Report.text(100 * share)) % of a training step, allowed \(Report.text(100 * Self.allowed)) %.",
            "  A step takes \(milliseconds(plain.median)); noise adds \(milliseconds(added.median))"
                + " (\(milliseconds(added.first)) to \(milliseconds(added.third))):"
                + " draws \(milliseconds(draw)), update \(milliseconds(update)), the rest in the network.",
        ]
    }
}

/// A step as the engine takes it, with or without noise.
private final class TrainingStep {
    private let network: FeedForwardNetwork
    private let batch: RandomBatch
    private let optimizer: Optimizer
    private var noise: GateNoise?
    private(set) var drawTimes: [Double] = []
    private(set) var updateTimes: [Double] = []

    /// Objects of the data set that the divergence is shared by: MNIST's.
    private static let trainingObjects = 60_000.0

    init(hasNoise: Bool) {
        let architecture = Architecture.leNet5()
        network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        batch = RandomBatch(architecture.inputShape)
        optimizer = Optimizer(.standardAdam, network.parameters)
        noise = hasNoise ? GateNoise(units: network.gates.map(\.units)) : nil
    }

    func forgetTimes() {
        drawTimes = []
        updateTimes = []
    }

    func run() {
        var scales: [Tensor] = []
        if noise != nil { drawTimes.append(secondsTaken { scales = noise?.draw() ?? [] }) }
        let logits = network(batch.images, ForwardPass(normalization: .running, dropout: nil, gates: scales))
        let loss = softmaxCrossEntropy(logits: logits, labels: batch.labels)
        let weights = network.parameters.map(\.value)
        let slopes = gradients(of: loss, for: weights + scales)
        optimizer.update(Array(slopes[..<weights.count]), learningRate: 1e-3)
        if noise != nil {
            updateTimes.append(
                secondsTaken {
                    noise?.update(
                        Array(slopes[weights.count...]), divergenceWeight: 1 / Self.trainingObjects,
                        learningRate: 1e-3)
                })
        }
    }
}
