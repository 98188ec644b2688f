// SPDX-License-Identifier: Apache-2.0
// Noisy outputs and the divergence of weights as operations: gradients for the same draws, layouts, padding.

import Glibc
import TestSupport
import Testing

@testable import TensorCore

@Suite struct GaussianNoiseTests {
    static let words = RandomWords(seed: 5, purpose: 6, index: 7, block: 8)
    private var numbers = TestNumbers(seed: 13)

    private mutating func random(_ shape: Shape, in range: ClosedRange<Double> = -1...1) -> Tensor {
        Tensor(shape: shape, scalars: numbers.numbers(shape.count, in: range).map { Float($0) })
    }

    /// The draws of a shape, of which the kernel's own test knows that they are right.
    private func draws(_ shape: Shape) -> [Double] {
        gaussianNoise(mean: .zeros(shape), variance: .ones(shape), floor: 0, words: Self.words).doubles()
    }

    @Test(arguments: [Activation.none, .relu, .tanh], [[3, 5], [2, 3, 4, 4]])
    mutating func valuesFollowTheFormula(activation: Activation, sizes: [Int]) {
        let shape = Shape(sizes)
        let (mean, variance) = (random(shape), random(shape, in: 0.1...2))
        let e = draws(shape)
        let (m, v) = (mean.doubles(), variance.doubles())
        let expected = e.indices.map { index in
            let value = m[index] + (v[index] + 0.01).squareRoot() * e[index]
            return activation == .relu ? max(0, value) : activation == .tanh ? tanh(value) : value
        }
        let actual = gaussianNoise(
            mean: mean, variance: variance, floor: 0.01, activation: activation, words: Self.words)
        #expect(actual.shape == shape)
        expectClose(actual.doubles(), expected, absolute: 1e-5)
    }

