// SPDX-License-Identifier: Apache-2.0
// The posterior of one gate: gradients by differences, and that training moves it the right way.

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

    @Test func perObjectDrawsHaveOneRowPerObject() {
        let posterior = NoisePosterior(name: "fc1", units: 5)
        var stream = RandomStream(seed: 3, purpose: .noise)
        let draw = posterior.draw(objects: 7, &stream)
        #expect(draw.scales.shape == [7, 5])
        #expect(Set(draw.scales.scalars()).count == 35)
        #expect(draw.scales.scalars().allSatisfy { $0 > 0 && $0 <= 1 })
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
