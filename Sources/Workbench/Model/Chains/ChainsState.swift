// SPDX-License-Identifier: Apache-2.0
// What the chains screen remembers of its user, and which samplers it shows.

import EngineKit

/// The chains screen of one run.
struct ChainsState: Sendable, Equatable {
    /// Seconds between two steps of slow motion.
    static let secondsPerMove = 0.33

    /// The sampler on show; `nil` for the first one.
    var sampler: String?
    /// The sampler beside it where two are compared; `nil` for the next one.
    var second: String?
    /// The coordinate whose trace and diagnostics are shown.
    var coordinate = 0
    /// The coordinate that it is drawn against.
    var other = 1
    /// Draws that are left out at the beginning, of the sampler on show.
    var warmUp: Int {
        get { min(chosenWarmUp, drawCount) }
        set { chosenWarmUp = max(0, newValue) }
    }
    /// What the user chose; a sampler with fewer draws has none left, and the next one gets its own again.
    private(set) var chosenWarmUp = 0
    /// Draws of each chain on show.
    private var drawCount = Int.max
    /// The view with the focus; in small windows the only one.
    var view = ChainsView.density
    /// Whether the view with the focus is alone in large windows too.
    var isAlone = false
    /// The selected chain.
    var chain = 0
    /// Chains whose traces are drawn, the first ones before the user chooses.
    var marked: [Int] = [0, 1, 2, 3]
    /// The diagnostic whose meaning help tells.
    var diagnostic = 0
    /// The number of the move on show; `nil` for none.
    var move: Int?
    /// When the next move is due, on the clock of `Action.clock`; `nil` while nothing plays.
    var movesAt: Double?

    /// Brings the numbers into the range of what is there.
    ///
    /// - Parameter draws: of each chain; `nil` before the first one.
    mutating func clamp(chains: Int, dimension: Int, draws: Int?) {
        coordinate = max(0, min(coordinate, dimension - 1))
        other = max(0, min(other, dimension - 1))
        if other == coordinate { other = coordinate == 0 ? min(1, dimension - 1) : 0 }
        chain = max(0, min(chain, chains - 1))
        drawCount = draws ?? .max
    }
}

extension WorkbenchModel {
    /// What the chains screen remembers of the current run, within the range of what is there.
    var chainsState: ChainsState {
        get {
            var state = currentRun.flatMap { chainsStates[$0] } ?? ChainsState()
            if let sampler = sampler(of: state) {
                let shape = sampler.shape
                state.clamp(
                    chains: shape.chains, dimension: shape.dimension, draws: sampler.draws?.store.count)
            }
            return state
        }
        set { if let currentRun { chainsStates[currentRun] = newValue } }
    }

    private func sampler(of state: ChainsState) -> SamplerData? {
        guard let chains = run?.chains else { return nil }
        return state.sampler.flatMap { chains.sampler(named: $0) } ?? chains.samplers.first
    }

    /// The sampler on show.
    var shownSampler: SamplerData? { sampler(of: chainsState) }

    /// The sampler that it is compared with; `nil` if there is only one.
    var secondSampler: SamplerData? {
        guard let samplers = run?.chains.samplers, samplers.count > 1, let shown = shownSampler else { return nil }
        if let name = chainsState.second, name != shown.name, let chosen = run?.chains.sampler(named: name) {
            return chosen
        }
        let index = samplers.firstIndex { $0.name == shown.name } ?? 0
        return samplers[(index + 1) % samplers.count]
    }
}
