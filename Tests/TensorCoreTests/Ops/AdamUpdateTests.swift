// SPDX-License-Identifier: Apache-2.0
// Adam against its formula, for both types, and for a parameter that an operation has laid out anew.

import Glibc
import TestSupport
import Testing

@testable import TensorCore

@Suite struct AdamUpdateTests {
    /// Three steps of algorithm 1 on plain numbers.
    private func reference(_ start: [Double], _ slopes: [[Double]], _ c: AdamConstants) -> [Double] {
        var (w, m, v) = (start, start.map { _ in 0.0 }, start.map { _ in 0.0 })
        for (step, g) in slopes.enumerated() {
            for i in w.indices {
                let slope = g[i] + (c.decaysDirectly ? 0 : c.weightDecay * w[i])
                m[i] = c.beta1 * m[i] + (1 - c.beta1) * slope
                v[i] = c.beta2 * v[i] + (1 - c.beta2) * slope * slope
                if c.decaysDirectly { w[i] -= c.learningRate * c.weightDecay * w[i] }
                let mean = m[i] / (1 - pow(c.beta1, Double(step + 1)))
                let square = v[i] / (1 - pow(c.beta2, Double(step + 1)))
                w[i] -= c.learningRate * mean / (square.squareRoot() + c.epsilon)
            }
        }
        return w
    }

    @Test(arguments: [(0.0, false), (0.1, false), (0.1, true)])
    func threeStepsFollowTheFormula(_ decay: Double, _ direct: Bool) {
        let constants = AdamConstants(learningRate: 0.05, weightDecay: decay, decaysDirectly: direct)
        var numbers = TestNumbers(seed: 1)
        let start = numbers.numbers(37)
        let slopes = (0..<3).map { _ in numbers.numbers(37) }
        let expected = reference(start, slopes, constants)
        let single = Tensor(shape: [37], scalars: start.map { Float($0) })
        let double = Tensor(shape: [37], doubles: start)
        let first = [Tensor.zeros([37]), .zeros([37], .float64)]
        let second = [Tensor.zeros([37]), .zeros([37], .float64)]
        for (step, slope) in slopes.enumerated() {
            adamUpdate(
                parameters: [single, double],
                gradients: [
                    Tensor(shape: [37], scalars: slope.map { Float($0) }), Tensor(shape: [37], doubles: slope),
                ],
                firstMoments: first, secondMoments: second, step: step + 1, constants: constants)
        }
        expectClose(single.doubles(), expected, absolute: 1e-5, "single")
        expectClose(double.doubles(), expected, absolute: 1e-12, "double")
    }

    @Test func theLayoutOfAParameterMakesNoDifference() {
        Compute.configure(threads: 1)
        var numbers = TestNumbers(seed: 1)
        let start = numbers.numbers(2 * 17 * 9).map { Float($0) }
        let slope = Tensor(shape: [2, 17, 3, 3], scalars: numbers.numbers(2 * 17 * 9).map { Float($0) })
        let results = [ChannelOrder.rowMajor, .channelsLast, .blocked(16)].map { order in
            let parameter = Tensor(shape: [2, 17, 3, 3], scalars: start).arranged(order)
            let (first, second) = (Tensor.zeros(parameter.shape), Tensor.zeros(parameter.shape))
            for step in 1...2 {
                adamUpdate(
                    parameters: [parameter], gradients: [slope], firstMoments: [first], secondMoments: [second],
                    step: step, constants: AdamConstants())
            }
            return [parameter, first, second].map { $0.scalars() }
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
