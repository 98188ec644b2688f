// SPDX-License-Identifier: Apache-2.0
// The distribution of batch statistics: normal means and log-normal deviations, and draws of them for a forward pass.

public import EngineKit
public import Nets
public import Probability
import RealModule
import TensorCore

/// `r(mu, sigma) = N(mu; m_mu, s_mu²) LogN(sigma; m_sigma, s_sigma²)`, independent over channels and layers [AAMNV18].
public struct StatisticsDistribution: Sendable, Equatable {
    /// The four parameters of each channel of a batch normalization, all `[C]`.
    public struct Layer: Sendable, Equatable {
        /// Name of the batch normalization, such as `conv1.bn`.
        public var name: String
        /// `m_mu`.
        public var muMean: [Double]
        /// `s_mu`, not negative.
        public var muDeviation: [Double]
        /// `m_sigma`, mean of log sigma.
        public var logSigmaMean: [Double]
        /// `s_sigma`, deviation of log sigma, not negative.
        public var logSigmaDeviation: [Double]

        /// Creates a layer.
        ///
        /// - Precondition: four lists of the same length.
        public init(
            name: String, muMean: [Double], muDeviation: [Double], logSigmaMean: [Double], logSigmaDeviation: [Double]
        ) {
            precondition(
                muDeviation.count == muMean.count && logSigmaMean.count == muMean.count
                    && logSigmaDeviation.count == muMean.count, "four numbers per channel")
            self.name = name
            self.muMean = muMean
            self.muDeviation = muDeviation
            self.logSigmaMean = logSigmaMean
            self.logSigmaDeviation = logSigmaDeviation
        }
    }

    /// The layers in network order.
    public var layers: [Layer]

    /// Creates a distribution.
    public init(layers: [Layer]) {
        self.layers = layers
    }

    /// The same with the layers of these names only; the others keep their running statistics.
    public func restricted(to names: [String]) -> StatisticsDistribution {
        StatisticsDistribution(layers: layers.filter { names.contains($0.name) })
    }

    /// The middle: `mu = m_mu` and `sigma = exp(m_sigma)`, the geometric mean of the deviations of the batches.
    public var centre: LayerStatistics { statistics { _, channels in Tensor.zeros([channels]) } }

    /// Draws mu and sigma.
    ///
    /// - Parameters:
    ///   - objects: `nil` for one draw per channel, N for one per object and channel.
    ///   - stream: gives two normal numbers per draw; layer by layer, all mu first.
    public func draw(objects: Int?, from stream: inout RandomStream) -> LayerStatistics {
        statistics { _, channels in
            Tensor(shape: objects.map { [$0, channels] } ?? [channels]) { stream.fillNormal($0) }
        }
    }

    /// `mu = m_mu + s_mu z`, `sigma² = exp(2 (m_sigma + s_sigma z'))`: the same numbers have the same bits per object and
    /// for all of them.
    private func statistics(_ normals: (Layer, Int) -> Tensor) -> LayerStatistics {
        LayerStatistics(
            Dictionary(
                uniqueKeysWithValues: layers.map { layer in
                    let channels = layer.muMean.count
                    func row(_ numbers: [Double]) -> Tensor {
                        Tensor(shape: [channels], scalars: numbers.map { Float($0) })
                    }
                    let mean = normals(layer, channels) * row(layer.muDeviation) + row(layer.muMean)
                    let logSigma = normals(layer, channels) * row(layer.logSigmaDeviation) + row(layer.logSigmaMean)
                    return (layer.name, .given(mean: mean, variance: (logSigma * 2).exp()))
                }))
    }

    /// Mean over all channels of `s_mu / exp(m_sigma)`, the noise of the mean in units of the channel's deviation; NaN
    /// without channels.
    public var relativeMuDeviation: Double {
        mean(layers.flatMap { layer in zip(layer.muDeviation, layer.logSigmaMean).map { $0 / .exp($1) } })
    }

    /// Mean over all channels of `s_sigma`; NaN without channels.
    public var logSigmaDeviation: Double { mean(layers.flatMap(\.logSigmaDeviation)) }

    private func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
}

extension StatisticsDistribution {
    private static let parts: [(name: String, any WritableKeyPath<Layer, [Double]> & Sendable)] = [
        ("mu_mean", \.muMean), ("mu_std", \.muDeviation), ("log_sigma_mean", \.logSigmaMean),
        ("log_sigma_std", \.logSigmaDeviation),
    ]

    /// Stores four `[C]` tensors of F64 per layer, such as `conv1.bn.mu_mean`, `.mu_std`, `.log_sigma_mean` and
    /// `.log_sigma_std`; a checkpoint is written as safetensors.
    public func save(_ checkpoint: inout Checkpoint, prefix: String = "") {
        for layer in layers {
            for (part, path) in Self.parts { checkpoint.put("\(prefix)\(layer.name).\(part)", layer[keyPath: path]) }
        }
    }

    /// Reads what `save` stored for batch normalizations.
    ///
    /// - Throws: `EngineError` with the first name that is missing or has another shape.
    public init(
        _ checkpoint: Checkpoint, _ sites: [NormalizationSite], prefix: String = ""
    ) throws(EngineError) {
        layers = []
        for site in sites {
            let zeros = [Double](repeating: 0, count: site.channels)
            var layer = Layer(
                name: site.name, muMean: zeros, muDeviation: zeros, logSigmaMean: zeros, logSigmaDeviation: zeros)
            for (part, path) in Self.parts {
                layer[keyPath: path] = try checkpoint.doubles("\(prefix)\(site.name).\(part)", shape: [site.channels])
            }
            layers.append(layer)
        }
    }
}
