// SPDX-License-Identifier: Apache-2.0
// The table of kernels: each has a name, a sentence, and a way to make one of a single scale.

/// A kind of Markov kernel.
public struct KernelKind: Sendable {
    /// The name in session files and results, such as `randomWalk`.
    public let name: String
    /// What it does, in one sentence.
    public let meaning: String
    /// Makes a kernel for a target; `scale` is the standard deviation of independent proposals around 0, or the step
    /// size.
    public let make: @Sendable (_ target: any LogDensity, _ scale: Double, _ streams: KernelStreams) -> any MarkovKernel
}

/// All kinds of kernels; a new one is a file and a row here.
public let allKernels: [KernelKind] = [
    .init(name: "independent", meaning: "Proposals that do not depend on the state.") { target, scale, streams in
        IndependentMetropolis(target: target, proposal: roundGaussian(target.dimension, scale), streams: streams)
    },
    .init(name: "randomWalk", meaning: "Normal steps around the state.") { target, scale, streams in
        RandomWalkMetropolis(target: target, stepSize: scale, streams: streams)
    },
    .init(name: "langevin", meaning: "Normal steps that drift up the gradient.") { target, scale, streams in
        MetropolisLangevin(target: target, stepSize: scale, streams: streams)
    },
    .init(name: "hamiltonian", meaning: "Trajectories of ten leapfrog steps.") { target, scale, streams in
        HamiltonianMonteCarlo(target: target, stepSize: scale, leapfrogSteps: 10, streams: streams)
    },
    .init(name: "hamiltonianRandomLength", meaning: "Trajectories of one to ten leapfrog steps.") {
        target, scale, streams in
        HamiltonianMonteCarlo(
            target: target, stepSize: scale, leapfrogSteps: 10, isLengthRandom: true, streams: streams)
    },
]

/// `N(0, scale^2 I)`.
private func roundGaussian(_ dimension: Int, _ scale: Double) -> FullGaussian {
    var factor = [Double](repeating: 0, count: dimension * dimension)
    for axis in 0..<dimension { factor[axis * dimension + axis] = scale }
    return FullGaussian(mean: [Double](repeating: 0, count: dimension), lowerFactor: factor)
}
