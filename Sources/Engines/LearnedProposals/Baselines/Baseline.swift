// SPDX-License-Identifier: Apache-2.0
// The table of samplers that a learned proposal is compared with.

import Chains
import EngineKit
import Glibc

/// What a baseline is made from.
struct BaselineSource {
    let target: any LogDensity & Sendable
    /// Where the target has its mass, from the Laplace approximation or from a picture.
    let start: ProposalStart
    /// Draws of the learned sampler, `[N, D]`.
    let draws: [Double]
    let settings: BaselineSettings
    let streams: KernelStreams

    /// A width from which the adaptation of step sizes begins: the geometric mean of the deviations.
    var width: Double {
        let logarithms = start.standardDeviations.map { log($0) }
        return exp(logarithms.reduce(0, +) / Double(logarithms.count))
    }
}

/// A sampler that needs no training.
struct Baseline: Sendable {
    /// The name in session files, results and records.
    let name: String
    /// What it is, for its first message.
    let meaning: String
    /// The mean acceptance that its step size is adapted to; `nil` for one without a step size.
    var acceptance: Double?
    /// Makes the kernel.
    ///
    /// - Throws: `EngineError` with the reason why the target has no such sampler.
    let make: @Sendable (BaselineSource) throws(EngineError) -> any MarkovKernel

    /// All baselines; a new one is a row here.
    static let all = [laplace, moments, randomWalk, langevin, hamiltonian]

    /// The baseline with a name of the table.
    static func named(_ name: String) -> Baseline {
        guard let baseline = all.first(where: { $0.name == name }) else { fatalError("no baseline \(name)") }
        return baseline
    }
}

extension Baseline {
    /// Independent proposals `N(mode, H^-1)`; a learned proposal that does not beat them was not worth its training.
    static let laplace = Baseline(
        name: "laplace", meaning: "independent proposals of the Laplace approximation"
    ) { source throws(EngineError) in
        do throws(LaplaceError) {
            let approximation = try LaplaceApproximation(of: source.target, from: source.start.mean)
            return IndependentMetropolis(
                target: source.target, proposal: approximation.gaussian, streams: source.streams)
        } catch { throw EngineError("\(error)") }
    }

    /// Independent proposals with the mean and covariance of the learned sampler's draws: the best of all normal ones by
    /// `KL(p || q)`.
    static let moments = Baseline(
        name: "moments", meaning: "independent normal proposals with the moments of the draws"
    ) { source throws(EngineError) in
        do throws(ParameterError) {
            return IndependentMetropolis(
                target: source.target,
                proposal: try FullGaussian(matching: source.draws, dimension: source.target.dimension),
                streams: source.streams)
        } catch { throw EngineError("the learned sampler's draws have no covariance: \(error)") }
    }

    /// Normal steps around the state; an acceptance of 0.25 suits many dimensions [RGG97].
    static let randomWalk = Baseline(
        name: "random-walk", meaning: "normal steps around the state", acceptance: 0.25
    ) { source in
        RandomWalkMetropolis(target: source.target, stepSize: source.width, streams: source.streams)
    }

    /// Steps that drift up the gradient; 0.57 suits many dimensions [RR98].
    static let langevin = Baseline(
        name: "langevin", meaning: "normal steps that drift up the gradient", acceptance: 0.57
    ) { source in
        MetropolisLangevin(target: source.target, stepSize: 0.5 * source.width, streams: source.streams)
    }

    /// Trajectories with unit mass; 0.65 suits many dimensions [Nea11].
    static let hamiltonian = Baseline(
        name: "hamiltonian", meaning: "trajectories of a random number of leapfrog steps", acceptance: 0.65
    ) { source in
        HamiltonianMonteCarlo(
            target: source.target, stepSize: 0.3 * source.width, leapfrogSteps: source.settings.leapfrogSteps,
            isLengthRandom: true, streams: source.streams)
    }
}
