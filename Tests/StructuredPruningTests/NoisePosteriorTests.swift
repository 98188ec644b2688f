// SPDX-License-Identifier: Apache-2.0
// The posterior of one gate: gradients by differences, and that training moves it the right way.

import Glibc
import Nets
import Probability
import TensorCore
import TestSupport
import Testing

@testable import StructuredPruning

@Suite struct NoisePosteriorTests {
    @Test func startsWhereThePublishedCodeStarts() {
        let posterior = NoisePosterior(name: "conv1", units: 3)
        expectClose(posterior.signalToNoise, [246.699206114, 246.699206114, 246.699206114], relative: 1e-9)
        expectClose(posterior.divergence, 3 * 7.26994092091, relative: 1e-10)
    }

    @Test func withoutDataTheDivergenceRaisesTheNoise() {
        let posterior = NoisePosterior(name: "conv1", units: 4)
        var stream = RandomStream(seed: 1, purpose: .noise)
        let before = posterior.divergence
        for _ in 0..<200 {
            let draw = posterior.draw(objects: nil, &stream)
            posterior.update(
                draw, gradient: Tensor.zeros([4]), divergenceWeight: 1, learningRate: 0.05, adam: AdamRates())
        }
        #expect(posterior.divergence < before / 2)
        #expect(posterior.signalToNoise.allSatisfy { $0 < 10 })
    }

    /// Only the amount of noise is learned; the draws and the moments are those of mu = 0.
    @Test func muRestsWhereItIsNotTrained() {
        let posterior = NoisePosterior(name: "conv1", units: 4, trainsMu: false)
        let free = NoisePosterior(name: "conv1", units: 4)
        var (stream, other) = (RandomStream(seed: 1, purpose: .noise), RandomStream(seed: 1, purpose: .noise))
        let gradient = Tensor(shape: [4], scalars: [3, -1, 0.5, 0])
        for _ in 0..<100 {
            posterior.update(
                posterior.draw(objects: nil, &stream), gradient: gradient, divergenceWeight: 1, learningRate: 0.05,
                adam: AdamRates())
            free.update(
                free.draw(objects: nil, &other), gradient: gradient, divergenceWeight: 1, learningRate: 0.05,
                adam: AdamRates())
        }
        #expect(posterior.mu == [0, 0, 0, 0])
        #expect(free.mu != [0, 0, 0, 0])
        #expect(posterior.logSigma.allSatisfy { $0 > -5 })
        expectClose(
            posterior.means[0], TruncatedLogNormal(mu: 0, logSigma: posterior.logSigma[0]).mean, relative: 1e-12)
    }

