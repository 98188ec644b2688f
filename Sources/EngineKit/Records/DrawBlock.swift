// SPDX-License-Identifier: Apache-2.0
// A block of states that Markov chains went through, with what became of some of their proposals.

/// Consecutive states of M chains that are advanced together.
public struct DrawBlock: NumericRecord {
    /// What the store calls it.
    public static let kind = "draws"

    /// What the states are for.
    public enum Phase: String, Sendable, Codable {
        /// States while the proposal is being learned; the proposal changes between them.
        case training
        /// States that are not kept.
        case burnIn
        /// States that are kept.
        case kept
    }

    /// Steps of the run that were done when it was made.
    public var step: Int
    /// Who made them: `learned`, or the name of a baseline such as `hamiltonian`.
    public var sampler: String
    /// What they are for.
    public var phase: Phase
    /// Chains, M.
    public var chains: Int
    /// Coordinates, D.
    public var dimension: Int
    /// Steps of the chains between two states that are here; more than 1 when there would be too many of them.
    public var thinning: Int
    /// Steps of the chains that this block stands for, the ones between its states included.
    public var stepCount: Int
    /// Mean over the proposals of these steps of min(1, ratio); NaN without steps.
    public var acceptanceRate: Double
    /// Seconds that these steps took.
    public var seconds: Double
    /// Density evaluations, those with gradients included, of all chains together.
    public var evaluations: Int
    /// Chains whose proposals are here: the first ones.
    public var proposingChains: Int
    /// The states, `[n, M, D]`.
    public var points: [Float] = []
    /// Unnormalised log density of each state, `[n, M]`; empty when nobody noted them.
    public var logDensities: [Float] = []
    /// Accepted proposals of each chain in these steps, `[M]`.
    public var acceptedCounts: [Float] = []
    /// The proposals of the first chains from which the states of `points` came, `[n, proposingChains, D]`; empty when
    /// nobody noted them.
    public var proposals: [Float] = []
    /// 1 for each of them that was accepted, else 0; `[n, proposingChains]`.
    public var isAccepted: [Float] = []

    private enum CodingKeys: CodingKey {
        case step, sampler, phase, chains, dimension, thinning, stepCount, acceptanceRate, seconds, evaluations
        case proposingChains
    }

    /// The arrays, in the order of their declaration.
    public var numbers: [[Float]] {
        get { [points, logDensities, acceptedCounts, proposals, isAccepted] }
        set {
            (points, logDensities, acceptedCounts) = (newValue[0], newValue[1], newValue[2])
            (proposals, isAccepted) = (newValue[3], newValue[4])
        }
    }

    /// States of each chain, n.
    public var count: Int { chains * dimension > 0 ? points.count / (chains * dimension) : 0 }

    /// Creates an empty block.
    public init(
        step: Int, sampler: String, phase: Phase, chains: Int, dimension: Int, thinning: Int = 1,
        proposingChains: Int = 0
    ) {
        self.step = step
        self.sampler = sampler
        self.phase = phase
        self.chains = chains
        self.dimension = dimension
        self.thinning = thinning
        self.proposingChains = proposingChains
        stepCount = 0
        acceptanceRate = .nan
        seconds = 0
        evaluations = 0
    }
}
