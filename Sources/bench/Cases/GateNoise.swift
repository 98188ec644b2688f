// SPDX-License-Identifier: Apache-2.0
// The noise of all gates with the arithmetic of the pruning engine, from the public parts of Probability and TensorCore.
// The engine's own posterior cannot be reached from here: it is private to an engine with data and settings.

import Probability
import TensorCore

/// Truncated log-normal posteriors of the scales of every gate, in Double.
struct GateNoise {
    private var gates: [Gate]
    private var stream = RandomStream(seed: 1, purpose: .noise)
    private var steps = 0

    /// Posteriors where the published code starts.
    ///
    /// - Parameter units: the number of units of each gate.
    init(units: [Int]) {
        gates = units.map(Gate.init)
    }

    /// One scale per unit, leaves of the tape.
    mutating func draw() -> [Tensor] {
        gates.indices.map { gates[$0].draw(&stream) }
    }

    /// One step of Adam on `data term + divergenceWeight · KL`, from the gradients of the last draw's scales.
    mutating func update(_ gradients: [Tensor], divergenceWeight: Double, learningRate: Double) {
        steps += 1
        for (index, gradient) in gradients.enumerated() {
            gates[index].update(gradient, divergenceWeight, step: steps, AdamConstants(learningRate: learningRate))
        }
    }
}

/// One gate: location and logarithm of the scale of every unit, with Adam's moments and the last draw.
private struct Gate {
    private let mu: Tensor
    private let logSigma: Tensor
    private let firstMoments: [Tensor]
    private let secondMoments: [Tensor]
    private var theta: [Double]
    private var byMu: [Double]
    private var byLogSigma: [Double]
    private var divergence: [Double]

    /// The logarithm of the scale that the published code starts from.
    private static let initialLogSigma = -5.0

    init(units: Int) {
        mu = .zeros([units], .float64)
        logSigma = .full([units], Self.initialLogSigma, .float64)
        firstMoments = [.zeros([units], .float64), .zeros([units], .float64)]
        secondMoments = [.zeros([units], .float64), .zeros([units], .float64)]
        theta = Array(repeating: 0, count: units)
        (byMu, byLogSigma, divergence) = (theta, theta, theta)
    }

    mutating func draw(_ stream: inout RandomStream) -> Tensor {
        TruncatedLogNormal.draws(
            mu: mu.doubles(), logSigma: logSigma.doubles(), from: &stream, theta: &theta, gradientMu: &byMu,
            gradientLogSigma: &byLogSigma)
        return Tensor(shape: [theta.count], scalars: theta.map { Float($0) }).requiringGradient()
    }

    mutating func update(_ gradient: Tensor, _ divergenceWeight: Double, step: Int, _ constants: AdamConstants) {
        var slopeMu = [Double](repeating: 0, count: theta.count)
        var slopeLogSigma = slopeMu
        TruncatedLogNormal.divergences(
            mu: mu.doubles(), logSigma: logSigma.doubles(), divergence: &divergence, gradientMu: &slopeMu,
            gradientLogSigma: &slopeLogSigma)
        gradient.withScalars { values in
            for unit in values.indices {
                let slope = Double(values[unit])
                slopeMu[unit] = divergenceWeight * slopeMu[unit] + slope * byMu[unit]
                slopeLogSigma[unit] = divergenceWeight * slopeLogSigma[unit] + slope * byLogSigma[unit]
            }
        }
        adamUpdate(
            parameters: [mu, logSigma],
            gradients: [Tensor(shape: mu.shape, doubles: slopeMu), Tensor(shape: mu.shape, doubles: slopeLogSigma)],
            firstMoments: firstMoments, secondMoments: secondMoments, step: step, constants: constants)
    }
}