    /// Draws, moments, divergence and the range of mu all follow the bounds of log theta.
    @Test(arguments: [-4.0...0, -20...1, -3...(-1), 0.5...2])
    func theBoundsAreThoseOfThePrior(bounds: ClosedRange<Double>) {
        let posterior = NoisePosterior(name: "conv1", units: 3, bounds: bounds)
        let mu = min(max(0, bounds.lowerBound), bounds.upperBound)
        #expect(posterior.mu == [mu, mu, mu])
        var stream = RandomStream(seed: 4, purpose: .noise)
        let exact = TruncatedLogNormal(mu: mu, logSigma: -5, lower: bounds.lowerBound, upper: bounds.upperBound)
        expectClose(posterior.divergence, 3 * exact.divergence.value, relative: 1e-12)
        expectClose(posterior.means[0], exact.mean, relative: 1e-12)
        for step in 0..<300 {
            let draw = posterior.draw(objects: 5, &stream)
            let theta = draw.scales.scalars()
            #expect(
                theta.allSatisfy {
                    $0 >= Float(exp(bounds.lowerBound)) * 0.9999 && $0 <= Float(exp(bounds.upperBound)) * 1.0001
                })
            // First towards the lower end, then far above the upper one.
            let slope: Float = step < 150 ? 100 : -100
            posterior.update(
                draw, gradient: Tensor.full([5, 3], Double(slope)), divergenceWeight: 0.01, learningRate: 0.5,
                adam: AdamRates())
            #expect(posterior.mu.allSatisfy { $0 >= bounds.lowerBound && $0 <= bounds.upperBound + 5 })
        }
        #expect(posterior.signalToNoise.allSatisfy { $0 > 0 })
    }

    /// One step of Adam with other rates, by hand: the first step has the size of the learning rate whatever the rates, the
    /// second one depends on them.
    @Test func theRatesOfAdamAreUsed() {
        func logSigmas(_ rates: AdamRates) -> Double {
            let posterior = NoisePosterior(name: "conv1", units: 1)
            var stream = RandomStream(seed: 2, purpose: .noise)
            for _ in 0..<5 {
                posterior.update(
                    posterior.draw(objects: nil, &stream), gradient: Tensor.zeros([1]), divergenceWeight: 1,
                    learningRate: 0.1, adam: rates)
            }
            return posterior.logSigma[0]
        }
        #expect(
            logSigmas(AdamRates()) != logSigmas(AdamRates(following: .adam(beta1: 0.5, beta2: 0.9, epsilon: 1e-8))))
    }

    @Test func perObjectDrawsHaveOneRowPerObject() {
        let posterior = NoisePosterior(name: "fc1", units: 5)
        var stream = RandomStream(seed: 3, purpose: .noise)
        let draw = posterior.draw(objects: 7, &stream)
        #expect(draw.scales.shape == [7, 5])
        #expect(Set(draw.scales.scalars()).count == 35)
        #expect(draw.scales.scalars().allSatisfy { $0 > 0 && $0 <= 1 })
    }

    /// One draw per object estimates the same gradient with the variance over the number of objects.
    @Test func perObjectDrawsEstimateTheSameGradientBetter() {
        let posterior = NoisePosterior(name: "fc1", units: 1)
        let (objects, trials) = (20, 400)
        var stream = RandomStream(seed: 5, purpose: .noise)
        func slopes(_ count: Int?) -> (mean: Double, variance: Double) {
            let values = (0..<trials).map { _ in
                let draw = posterior.draw(objects: count, &stream)
                // The loss is the mean scale over the objects.
                let shape = draw.scales.shape
                return draw.slopes(Tensor.full(shape, 1 / Double(count ?? 1))).logSigma[0]
            }
            let mean = values.reduce(0, +) / Double(trials)
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(trials - 1))
        }
        let (shared, own) = (slopes(nil), slopes(objects))
        // Four standard deviations of the mean of the trials; a sample variance is within a quarter of itself.
        expectClose(own.mean, shared.mean, absolute: 4 * (shared.variance / Double(trials)).squareRoot())
        expectClose(own.variance * Double(objects), shared.variance, relative: 0.35)
    }

    /// A loss `sum_i c_i theta_i` has the gradient `c_i dtheta_i/dmu_i`; the same uniforms give the difference quotient.
    @Test func drawsCarryTheirDerivatives() {
        let (mu, logSigma, u, h) = (-0.7, -0.4, 0.37, 1e-6)
        let draw = TruncatedLogNormal(mu: mu, logSigma: logSigma).draw(u)
        let right = TruncatedLogNormal(mu: mu + h, logSigma: logSigma).draw(u).theta
        let left = TruncatedLogNormal(mu: mu - h, logSigma: logSigma).draw(u).theta
        expectClose(draw.theta * draw.gradientMu, (right - left) / (2 * h), relative: 1e-7)
        let up = TruncatedLogNormal(mu: mu, logSigma: logSigma + h).draw(u).theta
        let down = TruncatedLogNormal(mu: mu, logSigma: logSigma - h).draw(u).theta
        expectClose(draw.theta * draw.gradientLogSigma, (up - down) / (2 * h), relative: 1e-7)
    }
}
