// SPDX-License-Identifier: Apache-2.0
// The law of all kernels: chains that start with the target's distribution keep it, and others reach it.

import Chains
import Probability
import RealModule
import TestSupport
import Testing

/// A target with an independent source of exact draws.
private struct Known: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let density: any LogDensity & Sendable
    let draws: @Sendable (_ count: Int, _ seed: UInt64) -> [Double]
    /// The scale for each kernel of the table: large enough to move, small enough to be accepted.
    let scales: [String: Double]
}

private let knownTargets = [
    Known(
        testDescription: "correlated normal", density: FullGaussian(mean: [1, -1], lowerFactor: [1, 0, 0.8, 0.6]),
        draws: { count, seed in
            var stream = RandomStream(seed: seed, purpose: "exact draws")
            return (0..<count).flatMap { _ -> [Double] in
                let (a, b) = (stream.normal(), stream.normal())
                return [1 + a, -1 + 0.8 * a + 0.6 * b]
            }
        },
        scales: [
            "independent": 2, "randomWalk": 0.8, "langevin": 0.8, "hamiltonian": 0.25, "hamiltonianRandomLength": 0.25,
        ]),
    Known(
        testDescription: "banana", density: Banana(),
        draws: { count, seed in
            var stream = RandomStream(seed: seed, purpose: "exact draws")
            return (0..<count).flatMap { _ -> [Double] in
                let x = 2 * stream.normal()
                return [x, stream.normal() - 0.5 * (x * x - 4)]
            }
        },
        scales: [
            "independent": 4, "randomWalk": 0.8, "langevin": 0.6, "hamiltonian": 0.15, "hamiltonianRandomLength": 0.15,
        ]),
    Known(
        testDescription: "mog2", density: IsotropicMixture.mog2,
        draws: { exactMixtureDraws($0, centres: IsotropicMixture.mog2.centres, seed: $1) },
        scales: [
            "independent": 4, "randomWalk": 0.4, "langevin": 0.4, "hamiltonian": 0.12, "hamiltonianRandomLength": 0.12,
        ]),
]

/// Differences between the averages over chains after `steps` and over independent exact draws, in standard errors.
private func discrepancies(
    _ kernel: any MarkovKernel, from start: [Double], against exact: [Double], steps: Int
) -> [Double] {
    var kernel = kernel
    var states = kernel.initialState(start)
    var info = StepInfo()
    for _ in 0..<steps { kernel.step(&states, into: &info) }
    let logDensities = discrepancy(kernel.target.logDensity(states.points), kernel.target.logDensity(exact))
    return zip(statistics(states.points), statistics(exact)).map { discrepancy($0, $1) } + [logDensities]
}

/// The coordinates, their squares and their product.
private func statistics(_ points: [Double]) -> [[Double]] {
    let (x, y) = (column(points, 0, dimension: 2), column(points, 1, dimension: 2))
    return [x, y, x.map { $0 * $0 }, y.map { $0 * $0 }, zip(x, y).map { $0 * $1 }]
}

/// The difference of two means of independent numbers, in standard errors.
private func discrepancy(_ found: [Double], _ expected: [Double]) -> Double {
    let (one, other) = (meanAndError(found), meanAndError(expected))
    return (one.mean - other.mean) / (one.error * one.error + other.error * other.error).squareRoot()
}

@Suite("Invariance") struct InvarianceTests {
    @Test(arguments: allKernels.map(\.name), knownTargets)
    private func exactDrawsStayExact(name: String, known: Known) throws {
        let kind = try #require(allKernels.first { $0.name == name })
        let scale = try #require(known.scales[name])
        let kernel = kind.make(known.density, scale, KernelStreams(seed: 11))
        let count = 20_000
        let found = discrepancies(kernel, from: known.draws(count, 1), against: known.draws(count, 2), steps: 4)
        #expect(found.allSatisfy { abs($0) < allowedErrors }, "\(found)")
    }

