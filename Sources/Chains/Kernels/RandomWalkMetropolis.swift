// SPDX-License-Identifier: Apache-2.0
// Metropolis with normal steps around the current state.

import Probability

/// The random-walk Metropolis kernel: `x' = x + s z` with `z ~ N(0, I)`, ratio `p(x') / p(x)` [MRRTT53].
public struct RandomWalkMetropolis: StepSizeKernel {
    /// The density that the chains sample.
    public let target: any LogDensity
    /// The standard deviation s of a step along every coordinate.
    public var stepSize: Double
    /// The random streams.
    public var streams: KernelStreams
    private var scratch = ProposalScratch()

    /// A kernel.
    public init(target: any LogDensity, stepSize: Double, streams: KernelStreams) {
        guard stepSize > 0 else { fatalError("a random walk needs a positive step size") }
        self.target = target
        self.stepSize = stepSize
        self.streams = streams
    }

    /// Chains at the given points, `[M, D]`.
    public func initialState(_ points: [Double]) -> ChainStates {
        ChainStates(points: points, of: target, withGradients: false)
    }

    /// Advances every chain by one proposal.
    public mutating func step(_ states: inout ChainStates, into info: inout StepInfo) {
        info.prepare(count: states.count, dimension: states.dimension)
        info.proposals.withUnsafeMutableBufferPointer { proposals in
            streams.proposal.fillNormal(proposals)
            for index in proposals.indices { proposals[index] = states.points[index] + stepSize * proposals[index] }
            info.proposedLogDensity.withUnsafeMutableBufferPointer {
                target.logDensity(UnsafeBufferPointer(proposals), into: $0)
            }
        }
        info.densityEvaluations = states.count
        // The proposal is symmetric.
        for chain in 0..<states.count { info.logRatio[chain] = 0 }
        streams.decide(states, &info, &scratch.logUniform)
        states.move(to: info, scratch)
    }
}
