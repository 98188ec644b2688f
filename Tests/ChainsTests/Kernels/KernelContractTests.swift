// SPDX-License-Identifier: Apache-2.0
// The contract of all kernels: what a step reports, what it keeps, and that checkpoints continue bit for bit.

import Chains
import Probability
import RealModule
import TestSupport
import Testing

@Suite("Kernel contract") struct KernelContractTests {
    static let names = allKernels.map(\.name)

    private func kernel(
        _ name: String, _ target: any LogDensity, scale: Double = 0.7, seed: UInt64 = 3
    ) throws -> any MarkovKernel {
        try #require(allKernels.first { $0.name == name }).make(target, scale, KernelStreams(seed: seed))
    }

    /// Every length from one step to all of them, about equally often.
    @Test func randomLengthsAreUniform() throws {
        var kernel = try kernel("hamiltonianRandomLength", IsotropicMixture.mog6, scale: 0.1)
        var states = kernel.initialState([1, 2])
        var counts = [Int](repeating: 0, count: 11)
        for _ in 0..<2000 { counts[kernel.step(&states).gradientEvaluations] += 1 }
        #expect(counts[0] == 0)
        // Five standard deviations of a binomial share.
        #expect(counts[1...].allSatisfy { abs($0 - 200) < 67 })
    }

    @Test(arguments: names) func aStepReportsWhatItDid(name: String) throws {
        let target = IsotropicMixture.mog6
        var kernel = try kernel(name, target, scale: name == "independent" ? 3.5 : 0.7)
        let gradientKernel = name == "langevin" || name.hasPrefix("hamiltonian")
        var states = kernel.initialState(exactMixtureDraws(101, centres: target.centres, seed: 1))
        #expect(states.gradients.isEmpty != gradientKernel)
        #expect(states.logProposal.isEmpty == (name != "independent"))
        var info = StepInfo()
        var acceptedTotal = 0
        for _ in 0..<5 {
            let before = states
            var uniforms = kernel.streams.acceptance
            kernel.step(&states, into: &info)
            acceptedTotal += info.acceptedCount
            #expect(info.count == 101 && info.invalidCount == 0)
            #expect(info.densityEvaluations == (gradientKernel ? 0 : 101))
            switch name {
            case "hamiltonian": #expect(info.gradientEvaluations == 1010)
            case "hamiltonianRandomLength":
                #expect((1...10).contains(info.gradientEvaluations / 101))
                #expect(info.gradientEvaluations.isMultiple(of: 101))
            default: #expect(info.gradientEvaluations == (gradientKernel ? 101 : 0))
            }
            for chain in 0..<101 {
                let row = 2 * chain..<2 * chain + 2
                let moved = info.accepted[chain] ? info.proposals[row] : before.points[row]
                #expect(states.points[row] == moved)
                #expect(info.proposals[row] != before.points[row], "a rejected proposal is reported too")
                let u = uniforms.uniform()
                #expect(info.accepted[chain] == (Double.log(u) <= info.logRatio[chain]))
            }
            // What the states say of themselves is what the target says.
            expectClose(states.logDensity, target.logDensity(states.points), relative: 1e-12, "log density")
            if gradientKernel {
                let gradients = target.logDensityAndGradient(states.points).gradients
                expectClose(states.gradients, gradients, relative: 1e-12, absolute: 1e-12, "gradient")
            }
            if let independent = kernel as? IndependentMetropolis {
                var again = states
                independent.refreshLogProposal(&again)
                expectClose(states.logProposal, again.logProposal, relative: 1e-12, absolute: 1e-12, "log proposal")
            }
        }
        #expect(acceptedTotal > 0 && acceptedTotal < 505, "both cases occur")
    }

    /// Whoever draws and evaluates the proposals: the chains go the same way.
    @Test func proposalsDrawnElsewhereAreThoseOfAStep() throws {
        let target = Banana()
        var own = try #require(try kernel("independent", target, scale: 2) as? IndependentMetropolis)
        var states = own.initialState([0, 0, 1, 1, -1, 0.5])
        var (other, otherStates) = (own, states)
        for _ in 0..<50 {
            let (points, logProposal) = own.proposal.sample(count: 3, using: &other.streams.proposal)
            let drawn = DrawnProposals(
                points: points, logProposal: logProposal, logDensity: target.logDensity(points))
            otherStates.setLogProposal(otherStates.logProposal)
            var info = StepInfo()
            other.step(&otherStates, to: drawn, into: &info)
            let expected = own.step(&states)
            #expect(info.densityEvaluations == 0 && info.proposals == expected.proposals)
            #expect(info.logRatio == expected.logRatio && info.accepted == expected.accepted)
            #expect(otherStates == states && other.streams.states == own.streams.states)
        }
    }