    @Test(arguments: allKernels.map(\.name)) func aWrongStartIsForgotten(name: String) throws {
        let kind = try #require(allKernels.first { $0.name == name })
        let known = knownTargets[0]
        let kernel = kind.make(known.density, try #require(known.scales[name]), KernelStreams(seed: 12))
        let start = [Double](repeating: 3, count: 2 * 2000)
        let found = discrepancies(kernel, from: start, against: known.draws(20_000, 3), steps: 150)
        #expect(found.allSatisfy { abs($0) < allowedErrors }, "\(found)")
    }

    /// Chains that start in one of six modes spread over all of them evenly, and within a mode as the square says:
    /// chi-square over 6 modes times 4 quadrants.
    @Test func independentChainsFindEveryModeEqually() throws {
        let target = IsotropicMixture.mog6
        let proposal = try GaussianMixture(
            weights: [1, 2, 3, 1, 2, 3], means: target.centres, standardDeviations: [Double](repeating: 0.8, count: 12))
        var kernel = IndependentMetropolis(target: target, proposal: proposal, streams: KernelStreams(seed: 16))
        let count = 12_000
        var states = kernel.initialState((0..<count).flatMap { _ in [5.0, 0] })
        for _ in 0..<60 { _ = kernel.step(&states) }
        var cells = [Int](repeating: 0, count: 24)
        for chain in 0..<count {
            let (x, y) = (states.points[2 * chain], states.points[2 * chain + 1])
            let distances = (0..<6).map { k -> Double in
                let (dx, dy) = (x - target.centres[2 * k], y - target.centres[2 * k + 1])
                return dx * dx + dy * dy
            }
            let k = try #require(distances.indices.min { distances[$0] < distances[$1] })
            cells[4 * k + (x > target.centres[2 * k] ? 2 : 0) + (y > target.centres[2 * k + 1] ? 1 : 0)] += 1
        }
        let expected = Double(count) / 24
        let chiSquare = cells.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        // 23 degrees of freedom: 49.7 is exceeded once in a thousand times.
        #expect(chiSquare < 49.7, "chi-square \(chiSquare) of \(cells)")
    }

    @Test func aKernelWithoutCorrectionIsCaught() throws {
        let known = knownTargets[0]
        let proposal = UncorrectedProposal(base: try DiagonalGaussian(mean: [0, 0], standardDeviation: [2, 2]))
        let kernel = IndependentMetropolis(
            target: known.density, proposal: proposal, streams: KernelStreams(seed: 13))
        let found = discrepancies(kernel, from: known.draws(20_000, 1), against: known.draws(20_000, 2), steps: 4)
        #expect(found.contains { abs($0) > 2 * allowedErrors }, "\(found)")
    }

    @Test func densitiesOfAnOldProposalAreCaught() throws {
        // The proposal widens by a factor of four; once the states are told, once not.
        let known = knownTargets[0]
        for isTold in [true, false] {
            var kernel = IndependentMetropolis(
                target: known.density, proposal: try DiagonalGaussian(mean: [1, -1], standardDeviation: [0.5, 0.5]),
                streams: KernelStreams(seed: 14))
            var states = kernel.initialState(known.draws(20_000, 1))
            kernel.proposal = try DiagonalGaussian(mean: [1, -1], standardDeviation: [2, 2])
            for _ in 1...3 {
                if isTold { kernel.refreshLogProposal(&states) }
                _ = kernel.step(&states)
            }
            let found = zip(statistics(states.points), statistics(known.draws(20_000, 2))).map { discrepancy($0, $1) }
            let worst = found.map(\.magnitude).max() ?? 0
            #expect(isTold ? worst < allowedErrors : worst > 2 * allowedErrors, "\(found)")
        }
    }

    /// Ten zeros and the prior Beta(2, 2): the mean is 2/14.
    ///
    /// Without the correction the chain settles at Beta(3, 13), or on
    /// the logit scale at Beta(4, 14), whose mean is 0.2222.
    @Test(arguments: [false, true], [false, true]) func betaBernoulli(isLogit: Bool, isCorrected: Bool) throws {
        let expected = isCorrected ? 2.0 / 14 : (isLogit ? 4.0 / 18 : 3.0 / 16)
        let base = BetaProposal(isLogit: isLogit)
        let proposal: any ProposalDistribution = isCorrected ? base : UncorrectedProposal(base: base)
        var kernel = IndependentMetropolis(
            target: BetaBernoulli(isLogit: isLogit), proposal: proposal, streams: KernelStreams(seed: 15))
        var states = kernel.initialState([Double](repeating: isLogit ? -1 : 0.3, count: 4000))
        for _ in 0..<80 { _ = kernel.step(&states) }
        let shares = isLogit ? states.points.map { 1 / (1 + Double.exp(-$0)) } : states.points
        expectMean(shares, expected, "mean")
        // The two answers are far more than the error apart: either is told from the other.
        let (mean, error) = meanAndError(shares)
        #expect((abs(mean - 2.0 / 14) < 10 * error) == isCorrected)
    }
}
