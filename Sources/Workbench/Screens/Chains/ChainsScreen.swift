// SPDX-License-Identifier: Apache-2.0
// Chains: where they are, whether they mix, and what became of their proposals. Keys are in ChainsScreen+Keys, places in
// ChainsScreen+Layout.

import EngineKit
import Screen

/// The draws of a run over the density that they come from.
enum ChainsScreen: WorkbenchScreen {
    static let name = "chains"
    static let title = "Chains"
    static let key: KeyPress = "4"

    /// Below this width the target is not named beside a sampler.
    private static let narrowWidth = 100

    static func isOffered(_ model: WorkbenchModel) -> Bool { model.run?.chains.isEmpty == false }

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        guard let chains = model.run?.chains, !chains.isEmpty else { return [] }
        var pieces: [StyledText] = []
        let isOfSeveral = chains.samplers.count > 1
        // Where there is little room the sampler matters more than what it samples.
        if let target = chains.target, !isOfSeveral || model.size.width >= narrowWidth {
            pieces.append(StyledText("\(target.name)  ", .text))
        }
        guard let sampler = model.shownSampler else { return pieces }
        if isOfSeveral { pieces.append(StyledText("\(sampler.name)  ", .focus)) }
        if model.chainsState.view.isOfSeveral {
            let count = chains.samplers.count
            pieces.append(StyledText(count == 1 ? "1 sampler" : "\(count) samplers", .dim))
            return pieces
        }
        let count = sampler.shape.chains
        if let draws = sampler.draws {
            let each = NumberText.grouped(draws.store.count)
            let phase = sampler.phase == .burnIn ? " of the burn-in" : ""
            pieces.append(StyledText("\(count) × \(each) draws\(phase)", .dim))
            if draws.thinning > 1 { pieces.append(StyledText(", every \(draws.thinning)th step", .dim)) }
        } else {
            pieces.append(StyledText("\(count) chains in training", .dim))
        }
        return pieces
    }

    /// What the marked number and the view in focus mean.
    static func definition(_ model: WorkbenchModel) -> (title: String, text: String) {
        let numbers = ChainNumber.allCases
        let number = numbers[min(numbers.count - 1, max(0, model.chainsState.diagnostic))]
        let view = model.chainsState.view
        if view.isOfSeveral { return (view.title, view.definition) }
        return (String(number.name.drop { $0 == " " }), "\(number.definition)\n\(view.title): \(view.definition)")
    }

    // MARK: Drawing

    static func draw(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let run = model.run else {
            EmptyNote("No run is open.", "Start one on screen 9, or open one on screen 6.")
                .render(into: &buffer, in: area)
            return
        }
        guard !run.chains.isEmpty else {
            EmptyNote(
                run.isLoading ? "Reading the past of this run …" : "No chains.",
                "Runs of the engine proposal sample a density; their draws appear here."
            ).render(into: &buffer, in: area)
            return
        }
        let layout = layout(model, in: area)
        let content = ChainsContent(model, run)
        for (view, place) in layout.parts {
            content.widget(view, isFocused: layout.parts.count > 2 && view == model.chainsState.view)
                .render(into: &buffer, in: place)
        }
        if !layout.warmUp.isEmpty { slider(model).render(into: &buffer, in: layout.warmUp) }
    }

    /// The handle of the warm-up.
    static func slider(_ model: WorkbenchModel) -> Slider {
        let count = model.shownSampler?.draws?.store.count ?? 0
        return Slider(
            "warm-up", value: Double(model.chainsState.warmUp), range: 0...Double(max(1, count)), decimals: 0,
            isFocused: model.chainsState.warmUp > 0)
    }
}
