// SPDX-License-Identifier: Apache-2.0
// The contract of all samplers: chains start at points and are advanced by steps that leave the target invariant.

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

/// Multiplies a step size by a constant or divides it until the acceptance is the wanted one.
///
/// The rule of the released code of [SZE17]: the acceptance of the steps is smoothed, `a <- 0.9 a + 0.1 mean`, and the
/// step size grows by 3 % while `a` is above the target and shrinks by 3 % below. A kernel that is adapted leaves nothing
/// invariant: stop before draws are kept.
public struct StepSizeAdaptation: Sendable, Equatable {
    /// The acceptance to reach, in (0, 1).
    public let target: Double
    /// The smoothed acceptance.
    public private(set) var smoothed: Double

    /// An adaptation toward an acceptance; 0.65 suits Hamiltonian, 0.57 Langevin and 0.25 random-walk proposals.
    public init(target: Double = 0.65) {
        guard target > 0, target < 1 else { fatalError("an acceptance lies between 0 and 1") }
        self.target = target
        smoothed = target
    }

    /// Learns from a step and changes the step size of the kernel.
    public mutating func adapt(_ kernel: inout some StepSizeKernel, after info: StepInfo) {
        guard info.count > 0 else { return }
        smoothed = 0.9 * smoothed + 0.1 * info.meanAcceptanceProbability
        kernel.stepSize *= smoothed > target ? 1.03 : 1 / 1.03
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
