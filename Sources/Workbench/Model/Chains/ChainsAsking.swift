// SPDX-License-Identifier: Apache-2.0
// What the chains screen wants to know of its draws: asked when it is shown, once, and of other threads.

import EngineKit

extension WorkbenchModel {
    // MARK: Questions

    /// The question of the draws on show; `nil` while there are none.
    var chainRequest: ChainAnalysisRequest? { shownSampler.flatMap { analysisRequest(of: $0) } }

    /// The question of the draws of a sampler, about the coordinates on show.
    private func analysisRequest(of sampler: SamplerData) -> ChainAnalysisRequest? {
        let state = chainsState
        guard let run, let draws = sampler.draws, state.coordinate < draws.store.dimension else { return nil }
        let key = ChainKey(
            run: run.name, sampler: sampler.name, phase: sampler.phase, coordinate: state.coordinate,
            other: min(state.other, draws.store.dimension - 1), warmUp: min(state.warmUp, draws.store.count),
            draws: draws.store.count, marked: state.marked.filter { $0 < draws.store.chains },
            isEvolving: state.view == .evolution)
        return ChainAnalysisRequest(key: key, draws: draws, modes: run.chains.modes)
    }

    /// The questions of the pictures: of the sampler on show, and of the one beside it if there is one.
    private var chainRequests: [ChainAnalysisRequest] {
        let samplers = [shownSampler, chainsState.view.isOfSeveral ? secondSampler : nil]
        return samplers.compactMap { $0 }.compactMap { analysisRequest(of: $0) }
    }

    /// The question of the row of a sampler; `nil` while it has no draws.
    private func summaryRequest(of sampler: SamplerData) -> SamplerSummaryRequest? {
        guard let run, let draws = sampler.draws else { return nil }
        let key = SamplerKey(
            run: run.name, sampler: sampler.name, phase: sampler.phase,
            warmUp: min(chainsState.chosenWarmUp, draws.store.count), draws: draws.store.count)
        return SamplerSummaryRequest(key: key, draws: draws, target: run.chains.target)
    }

    /// The questions of the table of samplers while it is shown, those of the samplers on show first.
    private var summaryRequests: [SamplerSummaryRequest] {
        guard chainsState.view.isOfSeveral, let samplers = run?.chains.samplers else { return [] }
        let first = [shownSampler?.name, secondSampler?.name].compactMap { $0 }
        let others = samplers.filter { !first.contains($0.name) }
        let ordered = first.compactMap { run?.chains.sampler(named: $0) } + others
        return ordered.compactMap { summaryRequest(of: $0) }
    }

    // MARK: Answers

    /// What is known of the draws on show, and whether it is the answer to just this question.
    var shownAnalysis: (analysis: ChainAnalysis, isCurrent: Bool)? { shownSampler.flatMap { analysis(of: $0) } }

    /// What is known of the draws of a sampler; until its answer is there, of nearly the same question.
    func analysis(of sampler: SamplerData) -> (analysis: ChainAnalysis, isCurrent: Bool)? {
        guard let key = analysisRequest(of: sampler)?.key else { return nil }
        if let known = chainWork.answer(to: key) ?? chainWork.olderAnswer(to: key) { return (known, true) }
        return chainWork.newest { $0.asksLike(key) }.map { ($0, false) }
    }

    /// The row of a sampler; until its answer is there, that of more or fewer draws.
    func summary(of sampler: SamplerData) -> (summary: SamplerSummary, isCurrent: Bool)? {
        guard let key = summaryRequest(of: sampler)?.key else { return nil }
        if let known = summaryWork.answer(to: key) ?? summaryWork.olderAnswer(to: key) { return (known, true) }
        let other = summaryWork.newest { $0.run == key.run && $0.sampler == key.sampler && $0.phase == key.phase }
        return other.map { ($0, false) }
    }

    // MARK: Asking

    /// Asks for what the screen shows and nobody has found out.
    ///
    /// Other questions are asked at once; only more draws of the same question have to wait for their time.
    mutating func analysisIfDue() -> [Effect] {
        chainWork.rest()
        summaryWork.rest()
        guard screen == ChainsScreen.name else { return [] }
        var effects: [Effect] = []
        let isGrowing = run?.state.isActive == true
        let analyses = chainRequests
        if let key = chainWork.next(of: analyses.map(\.key), isGrowing: isGrowing, at: clock) {
            effects += analyses.filter { $0.key == key }.prefix(1).map { .analyseChains($0) }
        }
        let rows = summaryRequests
        if let key = summaryWork.next(of: rows.map(\.key), isGrowing: isGrowing, at: clock) {
            effects += rows.filter { $0.key == key }.prefix(1).map { .summariseSampler($0) }
        }
        return effects
    }

    /// Takes over an answer.
    mutating func take(_ analysis: ChainAnalysis) -> [Effect] {
        chainWork.take(analysis, at: clock)
        if screen == ChainsScreen.name { redraw.now() }
        return []
    }

    /// Takes over a row.
    mutating func take(_ summary: SamplerSummary) -> [Effect] {
        summaryWork.take(summary, at: clock)
        if screen == ChainsScreen.name { redraw.now() }
        return []
    }

    /// Looks at the draws of the chains screen at once, for pictures without a loop that answers effects.
    mutating func analyseNow() {
        for request in chainRequests where chainWork.answer(to: request.key) == nil {
            chainWork.take(request.answer(), at: clock)
        }
        for request in summaryRequests where summaryWork.answer(to: request.key) == nil {
            summaryWork.take(request.answer(), at: clock)
        }
    }

    /// Seconds until more draws are looked at or the next move is shown, from `seconds` on the clock of `Action.clock`.
    func secondsUntilChains(at seconds: Double) -> Double? {
        guard screen == ChainsScreen.name else { return nil }
        let times = [chainsState.movesAt, chainWork.wakeAt, summaryWork.wakeAt]
        // A clock that was set back must not stop the screen.
        return times.compactMap { $0 }.min().map { min(30, max(0, $0 - seconds)) }
    }
}
