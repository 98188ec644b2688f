// SPDX-License-Identifier: Apache-2.0
// The draws of one quantity by several chains, with the sorted order that most diagnostics need.

/// M chains of T draws of one quantity: what every convergence diagnostic takes.
///
/// The draws are checked and sorted once, when the value is made; the diagnostics of the same draws share that.
public struct ChainDraws: Sendable, Equatable {
    /// The draws, `[M, T]`.
    public let matrix: ChainMatrix
    /// The same draws with each chain cut in two, `[2M, T/2]`; of an odd number the draw in the middle is left out.
    public let halves: ChainMatrix
    /// Why nothing can be said, if so: no draws, one that is not finite, or all equal.
    public let problem: UndefinedReason?
    /// All draws sorted; empty when there is a problem other than that all are equal.
    let sorted: SortedOrder
    /// Rank-normalised draws of the halves; empty where `sorted` is.
    let scores: ChainMatrix

    /// Number of chains, M.
    public var chainCount: Int { matrix.count }
    /// Draws per chain, T.
    public var drawCount: Int { matrix.length }
    /// Draws of all chains together, S = M T.
    public var totalCount: Int { matrix.values.count }

    /// Checks and sorts draws.
    ///
    /// - Parameter matrix: one sequence per chain.
    /// - Complexity: O(M T).
    public init(_ matrix: ChainMatrix) {
        self.matrix = matrix
        halves = matrix.halves
        problem = matrix.problem
        guard problem != .empty, problem != .notFinite else {
            sorted = SortedOrder([])
            scores = ChainMatrix([], count: 0, length: 0)
            return
        }
        sorted = SortedOrder(matrix.values)
        scores = Self.scores(of: sorted, matrix, halves)
    }

    /// Checks and sorts draws given chain by chain.
    ///
    /// - Precondition: all chains have the same length.
    public init(_ chains: [[Double]]) {
        let length = chains.first?.count ?? 0
        guard chains.allSatisfy({ $0.count == length }) else {
            fatalError("ChainDraws: chains of \(chains.map(\.count)) draws")
        }
        self.init(ChainMatrix(chains.flatMap { $0 }, count: chains.count, length: length))
    }

    /// Rank-normalised distances of the halves from the median of all draws.
    var foldedScores: ChainMatrix {
        Self.scores(of: sorted.folded(around: sorted.quantile(0.5)), matrix, halves)
    }

    /// Scores of the draws that the halves keep, in their layout.
    private static func scores(of order: SortedOrder, _ draws: ChainMatrix, _ halves: ChainMatrix) -> ChainMatrix {
        var order = order
        if draws.length != 2 * halves.length {
            // The draw in the middle of each chain goes; what is behind it in memory moves up.
            let middle = Int32(halves.length)
            let length = Int32(draws.length)
            var kept = (positions: [Int32](), values: [Double]())
            for (position, value) in zip(order.positions, order.values) {
                let (chain, draw) = position.quotientAndRemainder(dividingBy: length)
                if draw == middle { continue }
                kept.positions.append(position - chain - (draw > middle ? 1 : 0))
                kept.values.append(value)
            }
            order = SortedOrder(positions: kept.positions, values: kept.values)
        }
        return ChainMatrix(
            normalScores(order, count: order.values.count), count: halves.count, length: halves.length)
    }
}
