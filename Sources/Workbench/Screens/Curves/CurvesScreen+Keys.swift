// SPDX-License-Identifier: Apache-2.0
// The keys of the curves screen: how charts are drawn, zoom, crosshair, groups.

import EngineKit
import Screen

extension CurvesScreen {
    static let bindings: [KeyBinding] = [
        key("crosshair", ["v"], label: "crosshair", "crosshair on or off; then ← → walk the values") { model in
            model.toggleCrosshair()
        },
        key("smoothing", ["s"], label: "smooth", "smoothing of this chart: 0, 0.6, 0.9, 0.97") { model in
            model.changeSmoothing(ofAll: false)
        },
        key("logarithmic", ["y"], label: "log y", "logarithmic y axis of this chart") { model in
            model.changeChart(ofAll: false) { $0.isLogarithmic.toggle() }
        },
        key("outliers", ["o"], label: "outliers", "far outliers of this chart in or out; arrows mark what is clipped") {
            $0.changeChart(ofAll: false) { $0.isRobust.toggle() }
        },
        key("maximise", ["z", .named(.enter)], label: "maximise", "this chart alone, or all charts") { model in
            model.curvesState.isMaximised.toggle()
        },
        key("zoom-in", ["+", "="], label: "zoom", "zoom in about the crosshair, or the newest values") { model in
            model.zoom(by: 0.5)
        },
        key("zoom-out", ["-"], "zoom out") { $0.zoom(by: 2) },
        key("fit", ["0"], "show all steps; follow the run") { model in
            model.curvesState.window = nil
        },
        key("pan-left", ["["], "earlier steps") { $0.pan(by: -0.25) },
        key("pan-right", ["]"], "later steps") { $0.pan(by: 0.25) },
        key("group", ["f"], label: "group", "only the charts of one group; next group; all") { $0.nextGroup() },
        key("smoothing-all", ["S"], "smoothing of all charts") { $0.changeSmoothing(ofAll: true) },
        key("logarithmic-all", ["Y"], "logarithmic y axes of all charts") { model in
            model.changeChart(ofAll: true) { $0.isLogarithmic.toggle() }
        },
        key("outliers-all", ["O"], "far outliers of all charts in or out") { model in
            model.changeChart(ofAll: true) { $0.isRobust.toggle() }
        },
        KeyBinding("curves.copy", .screen(name), ["c"], "copy the value in focus to the clipboard") { model in
            guard let text = model.focusedValueText else { return [] }
            model.say("Copied \(text)")
            return [.writeClipboard(text)]
        },
    ]
}

extension WorkbenchModel {
    /// Changes how the focused chart is drawn, or all of them by the same change to the common options.
    fileprivate mutating func changeChart(ofAll: Bool, _ change: (inout CurvesState.ChartOptions) -> Void) {
        guard !ofAll else {
            change(&curvesState.common)
            curvesState.options = [:]
            smooth(nil, weight: curvesState.common.smoothing)
            return
        }
        guard let metric = CurvesScreen.focusedMetric(self) else { return }
        var options = curvesState.options(of: metric)
        change(&options)
        curvesState.options[metric] = options
        smooth(metric, weight: options.smoothing)
    }

    fileprivate mutating func changeSmoothing(ofAll: Bool) {
        changeChart(ofAll: ofAll) { options in
            let next = CurvesState.weights.first { $0 > options.smoothing + 1e-9 }
            options.smoothing = next ?? CurvesState.weights[0]
        }
        let metric = CurvesScreen.focusedMetric(self)
        let weight = ofAll ? curvesState.common.smoothing : metric.map { curvesState.options(of: $0).smoothing } ?? 0
        say(weight > 0 ? "Smoothing \(NumberText.significant(weight))." : "No smoothing.")
    }

    /// Smooths all charts with one weight.
    mutating func smoothAll(weight: Double) { changeChart(ofAll: true) { $0.smoothing = weight } }

    /// Keeps the smoothed series of all runs, frozen ones included, in step with the options.
    private mutating func smooth(_ metric: String?, weight: Double) {
        for index in runs.indices { runs[index].smooth(metric, weight: weight) }
        guard var frozen else { return }
        for index in frozen.runs.indices { frozen.runs[index].smooth(metric, weight: weight) }
        self.frozen = frozen
    }

    /// Walks through the groups of metrics, then all.
    fileprivate mutating func nextGroup() {
        var groups: [String] = []
        for metric in run?.metricNames ?? [] where !groups.contains(CurvesScreen.group(of: metric)) {
            groups.append(CurvesScreen.group(of: metric))
        }
        let place = curvesState.group.flatMap { groups.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        curvesState.group = place < groups.count ? groups[place] : nil
    }

    /// The value at the crosshair, or the newest one, of the focused metric.
    var focusedValueText: String? {
        guard let metric = CurvesScreen.focusedMetric(self), let curve = run?.curves[metric] else { return nil }
        guard let step = curvesState.crosshair, let index = curve.series.index(nearestTo: step) else {
            return curve.last.map { "\(metric) = \(NumberText.significant($0, digits: 7))" }
        }
        let value = NumberText.significant(curve.series.y(at: index), digits: 7)
        return "\(metric) = \(value) at step \(Int(saturating: curve.series.x(at: index)))"
    }
}
