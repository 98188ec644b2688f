// SPDX-License-Identifier: Apache-2.0
// The question of what some draws say: small enough to compare, and with everything that another thread needs to answer.

import EngineKit

/// A question with what is needed to answer it on another thread.
public protocol ChainRequest: Sendable {
    /// What comes back.
    associatedtype Answer: Sendable

    /// The answer; takes too long for the thread of the screen.
    func answer() -> Answer
}

/// What an analysis is of.
struct ChainKey: ChainQuestion {
    var run: String
    var sampler: String
    var phase: DrawBlock.Phase
    /// The coordinate that the diagnostics are of.
    var coordinate: Int
    /// The coordinate that it is drawn against.
    var other: Int
    /// Draws of each chain that are left out at the beginning.
    var warmUp: Int
    /// Draws of each chain, those left out included.
    var draws: Int
    /// Chains whose traces are drawn.
    var marked: [Int]
    /// Whether the effective sizes of growing parts of the draws are wanted, which take ten times as long as all else.
    var isEvolving = false

    func isCovered(by other: ChainKey) -> Bool {
        var copy = other
        if !isEvolving { copy.isEvolving = false }
        return copy == self
    }

    /// Whether another key asks the same of other draws of the same chains.
    func asksLike(_ other: ChainKey) -> Bool {
        var copy = other
        (copy.warmUp, copy.draws, copy.marked, copy.isEvolving) = (warmUp, draws, marked, isEvolving)
        return copy == self
    }
}

/// A request to look at draws; answered by `Action.chainsAnalysed`.
public struct ChainAnalysisRequest: ChainRequest, Equatable {
    let key: ChainKey
    let draws: PhaseDraws
    let modes: [Float]

    /// Requests are equal when their answers are.
    public static func == (left: ChainAnalysisRequest, right: ChainAnalysisRequest) -> Bool { left.key == right.key }

    /// The answer; takes some tens of milliseconds for 160 000 draws, half a second with the growing parts.
    public func answer() -> ChainAnalysis { ChainAnalysis(self) }
}
