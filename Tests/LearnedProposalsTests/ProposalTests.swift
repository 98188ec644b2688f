// SPDX-License-Identifier: Apache-2.0
// Every family of proposals: densities of draws and of points agree, gradients are those of differences, densities sum to 1.

import Chains
import EngineKit
import Glibc
import Nets
import Probability
import TensorCore
import TestSupport
import Testing

@testable import LearnedProposals

@Suite struct ProposalTests {
    /// A proposal of each family whose parameters are not those of a fresh one.
    private static func proposals(dimension: Int = 2) -> [any TrainableProposal] {
        let start = ProposalStart(
            mean: (0..<dimension).map { 0.3 * Double($0) - 0.2 },
            standardDeviations: (0..<dimension).map { 0.8 + 0.2 * Double($0) })
        var stream = RandomStream(seed: 5, purpose: "test")
        return ProposalFamily.all.map { row in
            var family = ProposalFamily(SettingsReader(SettingTable(entries: [])))
            (family.name, family.components, family.layers, family.hidden) = (row.name, 3, 4, 8)
            let proposal = family.make(start, seed: 1)
            for parameter in proposal.parameters {
                let noise = (0..<parameter.value.count).map { _ in 0.2 * stream.normal() }
                let change = Tensor(shape: parameter.value.shape, doubles: noise).converted(
                    to: parameter.value.dataType)
                parameter.value.assign(withoutGradients { parameter.value + change }.detached())
            }
            return proposal
        }
    }

    @Test(arguments: 0..<ProposalFamily.all.count)
    func drawsAndPointsHaveTheSameDensity(family: Int) throws {
        let proposal = Self.proposals()[family]
        var stream = RandomStream(seed: 1, purpose: "test")
        let draws = proposal.draw(60, &stream)
        let tolerance = proposal.dataType == .float64 ? 1e-10 : 2e-4
        for (one, other) in zip(
            draws.logDensity.doubles(), proposal.logDensity(draws.points.detached()).doubles())
        {
            expectClose(one, other, absolute: tolerance)
        }
        // And so has what the kernels get.
        let points = draws.points.doubles()
        let distribution = try #require(proposal.frozen())
        var frozen = [Double](repeating: 0, count: points.count / 2)
        frozen.withUnsafeMutableBufferPointer { values in
            points.withUnsafeBufferPointer { distribution.logDensity($0, into: values) }
        }
        for (one, other) in zip(draws.logDensity.doubles(), frozen) { expectClose(one, other, absolute: tolerance) }
        if let weights = draws.weights { expectClose(weights.sum().item(), 1, absolute: 1e-12) }
    }

    /// The integral over a wide square, by the midpoint rule.
    @Test(arguments: 0..<ProposalFamily.all.count)
    func densitiesIntegrateToOne(family: Int) {
        let proposal = Self.proposals()[family]
        let (side, half) = (400, 12.0)
        let step = 2 * half / Double(side)
        let points = (0..<(side * side)).flatMap { index in
            [Double(index % side), Double(index / side)].map { ($0 + 0.5) * step - half }
        }
        let logDensity = withoutGradients {
            proposal.logDensity(
                Tensor(shape: [side * side, 2], doubles: points).converted(to: proposal.dataType))
        }
        let total = logDensity.doubles().reduce(0) { $0 + exp($1) } * step * step
        expectClose(total, 1, absolute: 2e-3)
    }

    /// The derivative of a loss by every parameter, against differences.
    @Test(arguments: 0..<ProposalFamily.all.count)
    func gradientsAreThoseOfDifferences(family: Int) {
        let proposal = Self.proposals(dimension: 3)[family]
        let target = SampledTarget(
            name: "normal",
            density: FullGaussian(mean: [0.1, -0.3, 0.2], lowerFactor: [1, 0, 0, 0.5, 1, 0, 0.2, 0.1, 2]),
            coordinates: ["a", "b", "c"])
        let states = Tensor(shape: [4, 3], doubles: (0..<12).map { 0.37 * Double($0 % 5) - 0.6 })
            .converted(to: proposal.dataType)
        func loss() -> Tensor {
            var stream = RandomStream(seed: 2, purpose: "test")
            let draws = proposal.draw(12, &stream)
            return Objective.acceptanceLowerBound.loss(
                ObjectiveSample(
                    draws: draws, logTargetOfDraws: target.logDensity(draws.points),
                    logTargetOfStates: target.logDensity(states).detached(),
                    logDensityOfStates: proposal.logDensity(states)))
        }
        let slopes = gradients(of: loss(), for: proposal.parameters.map(\.value))
        let (width, tolerance) = proposal.dataType == .float64 ? (1e-5, 1e-6) : (3e-3, 2e-2)
        for (parameter, slope) in zip(proposal.parameters, slopes) {
            let original = parameter.value.doubles()
            for index in stride(from: 0, to: original.count, by: max(1, original.count / 5)) {
                func value(_ shift: Double) -> Double {
                    var changed = original
                    changed[index] += shift
                    let type = parameter.value.dataType
                    parameter.value.assign(Tensor(shape: parameter.value.shape, doubles: changed).converted(to: type))
                    return withoutGradients { loss() }.item()
                }
                let difference = (value(width) - value(-width)) / (2 * width)
                _ = value(0)
                // The entries above the diagonal of a factor are not read and have no slope.
                expectClose(slope.doubles()[index], difference, absolute: tolerance * max(1, abs(difference)))
            }
        }
    }
}
