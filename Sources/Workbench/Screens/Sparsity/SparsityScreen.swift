// SPDX-License-Identifier: Apache-2.0
// Sparsity: what remains of each layer at a threshold that the user moves, what it costs and how well it works.

import EngineKit
import Glibc
import Screen

/// The layers of a network under structured Bayesian pruning.
enum SparsityScreen: WorkbenchScreen {
    static let name = "sparsity"
    static let title = "Sparsity"
    static let key: KeyPress = "2"

    /// What the slider moves over, for help.
    static let definition =
        "E[theta] / sd(theta) of a unit's noise scale under its posterior. Units at or below the threshold are removed; "
        + "the paper keeps SNR > 1. Counts follow the coupling: a filter without outputs that are used is gone too. "
        + "The other rule, on e, needs no threshold: a unit goes if the evidence for the network rises without it. "
        + "An error is exact if it was measured on the whole test set with exactly these units; ~ marks an estimate "
        + "between measured neighbours, by the MACs that are left."

    static func isOffered(_ model: WorkbenchModel) -> Bool { model.run?.sparsity.snapshot != nil }

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        guard let snapshot = model.run?.sparsity.snapshot else { return [] }
        return [
            StyledText("units of epoch \(NumberText.significant(snapshot.epoch, digits: 4))", .dim),
            StyledText(", step \(NumberText.grouped(snapshot.step))", .dim),
        ]
    }

    static let bindings: [KeyBinding] = [
        KeyBinding(
            "sparsity.evaluate", .screen(name), [.named(.enter)], label: "evaluate",
            "test error of these units, exactly, at once"
        ) { evaluate(&$0) },
        key("lower", ["["], "threshold down by a tenth of a decade") { $0.moveThreshold(by: -1, perDecade: 10) },
        key("raise", ["]"], label: "threshold", "threshold up by a tenth of a decade") {
            $0.moveThreshold(by: 1, perDecade: 10)
        },
        key("lower-fine", ["{"], "threshold down by a hundredth of a decade") {
            $0.moveThreshold(by: -1, perDecade: 100)
        },
        key("raise-fine", ["}"], "threshold up by a hundredth of a decade") {
            $0.moveThreshold(by: 1, perDecade: 100)
        },
        key("rule", ["e"], label: "rule", "cut by the evidence instead of the threshold, or back") { $0.toggleRule() },
        key("preset", ["p"], label: "preset", "the run's own cut for the selected rows") { $0.usePreset() },
        key("follow", ["0"], "the selected layer follows the common cut again; on the first row all do") { model in
            if let layer = model.sparsityState.layer {
                model.sparsityState.own[layer] = nil
            } else {
                model.sparsityState.own = [:]
            }
        },
        key("detail", ["z"], label: "detail", "the selected layer in detail, or the table") { model in
            model.sparsityState.isDetailed.toggle()
        },
    ]

    // MARK: Doing

    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect] {
        switch motion {
        case .left: model.moveThreshold(by: -1, perDecade: 10)
        case .right: model.moveThreshold(by: 1, perDecade: 10)
        case .farLeft: model.moveThreshold(by: -1, perDecade: 1)
        case .farRight: model.moveThreshold(by: 1, perDecade: 1)
        default:
            let layers = model.run?.sparsity.snapshot?.layers.count ?? 0
            var list = ListState(selected: model.sparsityState.row)
            list.move(by: motion.rows(page: 10) ?? 0, count: layers + 1)
            model.sparsityState.row = list.selected ?? 0
        }
        return []
    }

    /// Asks for the exact test error of the chosen units, unless it is known for the newest weights.
    static func evaluate(_ model: inout WorkbenchModel) -> [Effect] {
        guard let run = model.run, let snapshot = run.sparsity.snapshot else {
            model.say("This run has no prunable layers.", level: .warning)
            return []
        }
        let thresholds = model.sparsityState.thresholds(layers: snapshot.layers.count)
        model.sparsityState.restsAt = nil
        if case .exact(_, let step) = run.sparsity.testError(thresholds: thresholds), step >= run.progress?.step ?? 0 {
            model.say("The exact test error of these units is on the screen.")
            return []
        }
        guard run.canEvaluate else {
            let hint = run.state == .finished ? "" : "; P continues it"
            model.say("\(run.name) is \(run.state.rawValue), so nothing can be evaluated\(hint).", level: .warning)
            return []
        }
        model.say("Evaluates on the whole test set …")
        model.sparsityState.evaluatesByItself = true
        return [model.requestEvaluation(of: run.name, thresholds, isAutomatic: false)]
    }

    /// Asks for the test error of the units at which the slider has come to rest, unless it is known for their step.
    static func evaluateAfterRest(_ model: inout WorkbenchModel) -> [Effect] {
        guard let restsAt = model.sparsityState.restsAt, restsAt <= model.clock else { return [] }
        model.sparsityState.restsAt = nil
        // While the view is frozen nothing new could be shown.
        guard model.sparsityState.evaluatesByItself, model.frozen == nil, let run = model.run, run.canEvaluate,
            let snapshot = run.sparsity.snapshot
        else { return [] }
        let thresholds = model.sparsityState.thresholds(layers: snapshot.layers.count)
        if case .exact(_, let step) = run.sparsity.testError(thresholds: thresholds), step >= snapshot.step {
            return []
        }
        return [model.requestEvaluation(of: run.name, thresholds, isAutomatic: true)]
    }

    /// A click on a row selects it, one on the slider or a histogram moves the threshold there.
    static func mouse(_ event: MouseEvent, in area: Rectangle, _ model: inout WorkbenchModel) -> [Effect] {
        switch event.kind {
        case .wheelUp: return move(.up, &model)
        case .wheelDown: return move(.down, &model)
        case .press(1), .drag(1): break
        default: return []
        }
        guard let data = model.run?.sparsity, data.snapshot != nil, !model.sparsityState.isDetailed else { return [] }
        let table = LayerTable(model, data)
        let layout = table.layout(in: split(area, data).table)
        if case .press = event.kind {
            if layout.slider.rows.contains(event.row) {
                model.sparsityState.row = 0
            } else if let layer = layout.layer(atRow: event.row) {
                model.sparsityState.row = layer + 1
            }
        }
        if layout.histogram.columns.contains(event.column), layout.histogram.width > 1 {
            let fraction = Double(event.column - layout.histogram.left) / Double(layout.histogram.width - 1)
            let decades = data.decades
            let place = decades.lowerBound + fraction * (decades.upperBound - decades.lowerBound)
            model.setThreshold(pow(10, (place * 100).rounded() / 100))
        }
        return []
    }

    // MARK: Drawing

    static func draw(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
        guard let run = model.run else {
            EmptyNote("No run is open.", "Start one on screen 9, or open one on screen 6.")
                .render(into: &buffer, in: area)
            return
        }
        guard run.sparsity.snapshot != nil else {
            EmptyNote("No layers yet.", "Layers with noise appear after the first epoch of the pruning stage.")
                .render(into: &buffer, in: area)
            return
        }
        if model.sparsityState.isDetailed {
            SparsityDetails(model, run).render(into: &buffer, in: area)
            return
        }
        let parts = split(area, run.sparsity)
        LayerTable(model, run.sparsity).render(into: &buffer, in: parts.table)
        SparsityTotals(model, run).render(into: &buffer, in: parts.totals)
        SparsityDetails(model, run).render(into: &buffer, in: parts.details)
    }

    /// Table, totals and, where at least eight rows are left, details.
    private static func split(
        _ area: Rectangle, _ data: SparsityData
    ) -> (table: Rectangle, totals: Rectangle, details: Rectangle) {
        let totalsHeight = area.height >= 10 ? 4 : 2
        // Layers take two rows each when there is plenty of room, which makes their histograms easier to compare.
        let layers = data.snapshot?.layers.count ?? 0
        let spacing = area.height >= LayerTable.headerHeight + layers * 2 + totalsHeight + 16 ? 2 : 1
        let tableHeight = min(LayerTable.headerHeight + layers * spacing, area.height - totalsHeight)
        let (table, rest) = area.splitTop(tableHeight)
        let (totals, details) = rest.splitTop(totalsHeight)
        return (table, totals, details.height >= 8 ? details : .empty)
    }
}

extension WorkbenchModel {
    /// Moves the threshold of the selected row along a grid of so many steps per decade.
    mutating func moveThreshold(by steps: Double, perDecade: Double) {
        guard let data = run?.sparsity, data.snapshot != nil else { return }
        let place = (log10(selectedThreshold) * perDecade).rounded() + steps
        let decades = data.decades
        setThreshold(pow(10, min(decades.upperBound, max(decades.lowerBound, place / perDecade))))
    }

    /// The effect that asks for an evaluation, with what remembers it.
    fileprivate mutating func requestEvaluation(
        of name: String, _ thresholds: [Double], isAutomatic: Bool
    ) -> Effect {
        let request = nextRequest
        nextRequest += 1
        sparsityState.pending = SparsityState.Pending(identifier: request, isAutomatic: isAutomatic)
        redraw.now()
        return .evaluate(runName: name, thresholds: thresholds, requestIdentifier: request)
    }
}

extension OpenRun {
    /// Whether somebody answers a question about the test error.
    fileprivate var canEvaluate: Bool { state.isActive || description.canEvaluateWhenDone }
}
