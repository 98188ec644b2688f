// SPDX-License-Identifier: Apache-2.0
// The two random streams of a kernel, and the decision between a state and its proposal.

import CKernels
public import Probability

/// The randomness of a kernel: one stream for proposals and one for decisions.
public struct KernelStreams: Sendable {
    /// Gives the proposals.
    public var proposal: RandomStream
    /// Gives one uniform number a chain and step, whatever the ratio.
    public var acceptance: RandomStream

    /// The streams of a seed; `index` keeps kernels of one run apart.
    public init(seed: UInt64, index: UInt32 = 0) {
        proposal = RandomStream(seed: seed, purpose: .proposal, index: index)
        acceptance = RandomStream(seed: seed, purpose: .acceptance, index: index)
    }

    /// Where the streams stand, proposal first, for a checkpoint; setting them continues with the same words.
    ///
    /// - Precondition: there are two.
    public var states: [RandomStream.State] {
        get { [proposal.state, acceptance.state] }
        set {
            requireEqual(newValue.count, 2, "states of a kernel's streams")
            proposal.state = newValue[0]
            acceptance.state = newValue[1]
        }
    }

    /// Accepts or rejects every proposal of a step.
    ///
    /// `info.logRatio` holds what the kernel knows besides the two log densities, that is
    /// `log q(x | x') - log q(x' | x)`, and becomes the whole ratio. Accepted is where `log u <= log ratio`: a ratio of 1
    /// always, and a start outside the support is left for any proposal inside.
    mutating func decide(_ states: borrowing ChainStates, _ info: inout StepInfo, _ logUniform: inout [Double]) {
        let count = states.count
        if logUniform.count != count { logUniform = [Double](repeating: 0, count: count) }
        logUniform.withUnsafeMutableBufferPointer {
            acceptance.fillUniform($0)
            elbo_log_positive($0.baseAddress, count)
        }
        var invalidCount = 0
        info.logRatio.withUnsafeMutableBufferPointer { ratios in
            info.accepted.withUnsafeMutableBufferPointer { accepted in
                for chain in 0..<count {
                    var ratio = logRatio(
                        from: states.logDensity[chain], to: info.proposedLogDensity[chain], correction: ratios[chain])
                    if ratio.isNaN {
                        ratio = -.infinity
                        invalidCount += 1
                    }
                    ratios[chain] = ratio
                    accepted[chain] = logUniform[chain] <= ratio
                }
            }
        }
        info.invalidCount = invalidCount
    }
}

/// The log ratio of a move; NaN for a proposal that has no density.
@inline(__always)
private func logRatio(from current: Double, to proposed: Double, correction: Double) -> Double {
    if !(proposed < .infinity) { return .nan }
    if current == -.infinity { return proposed == -.infinity ? -.infinity : .infinity }
    return (proposed - current) + correction
}
