// SPDX-License-Identifier: Apache-2.0
// The identities behind learned proposals, [Nek20]: acceptance is one minus a total variation, and bounded by divergences.

import Chains
import Probability
import RealModule
import TestSupport
import Testing

/// The acceptance rate of an independent kernel in stationarity, and its standard error, from pairs of exact draws of p
/// and q: the mean of `min(1, p(x') q(x) / (p(x) q(x')))`.
private func acceptance(
    p: any LogDensity & ProposalDistribution, q: any ProposalDistribution, count: Int = 200_000
) -> [Double] {
    var stream = RandomStream(seed: 5, purpose: "pairs")
    let (x, _) = p.sample(count: count, using: &stream)
    let kernel = IndependentMetropolis(target: p, proposal: q, streams: KernelStreams(seed: 6))
    var copy = kernel
    var states = kernel.initialState(x)
    return copy.step(&states).logRatio.map { $0 < 0 ? Double.exp($0) : 1 }
}

@Suite("Acceptance identities") struct AcceptanceIdentityTests {
    @Test func acceptanceIsOneMinusTotalVariationOnFiniteChains() {
        var numbers = TestNumbers(seed: 1)
        for size in 2...6 {
            func distribution() -> [Double] {
                let raw = numbers.numbers(size, in: 0.05...1)
                return raw.map { $0 / raw.reduce(0, +) }
            }
            let p = distribution()
            let q = (0..<size).map { _ in distribution() }
            var (rate, variation, divergence) = (0.0, 0.0, 0.0)
            for x in 0..<size {
                for y in 0..<size {
                    let (forward, backward) = (p[x] * q[x][y], p[y] * q[y][x])
                    rate += forward * min(1, backward / forward)
                    variation += 0.5 * abs(forward - backward)
                    divergence += backward * .log(backward / forward)
                }
            }
            expectClose(rate, 1 - variation, absolute: 1e-14)
            #expect(rate >= 1 - (0.5 * divergence).squareRoot())
            // One and the same q everywhere: also bounded by the divergences of p and q, and by their variation.
            let proposal = q[0]
            var (independent, symmetric, distance) = (0.0, 0.0, 0.0)
            for x in 0..<size {
                symmetric += (proposal[x] - p[x]) * .log(proposal[x] / p[x])
                distance += 0.5 * abs(proposal[x] - p[x])
                for y in 0..<size { independent += min(p[x] * proposal[y], p[y] * proposal[x]) }
            }
            #expect(independent >= 1 - (0.5 * symmetric).squareRoot())
            #expect(independent >= 1 - 2 * distance)
        }
    }

    @Test(arguments: [(0.5, 0.723_674), (1, 0.479_500), (2, 0.157_299)])
    func shiftedNormal(shift: Double, expected: Double) throws {
        expectClose(2 * normalCDF(-shift / 2.0.squareRoot()), expected, absolute: 1e-6)
        let rates = acceptance(p: standardNormal, q: try DiagonalGaussian(mean: [shift], standardDeviation: [1]))
        expectMean(rates, expected, "acceptance at shift \(shift)")
        // KL(q||p) + KL(p||q) is m^2.
        #expect(expected >= 1 - (0.5 * shift * shift).squareRoot())
    }

    @Test(arguments: [(1.2, 0.884_568), (1.5, 0.748_668), (2, 0.590_334), (0.8, 0.859_107)])
    func scaledNormal(scale: Double, expected: Double) throws {
        expectClose(4 / .pi * .atan(min(scale, 1 / scale)), expected, absolute: 1e-6)
        let rates = acceptance(p: standardNormal, q: try DiagonalGaussian(mean: [0], standardDeviation: [scale]))
        expectMean(rates, expected, "acceptance at scale \(scale)")
    }

    @Test(arguments: 1...6) func coveringSomeOfSixModesAcceptsTheirShare(covered: Int) throws {
        let centres = IsotropicMixture.mog6.centres
        let half = [Double](repeating: 0.5, count: 12)
        let p = try GaussianMixture(
            weights: [1, 1, 1, 1, 1, 1], means: centres, standardDeviations: half)
        let q = try GaussianMixture(
            weights: [Double](repeating: 1, count: covered), means: Array(centres[..<(2 * covered)]),
            standardDeviations: Array(half[..<(2 * covered)]))
        expectMean(
            acceptance(p: p, q: q, count: 50_000), Double(covered) / 6, slack: 1e-9, "acceptance of \(covered) modes")
    }

    /// Tabulated to three digits from 4e5 draws.
    @Test(arguments: [(2.5, 0.062), (3.0, 0.081), (3.57, 0.087), (4.0, 0.085), (5.0, 0.072)])
    func roundGaussiansOnSixModes(scale: Double, expected: Double) throws {
        let p = try GaussianMixture(
            weights: [1, 1, 1, 1, 1, 1], means: IsotropicMixture.mog6.centres,
            standardDeviations: [Double](repeating: 0.5, count: 12))
        let q = try DiagonalGaussian(mean: [0, 0], standardDeviation: [scale, scale])
        expectMean(acceptance(p: p, q: q, count: 50_000), expected, slack: 0.001, "acceptance at \(scale)")
    }
}
