// SPDX-License-Identifier: Apache-2.0
// Proposals in slow motion: which move is on show, and when the next one comes.

import EngineKit
import Screen

extension WorkbenchModel {
    /// The moves of the sampler on show.
    private var moves: MoveHistory? { shownSampler.flatMap { $0.moves.isEmpty ? nil : $0.moves } }

    /// The move on show.
    var shownMove: ChainMove? { chainsState.move.flatMap { moves?[$0] } }

    /// Starts slow motion where it stands, or stops it.
    mutating func togglePlayback() {
        guard let moves else { return sayNoMoves() }
        if chainsState.movesAt != nil {
            chainsState.movesAt = nil
            return
        }
        let move = chainsState.move ?? moves.first - 1
        // At the end it begins again.
        chainsState.move = move + 1 >= moves.end ? moves.first : max(moves.first, move + 1)
        chainsState.movesAt = clock + ChainsState.secondsPerMove
        say("From where each chain is to where it wants to go; a stops, [ ] step.")
    }

    /// Shows another move and stops there.
    mutating func stepPlayback(by steps: Int) {
        guard let moves else { return sayNoMoves() }
        chainsState.movesAt = nil
        let start = chainsState.move ?? (steps > 0 ? moves.first - 1 : moves.end)
        chainsState.move = max(moves.first, min(moves.end - 1, start + steps))
    }

    private mutating func sayNoMoves() {
        say("No proposals were noted yet.", level: .warning)
    }

    /// Shows the next move if it is due.
    mutating func playIfDue() {
        guard screen == ChainsScreen.name, let due = chainsState.movesAt, due <= clock else { return }
        redraw.now()
        guard let moves, let move = chainsState.move, move + 1 < moves.end else {
            // What is told while a run goes on is played when it is there.
            chainsState.movesAt = run?.state.isActive == true ? clock + ChainsState.secondsPerMove : nil
            return
        }
        chainsState.move = max(moves.first, move + 1)
        chainsState.movesAt = clock + ChainsState.secondsPerMove
    }
}