    /// Against differences with the same draws; an argument of the rectifier within the step of 0 would be a kink.
    @Test(arguments: [Activation.none, .relu, .tanh], [[3, 5], [2, 3, 4, 4]])
    mutating func gradientsAreThoseForFixedDraws(activation: Activation, sizes: [Int]) {
        let shape = Shape(sizes)
        let weights = random(shape)
        let (mean, variance) = (random(shape), random(shape, in: 0.3...2))
        func loss(_ mean: Tensor, _ variance: Tensor) -> Tensor {
            (gaussianNoise(mean: mean, variance: variance, floor: 0.01, activation: activation, words: Self.words)
                * weights).sum()
        }
        let leaves = [mean.requiringGradient(), variance.requiringGradient()]
        let slopes = gradients(of: loss(leaves[0], leaves[1]), for: leaves)
        let e = draws(shape)
        let (m, v) = (mean.doubles(), variance.doubles())
        // The same in Double, so that the step can be small.
        func reference(_ point: [Double]) -> Double {
            let (m, v) = (point.prefix(e.count), point.dropFirst(e.count))
            return zip(zip(m, v), zip(e, weights.doubles())).reduce(0) { sum, item in
                let value = item.0.0 + (item.0.1 + 0.01).squareRoot() * item.1.0
                let active = activation == .relu ? max(0, value) : activation == .tanh ? tanh(value) : value
                return sum + active * item.1.1
            }
        }
        let gradient = slopes.flatMap { $0.doubles() }
        for direction in trialDirections(gradient.count, using: &numbers) {
            let expected = directionalDerivative(at: m + v, along: direction, step: 1e-6, reference)
            expectClose(
                zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }, expected, relative: 1e-4, absolute: 1e-4)
        }
    }

    /// 17 channels fill up to 32 in blocks of 16: noise there would reach the next layer.
    @Test mutating func paddingStaysZeroAndLayoutsAgree() {
        let shape: Shape = [2, 17, 3, 3]
        let (mean, variance) = (random(shape), random(shape, in: 0.1...1))
        let plain = gaussianNoise(mean: mean, variance: variance, floor: 1e-8, words: Self.words).scalars()
        let blocked = gaussianNoise(
            mean: mean.arranged(.blocked(16)), variance: variance, floor: 1e-8, words: Self.words)
        #expect(blocked.scalars() == plain)
        #expect(blocked.sum().item() == Tensor(shape: shape, scalars: plain).sum().item())
        // Without padding the noise is drawn as the values lie: another order, the same distribution.
        let last = gaussianNoise(mean: mean.arranged(.channelsLast), variance: variance, floor: 1e-8, words: Self.words)
        #expect(last.scalars() != plain && last.isFinite)
    }

    @Test mutating func otherWordsAreOtherDraws() {
        let (mean, variance) = (random([4, 16]), random([4, 16], in: 0.1...1))
        func draw(_ block: UInt64) -> [Float] {
            var words = Self.words
            words.block = block
            return gaussianNoise(mean: mean, variance: variance, floor: 1e-8, words: words).scalars()
        }
        #expect(draw(3) == draw(3))
        #expect(Set(draw(3)).isDisjoint(with: draw(19)))
    }

    @Test(arguments: [nil, 3.0])
    mutating func variancesCarryTheGradientOfTheKeptWeights(threshold: Double?) {
        let shape: Shape = [3, 2, 3, 3]
        let weights = random(shape)
        let logVariances = random(shape, in: -4...4).requiringGradient()
        let factors = random(shape)
        let variances = weightVariances(weights, logVariances: logVariances, noiseFrom: threshold)
        let slope = gradients(of: (variances * factors).sum(), for: [logVariances])[0].doubles()
        let (w, l, f) = (weights.doubles(), logVariances.doubles(), factors.doubles())
        var removed = 0
        for index in w.indices {
            let isKept = threshold.map { l[index] - 2 * log(abs(w[index])) < $0 } ?? true
            removed += isKept ? 0 : 1
            let variance = isKept ? exp(l[index]) : 0
            expectClose(variances.doubles()[index], variance, relative: 1e-5)
            expectClose(slope[index], variance * f[index], relative: 1e-5, absolute: 1e-6)
        }
        #expect((removed > 0) == (threshold != nil))
    }

    /// Weights lie in blocks once a convolution has used them; log variances follow, padding stays out of it.
    @Test(arguments: [nil, 3.0])
    mutating func arrangedWeightsGiveTheSame(threshold: Double?) {
        let shape: Shape = [17, 5, 3, 3]
        let (weights, logVariances, gradient) = (random(shape), random(shape, in: -6...4), random(shape))
        let expected = weightVariances(weights, logVariances: logVariances.copied(), noiseFrom: threshold)
        let sum = addingWeightDivergence((gradient, gradient), scale: 0.5, weights, logVariances: logVariances)
        let arranged = weights.arranged(.blocked(16))
        let own = logVariances.copied()
        #expect(
            weightVariances(arranged, logVariances: own, noiseFrom: threshold).scalars() == expected.scalars())
        #expect(own.scalars() == logVariances.scalars())
        let again = addingWeightDivergence((gradient, gradient), scale: 0.5, arranged, logVariances: own)
        #expect(again.weights.scalars() == sum.weights.scalars())
        #expect(again.logVariances.scalars() == sum.logVariances.scalars())
        expectClose(
            weightDivergence(arranged, logVariances: own), weightDivergence(weights, logVariances: logVariances),
            relative: 1e-12)
        // The gradients that came in are still what they were.
        #expect(sum.weights.scalars() != gradient.scalars())
    }

    @Test mutating func theGradientOfTheDivergenceIsAddedOnce() {
        let (weights, logVariances) = (random([4, 6]), random([4, 6], in: -6...2))
        let zero = Tensor.zeros([4, 6])
        let sum = addingWeightDivergence((zero, zero), scale: 2, weights, logVariances: logVariances)
        let gradient = sum.weights.doubles() + sum.logVariances.doubles()
        func value(_ point: [Double]) -> Double {
            zip(point.prefix(24), point.suffix(24)).reduce(0) { total, item in
                let a = min(max(item.1 - 2 * log(abs(item.0)), -8), 8)
                return total + 2 * (0.63576 - 0.63576 / (1 + exp(-(1.87320 + 1.48695 * a))) + 0.5 * log1p(exp(-a)))
            }
        }
        let point = weights.doubles() + logVariances.doubles()
        expectClose(2 * weightDivergence(weights, logVariances: logVariances), value(point), relative: 1e-5)
        for direction in trialDirections(48, using: &numbers) {
            expectClose(
                zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 },
                directionalDerivative(at: point, along: direction, step: 1e-7, value), relative: 1e-3, absolute: 1e-3)
        }
    }
}
