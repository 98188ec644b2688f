// SPDX-License-Identifier: Apache-2.0
// Optimizers: each finds a minimum, its steps are the published ones, and its state continues exactly.

import Nets
import TensorCore
import TestSupport
import Testing

@Suite struct OptimizerTests {
    static let kinds: [OptimizerKind] = [
        .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), .stochasticGradientDescent(momentum: 0, nesterov: false),
        .stochasticGradientDescent(momentum: 0.9, nesterov: false),
        .stochasticGradientDescent(momentum: 0.9, nesterov: true),
        .rootMeanSquarePropagation(decay: 0.9, epsilon: 1e-8),
    ]

    private let minimum: [Float] = [1, -2, 0.5, 3, -1, 0]

    private func parameters() -> [Parameter] {
        [
            Parameter("w", Tensor(shape: [2, 2], scalars: [0.5, -0.25, 2, 1])),
            Parameter("b", Tensor(shape: [2], scalars: [0.1, -0.3])),
        ]
    }

    /// Gradients of `1/2 sum_i c_i (x_i - m_i)²` with curvatures c from 0.5 to 3.
    private func slopes(_ parameters: [Parameter]) -> [Tensor] {
        let targets = [
            Tensor(shape: [2, 2], scalars: minimum[..<4]), Tensor(shape: [2], scalars: minimum[4...]),
        ]
        let curvatures = [Tensor(shape: [2, 2], scalars: [0.5, 1, 2, 3]), Tensor(shape: [2], scalars: [1, 2])]
        let values = parameters.map(\.value)
        let loss = zip(values, zip(targets, curvatures)).reduce(Tensor.scalar(0)) { sum, pair in
            sum + ((pair.0 - pair.1.0).square() * pair.1.1).sum() * 0.5
        }
        return gradients(of: loss, for: values)
    }

    private func values(_ parameters: [Parameter]) -> [Double] { parameters.flatMap { $0.value.doubles() } }

    @Test(arguments: kinds)
    func theMinimumOfAQuadraticIsFound(kind: OptimizerKind) {
        let parameters = parameters()
        let optimizer = Optimizer(kind, parameters)
        for step in 0..<600 {
            // Falls to 0, since rules of fixed step length circle around the minimum.
            optimizer.update(slopes(parameters), learningRate: 0.1 * (1 - Double(step) / 600))
        }
        expectClose(values(parameters), minimum.map { Double($0) }, absolute: 1e-3)
        #expect(optimizer.steps == 600)
    }

    /// Each rule in Double, written from its definition.
    @Test(arguments: kinds, [0, 0.1])
    func threeStepsAreThoseOfTheDefinition(kind: OptimizerKind, weightDecay: Double) {
        let parameters = parameters()
        let optimizer = Optimizer(kind, parameters)
        var x = values(parameters)
        let decays = [1.0, 1, 1, 1, 0, 0].map { $0 * weightDecay }
        let curvatures = [0.5, 1, 2, 3, 1, 2]
        var (first, second) = (Array(repeating: 0.0, count: 6), Array(repeating: 0.0, count: 6))
        for step in 1...3 {
            optimizer.update(slopes(parameters), learningRate: 0.05, weightDecay: weightDecay)
            for i in x.indices {
                let g = curvatures[i] * (x[i] - Double(minimum[i])) + decays[i] * x[i]
                switch kind {
                case .adam(let beta1, let beta2, let epsilon):
                    first[i] = beta1 * first[i] + (1 - beta1) * g
                    second[i] = beta2 * second[i] + (1 - beta2) * g * g
                    let power1 = (0..<step).reduce(1.0) { product, _ in product * beta1 }
                    let power2 = (0..<step).reduce(1.0) { product, _ in product * beta2 }
                    x[i] -= 0.05 * (first[i] / (1 - power1)) / ((second[i] / (1 - power2)).squareRoot() + epsilon)
                case .stochasticGradientDescent(let momentum, let nesterov):
                    first[i] = momentum * first[i] + g
                    x[i] -= 0.05 * (nesterov ? g + momentum * first[i] : first[i])
                case .rootMeanSquarePropagation(let decay, let epsilon):
                    first[i] = decay * first[i] + (1 - decay) * g * g
                    x[i] -= 0.05 * g / (first[i].squareRoot() + epsilon)
                }
            }
            expectClose(values(parameters), x, relative: 2e-6, absolute: 2e-6, "step \(step)")
        }
    }

    /// Tests/Golden/nets/adam_three_steps.py computed these in 40 digits, from [KB15] algorithm 1.
    @Test func adamAgreesWithAnIndependentComputation() {
        let parameter = Parameter("w", Tensor(shape: [3], scalars: [1, -0.5, 0.25]))
        let optimizer = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), [parameter])
        let golden: [(gradient: [Float], expected: [Double])] = [
            ([0.5, -2, 0.0009765625], [0.900000002000000, -0.400000000500000, 0.150001023989514]),
            ([-1.5, -2, 0], [0.949418984887780, -0.300000001000000, 0.0829961691526024]),
            ([0.25, 4, -8], [0.977168803961082, -0.307564934048930, 0.146871212085042]),
        ]
        for (gradient, expected) in golden {
            optimizer.update([Tensor(shape: [3], scalars: gradient)], learningRate: 0.1)
            // In single precision 1 - 0.999 is off by 1.3e-5; half of that is in each step of length 0.1.
            expectClose(parameter.value.doubles(), expected, absolute: 2.5e-6)
        }
    }

    @Test func weightDecaySparesBiasesAndNormalizations() {
        let parameters = parameters()
        let optimizer = Optimizer(.stochasticGradientDescent(momentum: 0, nesterov: false), parameters)
        let zeros = parameters.map { Tensor.zeros($0.value.shape) }
        let before = values(parameters)
        optimizer.update(zeros, learningRate: 0.5, weightDecay: 0.2)
        expectClose(values(parameters), zip(before, [0.9, 0.9, 0.9, 0.9, 1, 1]).map { $0 * $1 }, relative: 1e-6)
    }

    @Test(arguments: kinds)
    func aRestoredStateContinuesWithTheSameBits(kind: OptimizerKind) {
        let parameters = parameters()
        let optimizer = Optimizer(kind, parameters)
        for _ in 0..<3 { optimizer.update(slopes(parameters), learningRate: 0.05, weightDecay: 0.01) }

        let copies = parameters.map { Parameter($0.name, $0.value.copied()) }
        let copy = Optimizer(kind, copies)
        copy.steps = optimizer.steps
        #expect(copy.state.map(\.name) == optimizer.state.map(\.name))
        for (own, saved) in zip(copy.state, optimizer.state) {
            own.value.assign(Tensor(shape: saved.value.shape, scalars: saved.value.scalars()))
        }
        for _ in 0..<3 {
            optimizer.update(slopes(parameters), learningRate: 0.05, weightDecay: 0.01)
            copy.update(slopes(copies), learningRate: 0.05, weightDecay: 0.01)
        }
        #expect(copies.map { $0.value.scalars() } == parameters.map { $0.value.scalars() })
        #expect(copy.state.map { $0.value.scalars() } == optimizer.state.map { $0.value.scalars() })
    }

    @Test func momentsAreNamedByTheirParameters() {
        let adam = Optimizer(Self.kinds[0], parameters())
        #expect(adam.state.map(\.name) == ["moment1.w", "moment1.b", "moment2.w", "moment2.b"])
        #expect(Optimizer(Self.kinds[1], parameters()).state.isEmpty)
        #expect(Optimizer(Self.kinds[2], parameters()).state.map(\.name) == ["moment1.w", "moment1.b"])
    }
}
