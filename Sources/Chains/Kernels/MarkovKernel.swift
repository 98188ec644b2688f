// SPDX-License-Identifier: Apache-2.0
// The contract of all samplers: chains start at points and are advanced by steps that leave the target invariant.

import RealModule

/// A Markov kernel that leaves the distribution of its target invariant.
///
/// The kernel is a value that holds settings and random streams; where the chains are is in `ChainStates`. A kernel and
/// states that are copied together continue with the same bits.
public protocol MarkovKernel {
    /// The density that the chains sample.
    var target: any LogDensity { get }
    /// The random streams.
    var streams: KernelStreams { get set }

    /// Chains at the given points, `[M, D]`; evaluates the target there.
    func initialState(_ points: [Double]) -> ChainStates

    /// Advances every chain by one proposal and its acceptance or rejection; `info` is overwritten.
    ///
    /// - Precondition: the states are of this kind of kernel: made by its `initialState`.
    mutating func step(_ states: inout ChainStates, into info: inout StepInfo)
}

extension MarkovKernel {
    /// Advances every chain by one step and tells what happened.
    public mutating func step(_ states: inout ChainStates) -> StepInfo {
        var info = StepInfo()
        step(&states, into: &info)
        return info
    }
}

/// A kernel whose proposals have a step size that may be adapted while the chains warm up.
public protocol StepSizeKernel: MarkovKernel {
    /// The step size, positive.
    var stepSize: Double { get set }
}

/// Moves a step size until the acceptance is the wanted one.
///
/// `log e <- log e + 2 t^-0.6 (a_t - target)` with the acceptance `a_t` of step t, averaged over the chains: stochastic
/// approximation, [AT08] section 4.2, with its exponent between 1/2 and 1. The rule of the released code of [SZE17], 3 % up
/// or down by a smoothed acceptance, keeps swinging by a third and was not taken. A kernel that is adapted leaves nothing
/// invariant: stop before draws are kept.
public struct StepSizeAdaptation: Sendable, Equatable {
    /// The acceptance to reach, in (0, 1).
    public let target: Double
    /// Steps learned from so far.
    public private(set) var stepCount = 0

    /// An adaptation toward an acceptance; 0.65 suits Hamiltonian, 0.57 Langevin and 0.25 random-walk proposals.
    ///
    /// - Parameter stepCount: steps learned from before, of an adaptation that goes on.
    public init(target: Double = 0.65, stepCount: Int = 0) {
        guard target > 0, target < 1 else { fatalError("an acceptance lies between 0 and 1") }
        self.target = target
        self.stepCount = stepCount
    }

    /// Learns from a step and changes the step size of the kernel.
    public mutating func adapt(_ kernel: inout some StepSizeKernel, after info: StepInfo) {
        guard info.count > 0 else { return }
        stepCount += 1
        let gain = 2 * Double.pow(Double(stepCount), -0.6)
        kernel.stepSize *= .exp(gain * (info.meanAcceptanceProbability - target))
    }
}

extension StepSizeKernel {
    /// Takes adapted steps; the step size stays where it was at the end.
    public mutating func warmUp(_ states: inout ChainStates, steps: Int, towardAcceptance target: Double = 0.65) {
        var adaptation = StepSizeAdaptation(target: target)
        var info = StepInfo()
        for _ in 0..<steps {
            step(&states, into: &info)
            adaptation.adapt(&self, after: info)
        }
    }
}
