// SPDX-License-Identifier: Apache-2.0
// Keys and mouse of the chains screen.

import EngineKit
import Screen

extension ChainsScreen {
    static let bindings: [KeyBinding] = [
        key("view", ["v"], label: "view", "next view") { $0.chainsState.view = $0.chainsState.view.next },
        key("view-back", ["V"], "view before") { $0.chainsState.view = $0.chainsState.view.previous },
        key("coordinate", ["n"], label: "coordinate", "next coordinate") { $0.moveCoordinate(by: 1) },
        key("coordinate-back", ["p"], "coordinate before") { $0.moveCoordinate(by: -1) },
        key("pair", ["o"], "next coordinate to draw it against") { $0.movePair(by: 1) },
        key("pair-back", ["O"], "coordinate before to draw it against") { $0.movePair(by: -1) },
        key("play", ["a"], label: "slow motion", "proposals in slow motion, from old to new, or stop them") {
            $0.togglePlayback()
        },
        key("step-back", ["["], "one proposal back") { $0.stepPlayback(by: -1) },
        key("step", ["]"], "one proposal on") { $0.stepPlayback(by: 1) },
        key("clear", ["c"], "no proposals on the density") { model in
            (model.chainsState.move, model.chainsState.movesAt) = (nil, nil)
        },
        key("warm-up-less", ["{"], "leave out fewer draws at the beginning") { $0.moveWarmUp(by: -1) },
        key("warm-up-more", ["}"], label: "warm-up", "leave out more draws at the beginning") { $0.moveWarmUp(by: 1) },
        key("warm-up-none", ["0"], "leave out no draws") { $0.chainsState.warmUp = 0 },
        key("mark", ["x"], label: "mark", "draw the trace of the selected chain, or no longer") { $0.markChain() },
        key("sampler", ["s"], "next sampler") { $0.nextSampler() },
        key("second", ["S"], "two samplers side by side; again: the next one beside that on show") {
            $0.nextSecondSampler()
        },
        key(
            "samplers", [.named(.enter)], label: "samplers",
            "the table of samplers, and back to the pictures of the chosen one"
        ) { $0.toggleSamplers() },
        key("alone", ["z"], "this view alone, or all views") { $0.chainsState.isAlone.toggle() },
    ]

    /// Up and down choose a chain, or a sampler where several are shown; left and right a coordinate, Tab the number that
    /// help explains.
    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect] {
        switch motion {
        case .left: model.moveCoordinate(by: -1)
        case .right: model.moveCoordinate(by: 1)
        case .farLeft: model.moveCoordinate(by: -10)
        case .farRight: model.moveCoordinate(by: 10)
        case .next, .previous:
            let count = ChainNumber.allCases.count
            let step = motion == .next ? 1 : count - 1
            model.chainsState.diagnostic = (model.chainsState.diagnostic + step) % count
        case _ where model.chainsState.view.isOfSeveral: model.moveSampler(by: motion.rows(page: 10) ?? 0)
        default:
            var list = ListState(selected: model.chainsState.chain)
            list.move(by: motion.rows(page: 10) ?? 0, count: model.shownSampler?.shape.chains ?? 0)
            model.chainsState.chain = list.selected ?? 0
        }
        return []
    }

    /// A click or a drag on the warm-up moves it, a click on a row of a table selects its chain or sampler.
    static func mouse(_ event: MouseEvent, in area: Rectangle, _ model: inout WorkbenchModel) -> [Effect] {
        switch event.kind {
        case .wheelUp: return move(.up, &model)
        case .wheelDown: return move(.down, &model)
        case .press(1), .drag(1): break
        default: return []
        }
        guard let run = model.run, !run.chains.isEmpty else { return [] }
        let layout = layout(model, in: area)
        if layout.warmUp.contains(Position(row: event.row, column: layout.warmUp.left)) {
            if let value = slider(model).value(atColumn: event.column, in: layout.warmUp) {
                model.chainsState.warmUp = Int(saturating: value.rounded())
            }
            return []
        }
        let place = Position(row: event.row, column: event.column)
        guard let part = layout.parts.first(where: { $0.area.contains(place) }) else { return [] }
        let content = ChainsContent(model, run)
        if part.view == .table {
            let table = ChainTable(content, isFocused: false)
            if let chain = table.chain(atRow: event.row, in: part.area) { model.chainsState.chain = chain }
        } else if part.view == .samplers {
            let table = SamplerTable(content, isFocused: false)
            if let sampler = table.sampler(atRow: event.row, in: part.area) { model.show(sampler: sampler.name) }
        }
        return []
    }
}

extension WorkbenchModel {
    /// Traces that are drawn at most.
    private static let traceCapacity = 4

    /// Shows another coordinate; the one it is drawn against stays unless it is the same.
    fileprivate mutating func moveCoordinate(by steps: Int) {
        guard let dimension = shownSampler?.shape.dimension, dimension > 1 else { return }
        var state = chainsState
        let before = state.coordinate
        state.coordinate = max(0, min(dimension - 1, before + steps))
        if state.coordinate == state.other { state.other = before }
        chainsState = state
        say("\(run?.chains.coordinateName(state.coordinate) ?? ""), coordinate \(state.coordinate + 1) of \(dimension)")
    }

    /// Draws the coordinate against another one.
    fileprivate mutating func movePair(by steps: Int) {
        guard let dimension = shownSampler?.shape.dimension, dimension > 2 else { return }
        var state = chainsState
        repeat {
            state.other = (state.other + steps + dimension) % dimension
        } while state.other == state.coordinate
        chainsState = state
    }

    /// Moves the warm-up by about a fortieth of the draws, along round numbers.
    fileprivate mutating func moveWarmUp(by steps: Int) {
        guard let count = shownSampler?.draws?.store.count, count > 0 else { return }
        // 1, 2, 5, 10, 20, 50 and so on.
        var (size, next) = (1, 2)
        while size * 40 < count {
            (size, next) = (next, String(next).hasPrefix("2") ? next / 2 * 5 : next * 2)
        }
        chainsState.warmUp = max(0, min(count, chainsState.warmUp / size * size + steps * size))
    }

    fileprivate mutating func markChain() {
        let chain = chainsState.chain
        if let index = chainsState.marked.firstIndex(of: chain) {
            chainsState.marked.remove(at: index)
        } else if chainsState.marked.count < Self.traceCapacity {
            chainsState.marked.append(chain)
        } else {
            // The oldest mark gives way.
            chainsState.marked = chainsState.marked.dropFirst() + [chain]
        }
    }
}
