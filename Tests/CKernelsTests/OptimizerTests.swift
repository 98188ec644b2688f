// SPDX-License-Identifier: Apache-2.0
// Optimizer updates against the formulas of the papers, written without any rearrangement, over several steps.

import CKernels
import TestSupport
import Testing

/// Several tensors of awkward sizes with gradients, and the state after some steps.
private struct Model {
    static let sizes = [1, 0, 17, 64, 3, 9001, 128]
    var weights: [[Double]]
    var first: [[Double]]
    var second: [[Double]]
    let gradients: [[Double]]

    init() {
        var numbers = TestNumbers(seed: 21)
        weights = Self.sizes.map { numbers.list($0) }
        gradients = Self.sizes.map { numbers.list($0) }
        first = Self.sizes.map { [Double](repeating: 0, count: $0) }
        second = first
    }

    /// Runs `steps` updates by `kernel` in single precision and returns the weights.
    func trained(steps: Int, _ kernel: ([elbo_parameter_f32], Int) -> Void) -> [[Float]] {
        let buffers = [weights, gradients, first, second].map { lists in
            lists.map { list in
                let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: list.count + 1)
                buffer.initialize(repeating: 0)
                for (index, value) in list.enumerated() { buffer[index] = Float(value) }
                return buffer
            }
        }
        defer { for buffer in buffers.joined() { buffer.deallocate() } }
        let parameters = Self.sizes.indices.map { i in
            elbo_parameter_f32(
                weights: buffers[0][i].baseAddress, gradient: buffers[1][i].baseAddress,
                first: buffers[2][i].baseAddress, second: buffers[3][i].baseAddress, count: Self.sizes[i])
        }
        for step in 1...steps { kernel(parameters, step) }
        return Self.sizes.indices.map { Array(buffers[0][$0].prefix(Self.sizes[$0])) }
    }

    /// The same in double precision by `rule`, which gets one element: (weight, gradient, first, second, step).
    func expected(steps: Int, _ rule: (inout Double, Double, inout Double, inout Double, Int) -> Void) -> [[Double]] {
        var copy = self
        for step in 1...steps {
            for i in Self.sizes.indices {
                for j in 0..<Self.sizes[i] {
                    rule(&copy.weights[i][j], gradients[i][j], &copy.first[i][j], &copy.second[i][j], step)
                }
            }
        }
        return copy.weights
    }

    static func expectEqual(_ actual: [[Float]], _ expected: [[Double]], _ what: String) {
        for (a, e) in zip(actual, expected) {
            expectClose(a.map(Double.init), e, relative: 2e-6, absolute: 2e-6, what)
        }
    }
}

@Suite struct OptimizerTests {
    @Test("Adam with coupled and decoupled weight decay", arguments: [false, true], [0, 0.1])
    func adam(decoupled: Bool, decay: Double) {
        let model = Model()
        let actual = model.trained(steps: 5) { parameters, step in
            var settings = elbo_adam_settings(
                learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-3, weight_decay: decay,
                decoupled: decoupled, step: UInt64(step))
            elbo_adam_f32(parameters, parameters.count, &settings)
        }
        let expected = model.expected(steps: 5) { w, gradient, m, v, step in
            let g = decoupled ? gradient : gradient + decay * w
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g * g
            if decoupled { w -= 0.01 * decay * w }
            let mHat = m / (1 - powerReference(0.9, Double(step)))
            let vHat = v / (1 - powerReference(0.999, Double(step)))
            w -= 0.01 * mHat / (vHat.squareRoot() + 1e-3)
        }
        Model.expectEqual(actual, expected, "decoupled \(decoupled), decay \(decay)")
    }

    @Test("gradient descent plain, with momentum, with Nesterov momentum", arguments: [0, 0.9], [false, true])
    func gradientDescent(momentum: Double, nesterov: Bool) {
        let model = Model()
        let actual = model.trained(steps: 4) { parameters, _ in
            var settings = elbo_sgd_settings(
                learning_rate: 0.05, momentum: momentum, weight_decay: 0.02, nesterov: nesterov)
            elbo_sgd_f32(parameters, parameters.count, &settings)
        }
        let expected = model.expected(steps: 4) { w, gradient, u, _, _ in
            let g = gradient + 0.02 * w
            u = momentum * u + g
            w -= 0.05 * (nesterov ? g + momentum * u : u)
        }
        Model.expectEqual(actual, expected, "momentum \(momentum), nesterov \(nesterov)")
    }

    @Test("RMSprop with and without momentum", arguments: [0, 0.9])
    func rmsprop(momentum: Double) {
        let model = Model()
        let actual = model.trained(steps: 4) { parameters, _ in
            var settings = elbo_rmsprop_settings(
                learning_rate: 0.01, decay: 0.99, epsilon: 1e-3, momentum: momentum, weight_decay: 0.02)
            elbo_rmsprop_f32(parameters, parameters.count, &settings)
        }
        let expected = model.expected(steps: 4) { w, gradient, u, v, _ in
            let g = gradient + 0.02 * w
            v = 0.99 * v + 0.01 * g * g
            u = momentum * u + g / (v.squareRoot() + 1e-3)
            w -= 0.01 * u
        }
        Model.expectEqual(actual, expected, "momentum \(momentum)")
    }

    @Test("plain gradient descent needs no state, and double precision is double")
    func doublePrecision() {
        var weights = [1.0, 2, 3]
        let gradient = [1e-12, 0, 1]
        weights.withUnsafeMutableBufferPointer { w in
            gradient.withUnsafeBufferPointer { g in
                let parameter = elbo_parameter_f64(
                    weights: w.baseAddress, gradient: g.baseAddress, first: nil, second: nil, count: 3)
                var settings = elbo_sgd_settings(learning_rate: 1, momentum: 0, weight_decay: 0, nesterov: false)
                withUnsafePointer(to: parameter) { elbo_sgd_f64($0, 1, &settings) }
            }
        }
        #expect(weights == [1 - 1e-12, 2, 2])
    }

    @Test("the bits do not depend on the number of threads")
    func ignoresThreads() {
        let model = Model()
        let (one, two) = withOneAndTwoThreads {
            model.trained(steps: 3) { parameters, step in
                var settings = elbo_adam_settings(
                    learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0, decoupled: false,
                    step: UInt64(step))
                elbo_adam_f32(parameters, parameters.count, &settings)
            }
        }
        #expect(one == two)
    }
}
