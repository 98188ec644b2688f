// SPDX-License-Identifier: Apache-2.0
// Which samplers of a run are on show: the one that all views show, and the one beside it.

import EngineKit
import Screen

extension WorkbenchModel {
    /// Shows the draws of a sampler; slow motion is over, since its moves are others.
    mutating func show(sampler name: String) {
        guard name != shownSampler?.name else { return }
        chainsState.sampler = name
        (chainsState.move, chainsState.movesAt) = (nil, nil)
    }

    /// Shows the next sampler, around the end.
    mutating func nextSampler() {
        guard let samplers = run?.chains.samplers, let index = shownSamplerIndex, samplers.count > 1 else {
            return sayOneSampler()
        }
        let next = samplers[(index + 1) % samplers.count].name
        show(sampler: next)
        say("Draws of \(next).")
    }

    /// Shows a sampler further down or up the table, not around its ends.
    mutating func moveSampler(by steps: Int) {
        guard let samplers = run?.chains.samplers, let index = shownSamplerIndex, steps != 0 else { return }
        var list = ListState(selected: index)
        list.move(by: steps, count: samplers.count)
        if let selected = list.selected { show(sampler: samplers[selected].name) }
    }

    /// Shows two samplers side by side; where they are already, the next one beside that on show.
    mutating func nextSecondSampler() {
        guard let samplers = run?.chains.samplers, let shown = shownSampler, let second = secondSampler else {
            return sayOneSampler()
        }
        guard chainsState.view.isOfSeveral else {
            chainsState.view = .compare
            return
        }
        let others = samplers.filter { $0.name != shown.name }
        let index = others.firstIndex { $0.name == second.name } ?? 0
        let next = others[(index + 1) % others.count].name
        chainsState.second = next
        say(others.count > 1 ? "Beside it \(next)." : "There is no third sampler.")
    }

    /// From the pictures of a sampler to the table of all, and back.
    mutating func toggleSamplers() {
        guard run?.chains.samplers.isEmpty == false else { return }
        chainsState.view = chainsState.view.isOfSeveral ? .density : .samplers
    }

    private var shownSamplerIndex: Int? {
        shownSampler.flatMap { shown in run?.chains.samplers.firstIndex { $0.name == shown.name } }
    }

    private mutating func sayOneSampler() { say("There is one sampler only.") }
}
