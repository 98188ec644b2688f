// SPDX-License-Identifier: Apache-2.0
// The question of what some draws say: small enough to compare, and with everything that another thread needs to answer.

import EngineKit

/// What an analysis is of; equal keys have equal answers.
struct ChainKey: Sendable, Hashable {
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

    /// Whether another key asks the same of other draws of the same chains.
    func asksLike(_ other: ChainKey) -> Bool {
        var copy = other
        (copy.warmUp, copy.draws, copy.marked) = (warmUp, draws, marked)
        return copy == self
    }

    /// Whether only the number of draws differs from another key.
    func differsInDraws(from other: ChainKey) -> Bool {
        var copy = other
        copy.draws = draws
        return copy == self && draws != other.draws
    }
}

/// A request to look at draws; answered by `Action.chainsAnalysed`.
public struct ChainAnalysisRequest: Sendable, Equatable {
    let key: ChainKey
    let draws: PhaseDraws
    let modes: [Float]

    /// Requests are equal when their answers are.
    public static func == (left: ChainAnalysisRequest, right: ChainAnalysisRequest) -> Bool { left.key == right.key }

    /// The answer; takes some tens of milliseconds for 160 000 draws, so not on the thread of the screen.
    public func answer() -> ChainAnalysis { ChainAnalysis(self) }
}
