// SPDX-License-Identifier: Apache-2.0
// What a virtual batch saves: random batch statistics drawn per copy, against real batches around every object.

import Nets
import Probability
import StochasticBatchNorm
import TensorCore

/// Seconds per object of averaging K predictions by either way, LeNet-5 with batch normalization.
struct VirtualBatchCost: Codable {
    /// Predictions that are averaged, and the size of the real batches.
    static let draws = 32
    static let name = "sbn virtual"
    /// How many times cheaper a virtual batch is to be, as a share of the draws.
    static let shareToReach = 0.8
    /// Objects that one virtual pass holds, as many images as a step of the engine predicts.
    private static let objects = 16

    /// Seconds per object.
    let virtual: Quartiles
    let direct: Quartiles

    var ratio: Double { direct.median / virtual.median }

    /// Both alternate round by round.
    static func measure(rounds: Int, seconds: Double) -> VirtualBatchCost {
        let architecture = Architecture.leNet5Normalized()
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        let layers = architecture.normalizations.filter(\.followsConvolution)
        let distribution = StatisticsDistribution(
            layers: layers.map { layer in
                func row(_ value: Double) -> [Double] { [Double](repeating: value, count: layer.channels) }
                return StatisticsDistribution.Layer(
                    name: layer.name, muMean: row(0), muDeviation: row(0.1), logSigmaMean: row(0),
                    logSigmaDeviation: row(0.1))
            })
        let images = RandomBatch(architecture.inputShape).images
        let (own, batch) = (images.slice(0..<objects), images.slice(0..<draws))
        var stream = RandomStream(seed: 1, purpose: .noise)
        let virtualStep = {
            withoutGradients {
                let copies = own.repeatingObjects(draws)
                let statistics = distribution.draw(objects: copies.shape[0], from: &stream)
                _ = network(copies, .prediction(statistics: statistics)).scalars()
            }
        }
        let directStep = {
            withoutGradients {
                for _ in 0..<draws {
                    let statistics = LayerStatistics.batch(layers.map(\.name))
                    _ = network(batch, .prediction(statistics: statistics)).scalars()
                }
            }
        }
        var (virtual, direct) = (StepTimer(), StepTimer())
        for _ in 0..<rounds {
            StepTimer.warmUp(seconds: 0.25 * seconds, virtualStep)
            virtual.round(seconds: seconds, virtualStep)
            StepTimer.warmUp(seconds: 0.25 * seconds, directStep)
            direct.round(seconds: seconds, directStep)
        }
        func perObject(_ seconds: Quartiles, _ objects: Int) -> Quartiles {
            let share = 1 / Double(objects)
            return Quartiles(first: seconds.first * share, median: seconds.median * share, third: seconds.third * share)
        }
        return VirtualBatchCost(virtual: perObject(virtual.seconds, objects), direct: perObject(direct.seconds, 1))
    }

    /// The lines under the table.
    var lines: [String] {
        func milliseconds(_ seconds: Quartiles) -> String {
            "\(Report.text(1e3 * seconds.median)) ms (\(Report.text(1e3 * seconds.first)) to "
                + "\(Report.text(1e3 * seconds.third)))"
        }
        return [
            "Stochastic batch normalization, LeNet-5, \(Self.draws) draws: virtual \(milliseconds(virtual)) per object, real"
                + " batches of \(Self.draws) \(milliseconds(direct)): \(Report.text(ratio)) times cheaper, to reach"
                + " \(Report.text(Self.shareToReach * Double(Self.draws)))."
        ]
    }
}
