// SPDX-License-Identifier: Apache-2.0
// Fits the distribution of batch statistics: watches a network with fixed weights normalize batch after batch.

public import EngineKit
public import Nets
import RealModule
import TensorCore

/// The moments of `mu(B)` and `log sigma(B)` of every channel over random batches B [AAMNV18].
///
/// `mu(B)` is the mean of a channel over the objects and positions of a batch, `sigma²(B)` the mean squared deviation from
/// it. Matching these moments minimises `KL(mean_i p(mu, sigma | x_i) || r)` over all r that are normal in mu, log-normal
/// in sigma and independent over channels and layers. The batches must be normalized by their own statistics in every
/// layer in front, as in training; drawn statistics there would add up with depth.
public struct BatchStatisticsFit {
    /// Added to variances before the logarithm, as in the released code.
    ///
    /// A channel that is constant in some batches has no logarithm there. The normalization adds ten times as much.
    static let varianceFloor = 1e-6

    private var layers: [Layer]

    private struct Layer {
        let site: NormalizationSite
        var mu: MomentAccumulator
        var logSigma: MomentAccumulator
    }

    /// Starts without batches.
    public init(_ sites: [NormalizationSite], rule: MomentRule = .exact) {
        layers = sites.map { site in
            Layer(
                site: site, mu: MomentAccumulator(rule, count: site.channels),
                logSigma: MomentAccumulator(rule, count: site.channels))
        }
    }

    /// Batches seen.
    public var batches: Int { layers.first?.mu.batches ?? 0 }

    /// Takes what one layer's batch had.
    ///
    /// - Precondition: the layer is one of the sites.
    public mutating func add(_ observation: LayerStatistics.Observation) {
        guard let index = layers.firstIndex(where: { $0.site.name == observation.name }) else {
            fatalError("BatchStatisticsFit: no layer \(observation.name)")
        }
        layers[index].mu.add(observation.mean.scalars().map(Double.init))
        layers[index].logSigma.add(
            observation.variance.scalars().map { 0.5 * .log(Double($0) + Self.varianceFloor) })
    }

    /// The fitted distribution; without spread before the second batch.
    public var distribution: StatisticsDistribution {
        StatisticsDistribution(
            layers: layers.map { layer in
                StatisticsDistribution.Layer(
                    name: layer.site.name, muMean: layer.mu.means,
                    muDeviation: layer.mu.variances.map { $0.squareRoot() }, logSigmaMean: layer.logSigma.means,
                    logSigmaDeviation: layer.logSigma.variances.map { $0.squareRoot() })
            })
    }

    // MARK: Checkpoints

    /// Stores the sums under way, from which the fit goes on exactly.
    public func save(_ checkpoint: inout Checkpoint, prefix: String) {
        for layer in layers {
            layer.mu.save(&checkpoint, prefix: "\(prefix)\(layer.site.name).mu.")
            layer.logSigma.save(&checkpoint, prefix: "\(prefix)\(layer.site.name).logSigma.")
        }
    }

    /// Takes over the sums of a fit of the same layers.
    ///
    /// - Throws: `EngineError` with the first name that is missing or has another shape.
    public mutating func restore(_ checkpoint: Checkpoint, prefix: String) throws(EngineError) {
        for index in layers.indices {
            let name = layers[index].site.name
            try layers[index].mu.restore(checkpoint, prefix: "\(prefix)\(name).mu.")
            try layers[index].logSigma.restore(checkpoint, prefix: "\(prefix)\(name).logSigma.")
        }
    }
}