    @Test(arguments: names) func aCheckpointContinuesBitForBit(name: String) throws {
        let target = Banana()
        var kernel = try kernel(name, target)
        // An odd count of chains leaves the streams inside a block.
        var states = kernel.initialState([0, 0, 1, 1, -1, 0.5])
        for _ in 0..<20 { _ = kernel.step(&states) }
        var other = try self.kernel(name, target, seed: 99)
        // Through plain numbers, as a file would hold them.
        var otherStates = ChainStates(
            dimension: 2, points: states.points, logDensity: states.logDensity, gradients: states.gradients,
            logProposal: states.logProposal)
        other.streams.states = kernel.streams.states
        for _ in 0..<100 {
            #expect(kernel.step(&states) == other.step(&otherStates))
            #expect(states == otherStates)
        }
    }

    @Test(arguments: names) func sameSeedSameChainOtherSeedOtherChain(name: String) throws {
        func run(_ seed: UInt64) throws -> ChainStates {
            var kernel = try kernel(name, Banana(), seed: seed)
            var states = kernel.initialState([0, 0, 1, 1])
            for _ in 0..<10 { _ = kernel.step(&states) }
            return states
        }
        #expect(try run(1) == run(1))
        #expect(try run(1) != run(2))
    }

    @Test(arguments: names) func proposalsWithoutADensityAreRejectedAndCounted(name: String) throws {
        var kernel = try kernel(name, BrokenDensity())
        var states = kernel.initialState([Double](repeating: 0.1, count: 200))
        var invalid = 0
        for _ in 0..<20 {
            let info = kernel.step(&states)
            invalid += info.invalidCount
            for chain in 0..<200 where abs(info.proposals[chain]) > 1 {
                #expect(!info.accepted[chain] && info.logRatio[chain] == -.infinity)
            }
            #expect(info.invalidCount == info.proposals.count { abs($0) > 1 })
        }
        #expect(invalid > 0)
        #expect(states.points.allSatisfy { abs($0) <= 1 })
        #expect(states.logDensity.allSatisfy { $0.isFinite })
    }

    @Test(arguments: names) func aStartWithoutADensityIsLeft(name: String) throws {
        // Short trajectories: a long one from the left flies through to where there is no density on the right.
        var kernel = try kernel(name, BrokenDensity(), scale: name.hasPrefix("hamiltonian") ? 0.1 : 0.7)
        var states = kernel.initialState([1.2, -1.2, 0])
        #expect(states.logDensity[0] == -.infinity && states.logDensity[1] == -.infinity)
        for _ in 0..<200 { _ = kernel.step(&states) }
        #expect(states.points.allSatisfy { abs($0) <= 1 }, "\(states.points)")
    }

    @Test func equalDensitiesAlwaysMove() throws {
        struct Constant: PointwiseLogDensity {
            let dimension = 1
            func value(at point: UnsafePointer<Double>) -> Double { 3 }
            func valueAndGradient(at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
                gradient[0] = 0
                return 3
            }
        }
        let uniform = UncorrectedProposal(base: standardNormal)
        let kernels: [any MarkovKernel] = [
            IndependentMetropolis(target: Constant(), proposal: uniform, streams: KernelStreams(seed: 1)),
            RandomWalkMetropolis(target: Constant(), stepSize: 1, streams: KernelStreams(seed: 1)),
        ]
        for var kernel in kernels {
            var states = kernel.initialState([Double](repeating: 0, count: 300))
            let info = kernel.step(&states)
            #expect(info.acceptedCount == 300 && info.logRatio.allSatisfy { $0 == 0 })
            #expect(info.meanAcceptanceProbability == 1)
        }
    }

    @Test(arguments: [0.4, 0.65, 0.9]) func warmUpReachesTheAcceptance(wanted: Double) throws {
        let target = FullGaussian(mean: [0, 0], lowerFactor: [1, 0, 0.8, 0.6])
        var kernel = HamiltonianMonteCarlo(
            target: target, stepSize: 0.01, leapfrogSteps: 3, streams: KernelStreams(seed: 4))
        var states = kernel.initialState([Double](repeating: 0.5, count: 400))
        kernel.warmUp(&states, steps: 400, towardAcceptance: wanted)
        let info = kernel.step(&states)
        // One step of 400 chains tells the acceptance within 0.02, and the step size has settled to a few per cent.
        expectClose(info.meanAcceptanceProbability, wanted, absolute: 0.06)
        #expect(kernel.stepSize > 0.1)
    }

    @Test func leapfrogConservesEnergyToSecondOrder() throws {
        // Halving the step size at the same length divides the largest energy error by about four.
        func worst(_ stepSize: Double, _ steps: Int) -> Double {
            var kernel = HamiltonianMonteCarlo(
                target: Banana(), stepSize: stepSize, leapfrogSteps: steps, streams: KernelStreams(seed: 5))
            var states = kernel.initialState((0..<200).flatMap { [Double($0 % 5) - 2, 1] })
            return kernel.step(&states).logRatio.map(\.magnitude).max() ?? 0
        }
        let ratio = worst(0.02, 20) / worst(0.01, 40)
        #expect(ratio > 3.5 && ratio < 4.5, "ratio \(ratio)")
    }

    @Test func tableHasUniqueNames() {
        #expect(Set(Self.names).count == allKernels.count && allKernels.allSatisfy { !$0.meaning.isEmpty })
    }
}
