// SPDX-License-Identifier: Apache-2.0
// Adam on a short vector of Doubles: the variational parameters, a thousand numbers beside a million weights.

import EngineKit
package import Nets

/// The rates of Adam [KB15].
package struct AdamRates: Sendable, Equatable {
    var beta1 = 0.9
    var beta2 = 0.999
    var epsilon = 1e-8

    /// The defaults of the paper.
    package init() {}

    /// Those of the weights where Adam trains them, else the defaults.
    package init(following weights: OptimizerKind) {
        if case .adam(let beta1, let beta2, let epsilon) = weights {
            (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
        }
    }
}

/// First and second moments of the gradients of a vector.
struct AdamMoments {
    private var first: [Double]
    private var second: [Double]
    private var steps = 0

    init(count: Int) {
        first = Array(repeating: 0, count: count)
        second = Array(repeating: 0, count: count)
    }

    /// `v <- clamp(v - learningRate · m̂ / (sqrt(ŝ) + epsilon))` with bias-corrected moments m̂, ŝ.
    mutating func step(
        _ values: inout [Double], gradient: [Double], learningRate: Double, _ rates: AdamRates,
        clampedTo range: ClosedRange<Double>
    ) {
        steps += 1
        let (power1, power2) = (integerPower(rates.beta1, steps), integerPower(rates.beta2, steps))
        precondition(gradient.count == values.count && first.count == values.count, "one gradient per value")
        // Through pointers: checked accesses to four arrays cost more than the arithmetic.
        Self.move(
            &values, &first, &second, gradient, count: values.count, learningRate, rates,
            corrections: (1 - power1, 1 - power2), range)
    }

    private static func move(
        _ values: UnsafeMutablePointer<Double>, _ first: UnsafeMutablePointer<Double>,
        _ second: UnsafeMutablePointer<Double>, _ gradient: UnsafePointer<Double>, count: Int, _ learningRate: Double,
        _ rates: AdamRates, corrections: (first: Double, second: Double), _ range: ClosedRange<Double>
    ) {
        for index in 0..<count {
            let slope = gradient[index]
            first[index] = rates.beta1 * first[index] + (1 - rates.beta1) * slope
            second[index] = rates.beta2 * second[index] + (1 - rates.beta2) * slope * slope
            let corrected = first[index] / corrections.first
            let scale = (second[index] / corrections.second).squareRoot() + rates.epsilon
            let moved = values[index] - learningRate * corrected / scale
            values[index] = min(max(moved, range.lowerBound), range.upperBound)
        }
    }

    func save(_ checkpoint: inout Checkpoint, _ name: String) {
        checkpoint.put(name + ".first", first)
        checkpoint.put(name + ".second", second)
        checkpoint.put(name + ".steps", steps)
    }

    mutating func restore(_ checkpoint: Checkpoint, _ name: String) throws(EngineError) {
        let count = first.count
        first = try checkpoint.doubles(name + ".first", shape: [count])
        second = try checkpoint.doubles(name + ".second", shape: [count])
        steps = try checkpoint.integer(name + ".steps")
    }

    /// `base^exponent` by squaring, so that no math library decides the bits.
    private func integerPower(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, left) = (1.0, base, exponent)
        while left > 0 {
            if left & 1 == 1 { result *= factor }
            factor *= factor
            left >>= 1
        }
        return result
    }
}
