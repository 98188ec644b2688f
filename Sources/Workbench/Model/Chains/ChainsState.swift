// SPDX-License-Identifier: Apache-2.0
// What the chains screen remembers of its user, and the answers that it has.

import EngineKit

/// The chains screen of one run.
struct ChainsState: Sendable, Equatable {
    /// Seconds between two steps of slow motion.
    static let secondsPerMove = 0.33

    /// The sampler on show; `nil` for the first one.
    var sampler: String?
    /// The coordinate whose trace and diagnostics are shown.
    var coordinate = 0
    /// The coordinate that it is drawn against.
    var other = 1
    /// Draws that are left out at the beginning.
    var warmUp = 0
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
    mutating func clamp(chains: Int, dimension: Int, draws: Int) {
        coordinate = max(0, min(coordinate, dimension - 1))
        other = max(0, min(other, dimension - 1))
        if other == coordinate { other = coordinate == 0 ? min(1, dimension - 1) : 0 }
        chain = max(0, min(chain, chains - 1))
        warmUp = max(0, min(warmUp, draws))
    }
}

/// Analyses that are known, and the one that is under way.
struct ChainWork: Sendable {
    /// Answers that are kept: walking through coordinates and back costs nothing.
    private static let capacity = 24
    /// An analysis takes at most this share of a core while draws keep coming.
    private static let share = 1.0 / 40

    private(set) var answers: [ChainAnalysis] = []
    /// What is being looked at.
    var pending: ChainKey?
    /// When more draws of what is on show are looked at again, on the clock of `Action.clock`.
    private(set) var dueAt = -Double.infinity
    /// Whether there are more draws than were looked at.
    var isWaiting = false

    /// Keeps an answer; one with fewer draws of the same question gives way.
    mutating func take(_ answer: ChainAnalysis, at clock: Double) {
        if pending == answer.key { pending = nil }
        answers.removeAll { $0.key == answer.key || $0.key.differsInDraws(from: answer.key) }
        answers.append(answer)
        if answers.count > Self.capacity { answers.removeFirst() }
        dueAt = clock + min(30, max(0.5, answer.seconds / Self.share))
    }

    /// The answer to a question.
    func answer(to key: ChainKey) -> ChainAnalysis? { answers.last { $0.key == key } }

    /// The answer to a question, or the newest one to nearly the same question, until the right one is there.
    func shown(for key: ChainKey) -> ChainAnalysis? { answer(to: key) ?? answers.last { $0.key.asksLike(key) } }
}

extension WorkbenchModel {
    /// What the chains screen remembers of the current run, within the range of what is there.
    var chainsState: ChainsState {
        get {
            var state = currentRun.flatMap { chainsStates[$0] } ?? ChainsState()
            if let sampler = sampler(of: state) {
                let shape = sampler.shape
                state.clamp(
                    chains: shape.chains, dimension: shape.dimension, draws: sampler.draws?.store.count ?? state.warmUp)
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

    /// The question that the chains screen asks now; `nil` while there are no draws.
    var chainRequest: ChainAnalysisRequest? {
        let state = chainsState
        guard let run, let sampler = sampler(of: state), let draws = sampler.draws else { return nil }
        let key = ChainKey(
            run: run.name, sampler: sampler.name, phase: sampler.phase, coordinate: state.coordinate,
            other: state.other, warmUp: state.warmUp, draws: draws.store.count,
            marked: state.marked.filter { $0 < draws.store.chains })
        return ChainAnalysisRequest(key: key, draws: draws, modes: run.chains.modes)
    }

    /// What is known of the draws on show, and whether it is the answer to just this question.
    var shownAnalysis: (analysis: ChainAnalysis, isCurrent: Bool)? {
        guard let key = chainRequest?.key, let answer = chainWork.shown(for: key) else { return nil }
        return (answer, answer.key == key || answer.key.differsInDraws(from: key))
    }

    // MARK: Asking

    /// Asks for an analysis if the screen shows draws that nobody has looked at.
    ///
    /// Other questions are asked at once; only more draws of the same question have to wait for their time.
    mutating func analysisIfDue() -> [Effect] {
        chainWork.isWaiting = false
        guard screen == ChainsScreen.name, let request = chainRequest else { return [] }
        let key = request.key
        guard chainWork.answer(to: key) == nil, chainWork.pending != key else { return [] }
        if let pending = chainWork.pending, pending.differsInDraws(from: key) { return [] }
        let known = chainWork.answers.contains { $0.key.differsInDraws(from: key) }
        if known, run?.state.isActive == true, clock < chainWork.dueAt {
            chainWork.isWaiting = true
            return []
        }
        chainWork.pending = key
        return [.analyseChains(request)]
    }

    /// Takes over an answer.
    mutating func take(_ analysis: ChainAnalysis) -> [Effect] {
        chainWork.take(analysis, at: clock)
        if screen == ChainsScreen.name { redraw.now() }
        return []
    }

    /// Looks at the draws of the chains screen at once, for pictures without a loop that answers effects.
    mutating func analyseNow() {
        guard let request = chainRequest, chainWork.answer(to: request.key) == nil else { return }
        chainWork.take(request.answer(), at: clock)
    }

    /// Seconds until more draws are looked at or the next move is shown, from `seconds` on the clock of `Action.clock`.
    func secondsUntilChains(at seconds: Double) -> Double? {
        guard screen == ChainsScreen.name else { return nil }
        let times = [chainsState.movesAt, chainWork.isWaiting ? chainWork.dueAt : nil]
        // A clock that was set back must not stop the screen.
        return times.compactMap { $0 }.min().map { min(30, max(0, $0 - seconds)) }
    }
}
