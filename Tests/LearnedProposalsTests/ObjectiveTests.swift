// SPDX-License-Identifier: Apache-2.0
// The objectives against closed forms, and their gradients against the published worked example.

import Chains
import EngineKit
import Nets
import Probability
import TensorCore
import TestSupport
import Testing

@testable import LearnedProposals

@Suite struct ObjectiveTests {
    /// `q = N(0.5, 1.3²)` and `p = N(0, 1)`: many draws of both.
    private func sample(_ proposal: any TrainableProposal, count: Int) throws -> ObjectiveSample {
        let target = SampledTarget(
            name: "normal", density: FullGaussian(mean: [0], lowerFactor: [1]), coordinates: ["x"])
        var stream = RandomStream(seed: 3, purpose: "test")
        let draws = proposal.draw(count, &stream)
        var states = [Double](repeating: 0, count: count)
        stream.fillNormal(&states)
        let points = Tensor(shape: [count, 1], doubles: states).converted(to: proposal.dataType)
        return ObjectiveSample(
            draws: draws, logTargetOfDraws: target.logDensity(draws.points),
            logTargetOfStates: target.logDensity(points).detached(), logDensityOfStates: proposal.logDensity(points))
    }

    private func proposal() -> GaussianProposal {
        GaussianProposal(mean: [0.5], factor: [1.3], isDiagonal: true)
    }

    /// methods: exact gradient of L_KL by (m, log s) is (0.79586, 0.73104), and L_KL follows from two closed forms.
    @Test func theLowerBoundHasItsClosedFormAndGradient() throws {
        let proposal = proposal()
        let sample = try sample(proposal, count: 400_000)
        let loss = Objective.acceptanceLowerBound.loss(sample)
        let slopes = gradients(of: loss, for: proposal.parameters.map(\.value)).map { $0.item() }
        // KL(q||p) + KL(p||q), both normal.
        let (mean, variance) = (0.5, 1.69)
        let exact = 0.5 * (variance + mean * mean - 1) + 0.5 * ((1 + mean * mean) / variance - 1)
        expectClose(loss.item(), exact, absolute: 0.01)
        expectClose(slopes[0], 0.79586, absolute: 0.01)
        // By s = e^t the derivative is s times the published one by s.
        expectClose(slopes[1], 1.3 * 0.73104, absolute: 0.015)
    }

    /// methods: AR = 0.73643, gradient of -AR by finite differences (0.34792, 0.14944).
    @Test func theAcceptanceRateHasItsValueAndGradient() throws {
        let proposal = proposal()
        var (rate, slopes) = (0.0, [0.0, 0.0])
        // All pairs of a batch are compared, so a few batches do.
        let sample = try sample(proposal, count: 3000)
        let loss = Objective.acceptance.loss(sample)
        rate = -loss.item()
        slopes = gradients(of: loss, for: proposal.parameters.map(\.value)).map { $0.item() }
        expectClose(rate, 0.73643, absolute: 0.02)
        expectClose(slopes[0], 0.34792, absolute: 0.04)
        expectClose(slopes[1], 1.3 * 0.14944, absolute: 0.05)
    }

    /// The two halves of the bound are the other two objectives, up to constants without gradient.
    @Test func theBoundIsVariationalInferencePlusMaximumLikelihood() throws {
        let proposal = proposal()
        func slopes(_ objective: Objective) throws -> [Double] {
            let loss = objective.loss(try sample(proposal, count: 1000))
            return gradients(of: loss, for: proposal.parameters.map(\.value)).map { $0.item() }
        }
        let sum = zip(try slopes(.variational), try slopes(.maximumLikelihood)).map { $0 + $1 }
        for (one, both) in zip(try slopes(.acceptanceLowerBound), sum) { expectClose(one, both, relative: 1e-9) }
    }
}
