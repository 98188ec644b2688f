// SPDX-License-Identifier: Apache-2.0
// One chain among the others: where it is, whether it moves, and whether it agrees with the rest.

import Diagnostics
import Glibc

/// A row of the table of chains.
struct ChainRow: Sendable, Equatable {
    /// Steps without an accepted proposal after which a chain is called stuck.
    static let stuckAfter = 100
    /// Chains of which an own standard error is computed; more would take too long, and nobody reads them.
    private static let judgedChains = 256

    var mean: Double
    var standardDeviation: Double
    /// Share of accepted proposals; `nil` where nobody counted.
    var acceptance: Double?
    /// Whether nothing was accepted in the last `stuckAfter` steps.
    var isStuck: Bool
    /// How far the mean lies from that of the other chains that move, in standard errors of the difference; `nil` where
    /// the chain has none.
    var deviation: Double?

    /// The rows of all chains.
    ///
    /// - Parameters:
    ///   - draws: all draws.
    ///   - values: the coordinate that is looked at behind the warm-up, `[M, T]`.
    ///   - first: the first draw that is looked at.
    static func rows(_ draws: PhaseDraws, _ values: [Double], from first: Int) -> [ChainRow] {
        let count = draws.store.chains
        let length = values.count / count
        let rates = acceptance(draws, from: first)
        let stuck = stuckChains(draws)
        let judged = count <= judgedChains && length >= ChainAnalysis.fewestDraws
        var rows: [ChainRow] = []
        var errors: [Double?] = []
        for chain in 0..<count {
            let own = values[chain * length..<(chain + 1) * length]
            let mean = own.reduce(0, +) / Double(length)
            let squares = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            rows.append(
                ChainRow(
                    mean: mean, standardDeviation: length > 1 ? (squares / Double(length - 1)).squareRoot() : .nan,
                    acceptance: rates?[chain], isStuck: stuck[chain], deviation: nil))
            let matrix = ChainMatrix(Array(own), count: 1, length: length)
            errors.append(judged ? meanStandardError(ChainDraws(matrix)).value : nil)
        }
        guard judged, count > 1 else { return rows }
        // The rest are chains that move: one that stays where it is would make all others look as if they were apart.
        let moving = (0..<count).filter { errors[$0] != nil }
        let sum = moving.reduce(0) { $0 + rows[$1].mean }
        let squares = errors.reduce(0) { $0 + ($1 ?? 0) * ($1 ?? 0) }
        let others = Double(moving.count - 1)
        for chain in moving where others > 0 {
            guard let error = errors[chain] else { continue }
            let rest = (sum - rows[chain].mean) / others
            let spread = (error * error + max(0, squares - error * error) / (others * others)).squareRoot()
            let deviation = (rows[chain].mean - rest) / spread
            rows[chain].deviation = deviation.isFinite ? deviation : nil
        }
        return rows
    }

    private static func acceptance(_ draws: PhaseDraws, from first: Int) -> [Double]? {
        let notes = draws.notes.filter { $0.firstDraw >= first && $0.accepted.count == draws.store.chains }
        let steps = notes.reduce(0) { $0 + $1.steps }
        guard steps > 0 else { return nil }
        var sums = [Double](repeating: 0, count: draws.store.chains)
        for note in notes { for chain in sums.indices { sums[chain] += Double(note.accepted[chain]) } }
        return sums.map { $0 / Double(steps) }
    }

    /// Whether each chain accepted nothing in the last steps.
    ///
    /// By the counts of the blocks; where nobody counted, by whether the state stayed the same.
    static func stuckChains(_ draws: PhaseDraws) -> [Bool] {
        let count = draws.store.chains
        var (sums, steps) = ([Float](repeating: 0, count: count), 0)
        for note in draws.notes.reversed() where note.steps > 0 {
            guard note.accepted.count == count else { return unmovedChains(draws) }
            for chain in sums.indices { sums[chain] += note.accepted[chain] }
            steps += note.steps
            if steps >= stuckAfter { break }
        }
        return sums.map { steps >= stuckAfter && $0 == 0 }
    }

    private static func unmovedChains(_ draws: PhaseDraws) -> [Bool] {
        let store = draws.store
        let states = (stuckAfter + draws.thinning - 1) / draws.thinning + 1
        guard store.count >= states else { return [Bool](repeating: false, count: store.chains) }
        var first = [Float](repeating: 0, count: store.chains * store.dimension)
        var isUnmoved = [Bool](repeating: true, count: store.chains)
        store.forEachState(from: store.count - states) { draw, state in
            for index in first.indices {
                if draw == store.count - states { first[index] = state[index] }
                if state[index] != first[index] { isUnmoved[index / store.dimension] = false }
            }
        }
        return isUnmoved
    }
}
