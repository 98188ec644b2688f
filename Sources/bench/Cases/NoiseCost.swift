// SPDX-License-Identifier: Apache-2.0
// What the noise of structured Bayesian pruning adds to a training step of LeNet-5: two networks, step by step in turn.

import Nets
import Probability
import StructuredPruning
import TensorCore

/// The time of a step with noise on every gate against the same step without.
struct NoiseCost: Codable {
    /// Whether every object of the batch has its own draws.
    let perObject: Bool
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
    static func measure(perObject: Bool, rounds: Int, seconds: Double) -> NoiseCost {
        let (plainStep, noisyStep) = (TrainingStep(noise: nil), TrainingStep(noise: perObject))
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
            perObject: perObject, plain: Quartiles(rounds: plain), added: Quartiles(rounds: added),
            draw: Quartiles(noisyStep.drawTimes).median, update: Quartiles(noisyStep.updateTimes).median)
    }

    /// The lines under the table.
    var lines: [String] {
        func milliseconds(_ seconds: Double) -> String { Report.text(1e3 * seconds) + " ms" }
        return [
            "Noise layers (structured Bayesian pruning, LeNet-5, one draw per unit and \(perObject ? "object" : "batch")):"
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
    private let objects: Int?
    private let posteriors: [NoisePosterior]
    private var stream = RandomStream(seed: 1, purpose: .noise)
    private(set) var drawTimes: [Double] = []
    private(set) var updateTimes: [Double] = []

    /// Objects of the data set that the divergence is shared by: MNIST's.
    private static let trainingObjects = 60_000.0

    /// - Parameter noise: `nil` for none, otherwise whether it is drawn per object.
    init(noise: Bool?) {
        let architecture = Architecture.leNet5()
        network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        batch = RandomBatch(architecture.inputShape)
        optimizer = Optimizer(.standardAdam, network.parameters)
        objects = noise == true ? batch.images.shape[0] : nil
        posteriors = noise != nil ? network.gates.map { NoisePosterior(name: $0.name, units: $0.units) } : []
    }

    func forgetTimes() {
        drawTimes = []
        updateTimes = []
    }

    func run() {
        var draws: [TruncatedLogNormalDraws] = []
        drawTimes.append(secondsTaken { draws = posteriors.map { $0.draw(objects: objects, &stream) } })
        let scales = draws.map(\.scales)
        let logits = network(batch.images, ForwardPass(normalization: .running, dropout: nil, gates: scales))
        let loss = softmaxCrossEntropy(logits: logits, labels: batch.labels)
        let weights = network.parameters.map(\.value)
        let slopes = gradients(of: loss, for: weights + scales)
        optimizer.update(Array(slopes[..<weights.count]), learningRate: 1e-3)
        updateTimes.append(
            secondsTaken {
                for (index, posterior) in posteriors.enumerated() {
                    posterior.update(
                        draws[index], gradient: slopes[weights.count + index],
                        divergenceWeight: 1 / Self.trainingObjects, learningRate: 1e-3, adam: AdamRates())
                }
            })
    }
}
