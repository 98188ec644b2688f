// SPDX-License-Identifier: Apache-2.0
// The variational posterior of one gate: location and scale of log theta for every unit, and how they are trained.

import EngineKit
import Nets
package import Probability
package import TensorCore

/// The truncated log-normal posterior of the scales of one gate, in Double throughout: single precision never decides
/// whether a unit is kept.
package final class NoisePosterior {
    let name: String
    private(set) var mu: [Double]
    private(set) var logSigma: [Double]
    private var muMoments: AdamMoments
    private var logSigmaMoments: AdamMoments
    /// Bounds of log theta.
    private let bounds: ClosedRange<Double>
    /// Whether mu is trained; if not it rests where it began, and only the amount of noise is learned.
    private let trainsMu: Bool

    /// What the published code starts every unit from: a scale near 1 with 247 times less noise than signal.
    static let initialMu = 0.0
    static let initialLogSigma = -5.0
    /// The values that training may reach; beyond them nothing changes any more that single precision could see.
    static let logSigmaRange = -20.0...5.0
    private var muRange: ClosedRange<Double> { bounds.lowerBound...(bounds.upperBound + 5) }

    /// Creates the posterior that training begins with.
    ///
    /// - Parameter bounds: of log theta; mu begins at 0, or at the bound that is nearest to it.
    package init(
        name: String, units: Int, bounds: ClosedRange<Double> = TruncatedLogNormal.defaultBounds, trainsMu: Bool = true
    ) {
        self.name = name
        self.bounds = bounds
        self.trainsMu = trainsMu
        let initialMu = min(max(Self.initialMu, bounds.lowerBound), bounds.upperBound)
        mu = Array(repeating: initialMu, count: units)
        logSigma = Array(repeating: Self.initialLogSigma, count: units)
        muMoments = AdamMoments(count: units)
        logSigmaMoments = AdamMoments(count: units)
    }

    var units: Int { mu.count }

    func distribution(_ unit: Int) -> TruncatedLogNormal {
        TruncatedLogNormal(
            mu: mu[unit], logSigma: logSigma[unit], lower: bounds.lowerBound, upper: bounds.upperBound)
    }

    /// Draws the scales, with what brings a gradient back from them.
    ///
    /// - Parameter objects: `nil` for one draw per unit, N for one per object and unit.
    package func draw(objects: Int?, _ stream: inout RandomStream) -> TruncatedLogNormalDraws {
        TruncatedLogNormalDraws(mu: mu, logSigma: logSigma, bounds: bounds, objects: objects) { stream.fill($0) }
    }

    /// One Adam step on mu and log sigma.
    ///
    /// The loss is `data term + weight · KL`, so the gradient is the one that came back through the draw plus
    /// `weight` times the closed form of the divergence. Values that leave their range are put back on its edge: the
    /// gradient stays alive there, unlike behind a clip in the forward pass.
    package func update(
        _ draw: TruncatedLogNormalDraws, gradient: Tensor, divergenceWeight: Double, learningRate: Double,
        adam: AdamRates
    ) {
        var (byMu, byLogSigma) = draw.slopes(gradient)
        if divergenceWeight > 0 {
            let divergence = truncatedLogNormalDivergenceSlopes(
                mu: mu, logSigma: logSigma, bounds: bounds)
            for unit in 0..<units {
                byMu[unit] += divergenceWeight * divergence.mu[unit]
                byLogSigma[unit] += divergenceWeight * divergence.logSigma[unit]
            }
        }
        if trainsMu { muMoments.step(&mu, gradient: byMu, learningRate: learningRate, adam, clampedTo: muRange) }
        logSigmaMoments.step(
            &logSigma, gradient: byLogSigma, learningRate: learningRate, adam, clampedTo: Self.logSigmaRange)
    }

    /// Sum over units of KL(q || p), nats.
    var divergence: Double { (0..<units).reduce(0) { $0 + distribution($1).divergence.value } }

    /// E[theta] of every unit.
    var means: [Double] { (0..<units).map { distribution($0).mean } }

    /// Signal-to-noise ratio of every unit.
    var signalToNoise: [Double] { (0..<units).map { distribution($0).signalToNoise } }

    /// Log-evidence gain of removing each unit, nats.
    var evidenceGain: [Double] { (0..<units).map { distribution($0).evidenceGain } }

    var snapshot: LayerState {
        LayerState(
            name: name, signalToNoise: signalToNoise, mu: mu, logSigma: logSigma, kullbackLeibler: divergence,
            evidenceGain: evidenceGain)
    }

    func save(_ checkpoint: inout Checkpoint) {
        checkpoint.put("noise.\(name).mu", mu)
        checkpoint.put("noise.\(name).logSigma", logSigma)
        muMoments.save(&checkpoint, "noise.\(name).mu.adam")
        logSigmaMoments.save(&checkpoint, "noise.\(name).logSigma.adam")
    }

    func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        mu = try checkpoint.doubles("noise.\(name).mu", shape: [units])
        logSigma = try checkpoint.doubles("noise.\(name).logSigma", shape: [units])
        try muMoments.restore(checkpoint, "noise.\(name).mu.adam")
        try logSigmaMoments.restore(checkpoint, "noise.\(name).logSigma.adam")
    }
}
