// SPDX-License-Identifier: Apache-2.0
// What a chain's moves tell while it runs: acceptance over a moving window, and whether it is stuck.

/// Counts of accepted and rejected proposals of one chain, fed one move at a time.
public struct AcceptanceRecord: Sendable, Equatable {
    /// Moves that the moving window covers.
    public let window: Int
    /// Moves so far.
    public private(set) var moveCount = 0
    /// Accepted moves so far.
    public private(set) var acceptedCount = 0
    /// Rejections since the last accepted move, or since the start.
    public private(set) var currentRejectionRun = 0
    /// The longest run without acceptance so far, the current one included.
    public private(set) var longestRejectionRun = 0

    /// The last moves, a ring of at most `window`.
    private var recent: [Bool] = []
    private var acceptedInWindow = 0

    /// An empty record.
    ///
    /// - Parameter window: moves that `recentRate` covers, at least 1.
    public init(window: Int) {
        precondition(window > 0, "a window covers at least one move")
        self.window = window
    }

    /// A record of moves that have been made.
    public init(window: Int, moves: some Sequence<Bool>) {
        self.init(window: window)
        for move in moves { append(move) }
    }

    /// Adds a move.
    public mutating func append(_ isAccepted: Bool) {
        if recent.count < window {
            recent.append(isAccepted)
        } else {
            let oldest = moveCount % window
            if recent[oldest] { acceptedInWindow -= 1 }
            recent[oldest] = isAccepted
        }
        moveCount += 1
        if isAccepted {
            acceptedCount += 1
            acceptedInWindow += 1
            currentRejectionRun = 0
        } else {
            currentRejectionRun += 1
            longestRejectionRun = max(longestRejectionRun, currentRejectionRun)
        }
    }

    /// Accepted over all moves, in [0, 1]; undefined before the first move.
    public var rate: Diagnosis {
        moveCount == 0 ? .undefined(.empty) : .value(Double(acceptedCount) / Double(moveCount))
    }

    /// Accepted over all of the last `window` moves, in [0, 1]; over all moves as long as there are fewer.
    public var recentRate: Diagnosis {
        recent.isEmpty ? .undefined(.empty) : .value(Double(acceptedInWindow) / Double(recent.count))
    }

    /// Whether the chain has not moved for at least so many moves.
    public func isStuck(after limit: Int) -> Bool { currentRejectionRun >= limit }
}

extension Draws {
    /// Which steps of a chain moved: `T - 1` entries, true where any quantity differs from the draw before.
    ///
    /// For chains whose acceptances were not recorded. A NaN differs from everything, so a step to or from it counts as
    /// a move.
    public func moves(ofChain chain: Int) -> [Bool] {
        guard drawCount > 1 else { return [] }
        return (1..<drawCount).map { draw in
            names.indices.contains { value($0, chain: chain, draw: draw) != value($0, chain: chain, draw: draw - 1) }
        }
    }
}
