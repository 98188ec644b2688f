// SPDX-License-Identifier: Apache-2.0
// Metropolis with steps that drift up the gradient.

import Probability

/// The Metropolis-adjusted Langevin kernel: `x' = x + e^2 g(x) / 2 + e z` with `g = grad log p` and `z ~ N(0, I)` [RT96].
///
/// With `z' = (x - x') / e - e g(x') / 2` the ratio is `p(x') exp(-|z'|^2 / 2) / (p(x) exp(-|z|^2 / 2))`.
public struct MetropolisLangevin: StepSizeKernel {
    /// The density that the chains sample.
    public let target: any LogDensity
    /// The step size e.
    public var stepSize: Double
    /// The random streams.
    public var streams: KernelStreams
    private var scratch = ProposalScratch()

    /// A kernel.
    public init(target: any LogDensity, stepSize: Double, streams: KernelStreams) {
        guard stepSize > 0 else { fatalError("Langevin proposals need a positive step size") }
        self.target = target
        self.stepSize = stepSize
        self.streams = streams
    }

    /// Chains at the given points, `[M, D]`.
    public func initialState(_ points: [Double]) -> ChainStates {
        ChainStates(points: points, of: target, withGradients: true)
    }

    /// Advances every chain by one proposal.
    public mutating func step(_ states: inout ChainStates, into info: inout StepInfo) {
        let (count, dimension) = (states.count, states.dimension)
        requireEqual(states.gradients.count, count * dimension, "gradients of the states")
        info.prepare(count: count, dimension: dimension)
        if scratch.noise.count != count * dimension {
            scratch.noise = [Double](repeating: 0, count: count * dimension)
            scratch.gradients = scratch.noise
        }
        streams.proposal.fillNormal(&scratch.noise)
        for index in scratch.noise.indices {
            let drift = 0.5 * stepSize * states.gradients[index]
            info.proposals[index] = states.points[index] + stepSize * (drift + scratch.noise[index])
        }
        let target = target
        info.proposals.withUnsafeBufferPointer { points in
            info.proposedLogDensity.withUnsafeMutableBufferPointer { values in
                scratch.gradients.withUnsafeMutableBufferPointer {
                    target.logDensityAndGradient(points, values: values, gradients: $0)
                }
            }
        }
        dropUselessGradients(&scratch.gradients)
        info.gradientEvaluations = count
        for chain in 0..<count {
            var forward = 0.0
            var backward = 0.0
            for index in chain * dimension..<(chain + 1) * dimension {
                let drift = 0.5 * stepSize * scratch.gradients[index]
                let back = (states.points[index] - info.proposals[index]) / stepSize - drift
                forward += scratch.noise[index] * scratch.noise[index]
                backward += back * back
            }
            info.logRatio[chain] = 0.5 * (forward - backward)
        }
        streams.decide(states, &info, &scratch.logUniform)
        states.move(to: info, scratch)
    }
}
