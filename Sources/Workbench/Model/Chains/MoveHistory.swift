// SPDX-License-Identifier: Apache-2.0
// The last proposals of the first chains, with what became of them: what slow motion plays.

import EngineKit

/// What some chains did in one step.
struct ChainMove: Sendable, Equatable {
    /// One chain.
    struct Proposal: Sendable, Equatable {
        /// Where the chain was; empty when the step before it is not known.
        var old: [Float]
        /// Where it wanted to go.
        var proposed: [Float]
        /// Where it is now.
        var new: [Float]
        var isAccepted: Bool
    }

    var phase: DrawBlock.Phase
    /// Steps of the run that were done when it was told.
    var step: Int
    /// The first chains, in their order.
    var proposals: [Proposal]
}

/// The newest moves; each has a number that it keeps.
struct MoveHistory: Sendable {
    /// Moves that are kept at least: three minutes of slow motion.
    static let capacity = 512
    /// Numbers in them beyond which there are fewer.
    private static let largestSize = 2_000_000

    private var moves: [ChainMove] = []
    /// The number of the first move that is still there.
    private(set) var first = 0

    /// The number behind that of the newest move.
    var end: Int { first + moves.count }

    var isEmpty: Bool { moves.isEmpty }

    /// The move of a number, `nil` when it is gone or not there yet.
    subscript(number: Int) -> ChainMove? {
        number >= first && number < end ? moves[number - first] : nil
    }

    /// The newest state of a chain that a block continues, where the block before it was the same phase's.
    private func end(of chain: Int, before block: DrawBlock) -> [Float] {
        guard let last = moves.last, last.phase == block.phase, chain < last.proposals.count else { return [] }
        return last.proposals[chain].new
    }

    /// Takes over the proposals of a block whose lengths have been checked.
    mutating func take(_ block: DrawBlock) {
        let (told, dimension) = (block.proposingChains, block.dimension)
        guard told > 0, !block.proposals.isEmpty else { return }
        let capacity = max(1, min(Self.capacity, Self.largestSize / (3 * told * dimension)))
        // Where states in between are left out, the place before a step is only known if the chain stayed there.
        let isComplete = block.thinning == 1
        var places = (0..<told).map { isComplete ? end(of: $0, before: block) : [] }
        let skipped = max(0, block.count - capacity)
        if skipped > 0 { places = places.map { _ in [] } }
        for draw in skipped..<block.count {
            let proposals = (0..<told).map { chain -> ChainMove.Proposal in
                let start = (draw * block.chains + chain) * dimension
                let new = Array(block.points[start..<start + dimension])
                let other = (draw * told + chain) * dimension
                let isAccepted = block.isAccepted[draw * told + chain] > 0.5
                let proposal = ChainMove.Proposal(
                    old: isAccepted ? places[chain] : new,
                    proposed: Array(block.proposals[other..<other + dimension]), new: new, isAccepted: isAccepted)
                if isComplete { places[chain] = new }
                return proposal
            }
            moves.append(ChainMove(phase: block.phase, step: block.step, proposals: proposals))
        }
        // In larger pieces, because every removal moves what stays.
        guard moves.count > 2 * capacity else { return }
        let surplus = moves.count - capacity
        moves.removeFirst(surplus)
        first += surplus
    }
}
