// SPDX-License-Identifier: Apache-2.0
// Chains: where they are, whether they mix, and what became of their proposals. Keys are in ChainsScreen+Keys.

import EngineKit
import Screen

/// The draws of a run over the density that they come from.
enum ChainsScreen: WorkbenchScreen {
    static let name = "chains"
    static let title = "Chains"
    static let key: KeyPress = "4"

    /// Columns of the numbers beside the pictures.
    private static let numbersWidth = 32
    /// From here on a second picture fits below the first one.
    private static let twoPicturesHeight = 28
    /// From here on everything is shown at once.
    private static let everything = (height: 34, width: 150)

    static func isOffered(_ model: WorkbenchModel) -> Bool { model.run?.chains.isEmpty == false }

    static func status(_ model: WorkbenchModel) -> [StyledText] {
        guard let chains = model.run?.chains, !chains.isEmpty else { return [] }
        var pieces: [StyledText] = []
        if let target = chains.target { pieces.append(StyledText(target.name, .text)) }
        guard let sampler = model.shownSampler else { return pieces }
        if chains.samplers.count > 1 { pieces.append(StyledText("  \(sampler.name)", .focus)) }
        let count = sampler.shape.chains
        if let draws = sampler.draws {
            let each = NumberText.grouped(draws.store.count)
            let phase = sampler.phase == .burnIn ? " of the burn-in" : ""
            pieces.append(StyledText("  \(count) × \(each) draws\(phase)", .dim))
            if draws.thinning > 1 { pieces.append(StyledText(", every \(draws.thinning)th step", .dim)) }
        } else {
            pieces.append(StyledText("  \(count) chains in training", .dim))
        }
        return pieces
    }

    /// What the marked number and the view in focus mean.
    static func definition(_ model: WorkbenchModel) -> (title: String, text: String) {
        let numbers = ChainNumber.allCases
        let number = numbers[min(numbers.count - 1, max(0, model.chainsState.diagnostic))]
        let view = model.chainsState.view
        return (String(number.name.drop { $0 == " " }), "\(number.definition)\n\(view.title): \(view.definition)")
    }

    // MARK: Layout

    /// The parts that are shown with their areas, and the row of the warm-up.
    static func layout(
        _ model: WorkbenchModel, in area: Rectangle
    ) -> (parts: [(view: ChainsView, area: Rectangle)], warmUp: Rectangle) {
        let state = model.chainsState
        let hasWarmUp = model.shownSampler?.draws != nil && area.height >= 9
        let (content, warmUp) = area.splitBottom(hasWarmUp ? 1 : 0)
        if state.isAlone || content.width < 76 || content.height < 14 { return ([(state.view, content)], warmUp) }
        if content.width >= everything.width, content.height >= everything.height {
            return (everythingLayout(content), warmUp)
        }
        let main = state.view == .diagnostics ? ChainsView.density : state.view
        let (pictures, numbers) = content.splitRight(numbersWidth)
        var parts: [(view: ChainsView, area: Rectangle)] = [(.diagnostics, numbers)]
        if content.height >= twoPicturesHeight {
            let rows = pictures.inset(right: 1).rows([.fraction(3), .fraction(2)])
            parts.insert((main, rows[0]), at: 0)
            parts.append((main == .trace ? .mean : .trace, rows[1]))
        } else {
            parts.insert((main, pictures.inset(right: 1)), at: 0)
        }
        return (parts, warmUp)
    }

    private static func everythingLayout(_ area: Rectangle) -> [(view: ChainsView, area: Rectangle)] {
        let columns = area.columns([.fraction(1), .fraction(1), .fixed(numbersWidth + 11)], gap: 2)
        let left = columns[0].rows([.fraction(2), .fraction(1)])
        let middle = columns[1].rows([.fraction(1), .fraction(1), .fraction(1)])
        let bars = middle[2].columns([.fraction(1), .fraction(1)], gap: 2)
        let right = columns[2].rows([.fixed(24), .fraction(1)])
        return [
            (.density, left[0]), (.acceptance, left[1]), (.trace, middle[0]), (.mean, middle[1]),
            (.autocorrelation, bars[0]), (.ranks, bars[1]), (.diagnostics, right[0]), (.table, right[1]),
        ]
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

    init(_ model: WorkbenchModel, _ run: OpenRun) {
        self.model = model
        self.run = run
        state = model.chainsState
        sampler = model.shownSampler
        let shown = model.shownAnalysis
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
        case .ranks: ChainBars(self, .ranks, isFocused: isFocused)
        case .table: ChainTable(self, isFocused: isFocused)
        case .diagnostics: ChainDiagnostics(self, isFocused: isFocused)
        }
    }

    /// What stands where a picture would be.
    func drawAbsence(_ title: String, on buffer: inout CellBuffer, in area: Rectangle) {
        buffer.write(title, in: area.row(0), style: Style(.title))
        let text = sampler?.draws == nil ? "no draws yet" : analysis == nil ? "computing …" : "nothing to draw"
        buffer.write(
            text, in: area.inset(top: 1).centered(height: 1, width: area.width), style: Style(.dim),
            alignment: .center)
    }
}
