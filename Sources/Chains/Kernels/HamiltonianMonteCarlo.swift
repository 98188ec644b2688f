// SPDX-License-Identifier: Apache-2.0
// Metropolis with proposals at the end of a simulated trajectory.

import Probability

/// The Hamiltonian Monte Carlo kernel with a number of leapfrog steps, fixed or random, and unit mass [Nea11].
///
/// Momenta `v ~ N(0, I)`; a step is `v += e g(x) / 2`, `x += e v`, `v += e g(x) / 2`; the ratio is
/// `p(x') exp(-|v'|^2 / 2) / (p(x) exp(-|v|^2 / 2))`. A trajectory that leaves the range of numbers is rejected and counted.
public struct HamiltonianMonteCarlo: StepSizeKernel {
    /// The density that the chains sample.
    public let target: any LogDensity
    /// The step size e.
    public var stepSize: Double
    /// Leapfrog steps of a trajectory, at least 1; the most of them where the length is random.
    public let leapfrogSteps: Int
    /// Whether each step draws a length from 1 to `leapfrogSteps`, the same for all chains.
    ///
    /// A trajectory in a round valley comes back to its start after `2 pi` standard deviations: of a length near that,
    /// proposals are hardly news, though most of them are accepted. A random length never is for long.
    public let isLengthRandom: Bool
    /// The random streams.
    public var streams: KernelStreams
    private var scratch = ProposalScratch()

    /// A kernel.
    public init(
        target: any LogDensity, stepSize: Double, leapfrogSteps: Int, isLengthRandom: Bool = false,
        streams: KernelStreams
    ) {
        guard stepSize > 0, leapfrogSteps > 0 else { fatalError("a trajectory needs a positive step size and a step") }
        self.target = target
        self.stepSize = stepSize
        self.leapfrogSteps = leapfrogSteps
        self.isLengthRandom = isLengthRandom
        self.streams = streams
    }

    /// Chains at the given points, `[M, D]`.
    public func initialState(_ points: [Double]) -> ChainStates {
        ChainStates(points: points, of: target, withGradients: true)
    }

    /// Advances every chain by one trajectory.
    public mutating func step(_ states: inout ChainStates, into info: inout StepInfo) {
        let (count, dimension) = (states.count, states.dimension)
        requireEqual(states.gradients.count, count * dimension, "gradients of the states")
        info.prepare(count: count, dimension: dimension)
        if scratch.noise.count != count * dimension {
            scratch.noise = [Double](repeating: 0, count: count * dimension)
            scratch.gradients = scratch.noise
        }
        streams.proposal.fillNormal(&scratch.noise)
        for chain in 0..<count { info.logRatio[chain] = kineticEnergy(chain, dimension) }
        for index in scratch.noise.indices {
            info.proposals[index] = states.points[index]
            scratch.noise[index] += 0.5 * stepSize * states.gradients[index]
        }
        // The length depends on no state, so every length leaves the target invariant, and so does their mixture.
        let length = isLengthRandom ? 1 + streams.proposal.integer(below: leapfrogSteps) : leapfrogSteps
        for step in 1...length {
            drift(&info)
            // Two half kicks in a row are one, except at the end.
            let kick = step == length ? 0.5 * stepSize : stepSize
            for index in scratch.noise.indices { scratch.noise[index] += kick * scratch.gradients[index] }
        }
        info.gradientEvaluations = count * length
        for chain in 0..<count { info.logRatio[chain] -= kineticEnergy(chain, dimension) }
        streams.decide(states, &info, &scratch.logUniform)
        states.move(to: info, scratch)
    }

    /// Moves the proposals along their momenta and evaluates the target there.
    private mutating func drift(_ info: inout StepInfo) {
        for index in scratch.noise.indices { info.proposals[index] += stepSize * scratch.noise[index] }
        let target = target
        info.proposals.withUnsafeBufferPointer { points in
            info.proposedLogDensity.withUnsafeMutableBufferPointer { values in
                scratch.gradients.withUnsafeMutableBufferPointer {
                    target.logDensityAndGradient(points, values: values, gradients: $0)
                }
            }
        }
        dropUselessGradients(&scratch.gradients)
    }

    /// `|v|^2 / 2` of a chain.
    private func kineticEnergy(_ chain: Int, _ dimension: Int) -> Double {
        var square = 0.0
        for index in chain * dimension..<(chain + 1) * dimension {
            square += scratch.noise[index] * scratch.noise[index]
        }
        return 0.5 * square
    }
}
