// SPDX-License-Identifier: Apache-2.0
// Whether the fitted distribution is the one that batches have: statistics of batches that the fit has not seen.

import Diagnostics
import EngineKit
import Nets
import Probability
import RealModule
import TensorCore

/// Observed statistics of further batches, and the comparison with draws of the fit.
///
/// The fit matches two moments and assumes that means are normal, deviations log-normal, and all of them independent. Per
/// channel a two-sample Kolmogorov-Smirnov test asks whether the marginals are right; if they are, one channel in twenty
/// has a p-value below 0.05.
struct StatisticsCheck: Equatable {
    /// Draws of the fit that each list of observations is compared with.
    static let draws = 1000
    /// Where the p-value of a channel counts as a contradiction.
    static let level = 0.05

    /// What was observed of one layer, batch after batch.
    private struct Layer: Equatable {
        let name: String
        let channels: Int
        /// `[B, C]`.
        var mu: [Float] = []
        /// `[B, C]`.
        var logSigma: [Float] = []
    }

    private var layers: [Layer]

    init(_ sites: [NormalizationSite]) {
        layers = sites.map { Layer(name: $0.name, channels: $0.channels) }
    }

    /// Whether nothing was observed yet.
    var isEmpty: Bool { layers.allSatisfy(\.mu.isEmpty) }

    /// Takes what one layer's batch had.
    ///
    /// - Precondition: the layer is one of the sites.
    mutating func add(_ observation: LayerStatistics.Observation) {
        guard let index = layers.firstIndex(where: { $0.name == observation.name }) else {
            fatalError("StatisticsCheck: no layer \(observation.name)")
        }
        layers[index].mu += observation.mean.scalars()
        layers[index].logSigma += observation.variance.scalars().map {
            0.5 * .log($0 + Float(BatchStatisticsFit.varianceFloor))
        }
    }

    /// One record per layer, with the p-values of its channels.
    ///
    /// - Parameters:
    ///   - distribution: the fit, with all layers of the check.
    ///   - step: steps of the run that are done.
    ///   - seed: of the run; the draws have a stream of their own.
    func records(_ distribution: StatisticsDistribution, step: Int, seed: UInt64) -> [ObservedStatistics] {
        layers.enumerated().compactMap { index, layer in
            guard let fit = distribution.layers.first(where: { $0.name == layer.name }), layer.channels > 0 else {
                return nil
            }
            var stream = RandomStream(seed: seed, purpose: "sbn/check", index: UInt32(index))
            let batches = layer.mu.count / layer.channels
            func pValues(_ observed: [Float], _ means: [Double], _ deviations: [Double]) -> [Float] {
                (0..<layer.channels).map { channel in
                    var normals = [Double](repeating: 0, count: Self.draws)
                    stream.fillNormal(&normals)
                    let drawn = normals.map { means[channel] + deviations[channel] * $0 }
                    let seen = (0..<batches).map { Double(observed[$0 * layer.channels + channel]) }
                    let test = KolmogorovSmirnov(EmpiricalDistribution(seen), EmpiricalDistribution(drawn))
                    return test.pValue.value.map { Float($0) } ?? .nan
                }
            }
            return ObservedStatistics(
                step: step, layer: layer.name, channels: layer.channels, batches: batches, isHeldOut: true,
                mu: layer.mu, logSigma: layer.logSigma,
                fit: [fit.muMean, fit.muDeviation, fit.logSigmaMean, fit.logSigmaDeviation].flatMap {
                    $0.map(Float.init)
                },
                pValues: pValues(layer.mu, fit.muMean, fit.muDeviation)
                    + pValues(layer.logSigma, fit.logSigmaMean, fit.logSigmaDeviation))
        }
    }

    // MARK: Checkpoints

    func save(_ checkpoint: inout Checkpoint, prefix: String) {
        for layer in layers {
            checkpoint.put("\(prefix)\(layer.name).mu", layer.mu.map(Double.init))
            checkpoint.put("\(prefix)\(layer.name).logSigma", layer.logSigma.map(Double.init))
        }
    }

    /// - Parameter batches: how many had been observed.
    mutating func restore(_ checkpoint: Checkpoint, prefix: String, batches: Int) throws(EngineError) {
        for index in layers.indices {
            let shape = [batches * layers[index].channels]
            let name = "\(prefix)\(layers[index].name)"
            layers[index].mu = try checkpoint.doubles("\(name).mu", shape: shape).map { Float($0) }
            layers[index].logSigma = try checkpoint.doubles("\(name).logSigma", shape: shape).map { Float($0) }
        }
    }
}

extension ObservedStatistics {
    /// Shares of channels in percent whose p-value is below the level, of mu and of log sigma; NaN without channels.
    var contradictions: (mu: Double, logSigma: Double) {
        func share(_ values: ArraySlice<Float>) -> Double {
            100 * Double(values.count { $0 < Float(StatisticsCheck.level) }) / Double(values.count)
        }
        return (share(pValues.prefix(channels)), share(pValues.dropFirst(channels)))
    }
}
