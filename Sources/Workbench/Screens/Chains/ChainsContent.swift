// SPDX-License-Identifier: Apache-2.0
// What the parts of the chains screen draw, and which widget each part is.

import EngineKit
import Screen

/// The parts of the screen as widgets.
struct ChainsContent {
    let model: WorkbenchModel
    let run: OpenRun
    let state: ChainsState
    let sampler: SamplerData?
    /// What is known of the draws; may be the answer to an older question.
    let analysis: ChainAnalysis?
    /// Whether a newer answer is on its way.
    let isOld: Bool

    /// The sampler on show.
    init(_ model: WorkbenchModel, _ run: OpenRun) { self.init(model, run, model.shownSampler) }

    /// Some sampler of the run, with the coordinates on show.
    init(_ model: WorkbenchModel, _ run: OpenRun, _ sampler: SamplerData?) {
        self.model = model
        self.run = run
        self.sampler = sampler
        var state = model.chainsState
        // Slow motion is that of the sampler on show.
        if sampler?.name != model.shownSampler?.name { state.move = nil }
        self.state = state
        let shown = sampler.flatMap { model.analysis(of: $0) }
        analysis = shown?.analysis
        isOld = shown?.isCurrent == false
    }

    /// The name of the selected coordinate.
    var coordinate: String { run.chains.coordinateName(state.coordinate) }

    /// The widget of a part.
    func widget(_ view: ChainsView, isFocused: Bool) -> any Widget {
        switch view {
        case .density: ChainDensity(self, isFocused: isFocused)
        case .trace: ChainCharts(self, .trace, isFocused: isFocused)
        case .mean: ChainCharts(self, .mean, isFocused: isFocused)
        case .acceptance: ChainCharts(self, .acceptance, isFocused: isFocused)
        case .autocorrelation: ChainBars(self, .autocorrelation, isFocused: isFocused)
        case .evolution: ChainCharts(self, .evolution, isFocused: isFocused)
        case .ranks: ChainBars(self, .ranks, isFocused: isFocused)
        case .difference: ChainCharts(self, .difference, isFocused: isFocused)
        case .table: ChainTable(self, isFocused: isFocused)
        case .samplers: SamplerTable(self, isFocused: isFocused)
        case .compare: SamplerComparison(self, isFocused: isFocused)
        case .diagnostics: ChainDiagnostics(self, isFocused: isFocused)
        }
    }

    /// What stands where a picture would be: a reason, or the usual one.
    func drawAbsence(_ title: String, _ reason: String? = nil, on buffer: inout CellBuffer, in area: Rectangle) {
        buffer.write(title, in: area.row(0), style: Style(.title))
        let usual = sampler?.draws == nil ? "no draws yet" : analysis == nil ? "computing …" : "nothing to draw"
        buffer.write(
            reason ?? usual, in: area.inset(top: 1).centered(height: 1, width: area.width), style: Style(.dim),
            alignment: .center)
    }
}
