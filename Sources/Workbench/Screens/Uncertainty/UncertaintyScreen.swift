// SPDX-License-Identifier: Apache-2.0
// Uncertainty: how sure each method is, in and out of its domain, and what that costs in accuracy.

import EngineKit
import Screen

/// Predictions of a batch-norm network by every method of a run, side by side.
enum UncertaintyScreen: WorkbenchScreen {
    static let name = "uncertainty"
    static let title = "Uncertainty"
    static let key: KeyPress = "3"

    /// What the entropy is, for help.
    static let definition =
        "Entropy of the averaged prediction, -sum p log p in nats: 0 is certain, log K of K classes is a guess. The curves "
        + "say which share of objects has at most that entropy; on objects of another kind further right and lower is "
        + "better. AUROC is the chance that a foreign object is less certain than one of the domain, FPR95 the share of "
        + "the domain that is called foreign where 95 % of the foreign objects are. ECE is the mean gap between "
        + "confidence and accuracy over 15 bins. Ranges are 95 % bootstrap intervals over objects. The untouched "
        + "network is never changed: its line stays on the screen, so that the price of each number of draws is seen."

    static func isOffered(_ model: WorkbenchModel) -> Bool { model.run?.uncertainty.isEmpty == false }

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        guard let run = model.run, let method = UncertaintyView(run.uncertainty, model.uncertaintyState).method else {
            return []
        }
        let counts = zip(method.received, method.totals).map { "\($0)/\($1)" }
        return [StyledText("\(method.title): \(counts[0]) inside, \(counts[1]) outside", .dim)]
    }

    static let bindings: [KeyBinding] = [
        key("chart", ["x"], label: "chart", "next chart: CDF, density, ROC, reliability, batch statistics") { model in
            let all = UncertaintyState.Chart.allCases
            let index = all.firstIndex(of: model.uncertaintyState.chart) ?? 0
            model.uncertaintyState.chart = all[(index + 1) % all.count]
        },
        key("fewer", ["["], "average half as many draws") { $0.changeDraws(by: 1) },
        key("more", ["]"], label: "draws", "average twice as many draws") { $0.changeDraws(by: -1) },
        key("layer-before", ["{"], "batch statistics of the layer before") { $0.changeLayer(by: -1) },
        key("layer-after", ["}"], "batch statistics of the next layer") { $0.changeLayer(by: 1) },
        key(
            "pictures", [.named(.enter)], label: "pictures",
            "the most and least certain objects one by one, with their predictions; again to go back"
        ) { model in
            model.uncertaintyState.picture = model.uncertaintyState.picture == nil ? 0 : nil
        },
    ]

    // MARK: Doing

    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect] {
        guard let run = model.run else { return [] }
        let view = UncertaintyView(run.uncertainty, model.uncertaintyState)
        switch motion {
        case .left: model.moveSideways(by: -1, view)
        case .right: model.moveSideways(by: 1, view)
        case .farLeft: model.moveSideways(by: -10, view)
        case .farRight: model.moveSideways(by: 10, view)
        default:
            var list = ListState(selected: view.row)
            list.move(by: motion.rows(page: 5) ?? 0, count: view.data.methods.count)
            model.uncertaintyState.row = list.selected
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
        let view = UncertaintyView(run.uncertainty, model.uncertaintyState)
        guard !view.data.isEmpty else {
            EmptyNote(
                "No predictions yet.",
                "Runs of the engine sbn predict their test sets when they are trained and fitted."
            ).render(into: &buffer, in: area)
            return
        }
        let (top, rest) = area.splitTop(3)
        GuaranteeLines(view: view).render(into: &buffer, in: top)
        if view.state.picture != nil {
            PictureDetail(view: view).render(into: &buffer, in: rest)
            return
        }
        let hasPictures = view.pictures != nil && rest.height >= 18
        let (body, strip) = rest.splitBottom(hasPictures ? min(10, rest.height / 3) : 0)
        // Side by side where both are readable, else the table below its chart.
        if body.width >= 76 {
            let (chart, table) = body.splitRight(max(36, min(76, body.width * 2 / 5)))
            UncertaintyChart(view: view).render(into: &buffer, in: chart)
            ScoreTable(view: view).render(into: &buffer, in: table.inset(left: 2))
        } else {
            let (chart, table) = body.splitBottom(min(view.data.methods.count + 1, body.height / 2))
            UncertaintyChart(view: view).render(into: &buffer, in: chart)
            ScoreTable(view: view).render(into: &buffer, in: table)
        }
        if hasPictures { PictureStrip(view: view).render(into: &buffer, in: strip) }
    }
}

extension WorkbenchModel {
    /// Looks at other numbers of draws, counted down from all of them.
    fileprivate mutating func changeDraws(by places: Int) {
        guard let run else { return }
        let most = UncertaintyView(run.uncertainty, uncertaintyState).mostPlaces
        uncertaintyState.placesBelowAll = min(most - 1, max(0, uncertaintyState.placesBelowAll + places))
    }

    /// Looks at the batch statistics of another layer.
    fileprivate mutating func changeLayer(by step: Int) {
        guard let count = run?.uncertainty.statistics.count, count > 0 else {
            say("The batch statistics are known when the check of the fit is over.", level: .warning)
            return
        }
        uncertaintyState.chart = .statistics
        uncertaintyState.layer = min(count - 1, max(0, uncertaintyState.layer + step))
        uncertaintyState.channel = 0
    }

    /// Moves what left and right mean: the picture, the channel, or the crosshair by a hundredth of the largest entropy.
    fileprivate mutating func moveSideways(by steps: Int, _ view: UncertaintyView) {
        if let picture = uncertaintyState.picture {
            let count = view.pictures.map { $0.certain.count + $0.uncertain.count } ?? 0
            uncertaintyState.picture = min(max(0, count - 1), max(0, picture + steps))
        } else if uncertaintyState.chart == .statistics {
            let channels = view.statistics?.channels ?? 1
            uncertaintyState.channel = min(channels - 1, max(0, uncertaintyState.channel + steps))
        } else if let most = view.method?.largestEntropy {
            let place = (uncertaintyState.crosshair ?? most / 2) / most * 100
            uncertaintyState.crosshair = min(100, max(0, place.rounded() + Double(steps))) / 100 * most
        }
    }
}
