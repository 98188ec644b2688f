// SPDX-License-Identifier: Apache-2.0
// Several samplers of one run: the table, two side by side; keys in, screens out.

import EngineKit
import Screen
import Testing

@testable import Workbench

extension [Effect] {
    /// The samplers whose rows are asked for.
    fileprivate var summaries: [String] {
        compactMap { if case .summariseSampler(let request) = $0 { request.key.sampler } else { nil } }
    }
    /// The samplers whose draws are asked for.
    fileprivate var analyses: [String] {
        compactMap { if case .analyseChains(let request) = $0 { request.key.sampler } else { nil } }
    }
}

@Suite struct ChainsSamplersTests {
    private func model(
        height: Int = 24, width: Int = 100, view: ChainsView = .samplers, keys: [String] = []
    ) -> WorkbenchModel {
        FakeChainsRun.model(height: height, width: width, hasBaselines: true, view: view, keys: keys)
    }

    private func lines(_ model: WorkbenchModel) -> [String] {
        view(model, height: model.size.height, width: model.size.width).text().split(separator: "\n").map(String.init)
    }

    // MARK: Asking

    /// One row after the other, those on show first, none twice, and nothing while other views are shown.
    @Test func rowsAreAskedForWhenTheyAreShown() {
        var model = model(view: .density)
        #expect(press("v", "V", on: &model).summaries.isEmpty)
        var effects = press("Enter", on: &model)
        #expect(model.chainsState.view == .samplers)
        var asked: [String] = []
        while !effects.isEmpty {
            #expect(effects.summaries.count <= 1 && effects.analyses.count <= 1)
            asked += effects.summaries
            // Whatever else happens meanwhile asks nothing twice.
            let again = update(&model, .clock(seconds: model.clock + 1))
            #expect(again.summaries.isEmpty && again.analyses.isEmpty)
            effects = effects.flatMap { effect -> [Effect] in
                switch effect {
                case .analyseChains(let request): update(&model, .chainsAnalysed(request.answer()))
                case .summariseSampler(let request): update(&model, .samplerSummarised(request.answer()))
                default: []
                }
            }
        }
        #expect(asked == ["learned", "laplace", "moments", "random-walk", "langevin", "hamiltonian"])
        #expect(press("j", "k", on: &model).summaries.isEmpty)
    }

    @Test func theWarmUpHoldsForAllSamplersAndStaleRowsStayOnShow() {
        var model = model()
        let effects = press("}", on: &model)
        #expect(effects.summaries == ["learned"] && model.chainsState.warmUp == 50)
        #expect(lines(model).contains { $0.contains("without the first 50 draws") && $0.contains("computing") })
        #expect(lines(model).contains { $0.contains("laplace") && !$0.contains("–") })
        settle(effects, &model)
        let known = model.run!.chains.samplers.compactMap { model.summary(of: $0) }
        #expect(known.count == 6 && known.allSatisfy { $0.isCurrent && $0.summary.key.warmUp == 50 })
        // Back at a place that is known nothing is asked.
        #expect(press("{", on: &model).summaries.isEmpty)
    }

    /// A number that is cut off is another number: the widest ones with their star fit.
    @Test func numbersFitIntoTheirColumns() {
        for column in SamplerColumn.allCases {
            for exponent in -7...9 {
                for digits in ["1", "1.23456", "9.99996"] {
                    let value = Double("\(digits)e\(exponent)")!
                    if [.acceptance, .rHat, .totalVariation].contains(column), value > 50 { continue }
                    #expect(column.text(value).count < column.width, "\(column) \(value)")
                }
            }
        }
    }

    /// A sampler with fewer draws than are left out has none, and the one before gets its own number back.
    @Test func theWarmUpOutlivesASamplerWithFewerDraws() throws {
        var model = model()
        var noise = Noise(8)
        var places = [Float](repeating: 4, count: 16)
        for step in 9000..<9010 {
            let block = FakeChainsRun.baselineBlock(4, .kept, step: step, noise: &noise, places: &places)
            _ = update(&model, .runUpdate(name: FakeChainsRun.name, feedUpdate([.record(.draws(block))])))
        }
        let hamiltonian = try #require(model.run?.chains.sampler(named: "hamiltonian")?.draws?.store.count)
        let learned = try #require(model.run?.chains.sampler(named: "learned")?.draws?.store.count)
        try #require(hamiltonian > learned)
        model.show(sampler: "hamiltonian")
        model.chainsState.warmUp = hamiltonian - 10
        model.show(sampler: "learned")
        #expect(model.chainsState.warmUp == learned)
        _ = press("j", "k", on: &model)
        model.show(sampler: "hamiltonian")
        #expect(model.chainsState.warmUp == hamiltonian - 10)
    }

    @Test func moreDrawsOfOneSamplerAskForItsRowOnly() {
        var model = model()
        var noise = Noise(8)
        var places = [Float](repeating: 4, count: 16)
        func more(_ step: Int) -> [Effect] {
            let block = FakeChainsRun.baselineBlock(4, .kept, step: step, noise: &noise, places: &places)
            return update(
                &model, .runUpdate(name: FakeChainsRun.name, feedUpdate([.record(.draws(block))])))
        }
        #expect(more(9000).summaries.isEmpty)
        #expect(model.secondsUntilWake(at: model.clock).map { $0 > 0.3 && $0 <= 30 } == true)
        let due = update(&model, .clock(seconds: model.clock + 31))
        #expect(due.summaries == ["hamiltonian"] && due.analyses.isEmpty)
        // More of them meanwhile wait for the answer.
        #expect(more(9001).summaries.isEmpty)
        settle(due, &model)
        let ended = update(&model, .runUpdate(name: FakeChainsRun.name, feedUpdate(state: .finished)))
        #expect(ended.summaries == ["hamiltonian"])
        settle(ended, &model)
        #expect(model.secondsUntilChains(at: model.clock) == nil)
    }

    // MARK: The table

    @Test func aRowPerSamplerTheLearnedFirst() throws {
        let rows = lines(model())
        let names = ["learned", "laplace", "moments", "random-walk", "langevin", "hamiltonian"]
        let places = names.map { name in
            rows.firstIndex { $0.hasPrefix("▸" + name) || $0.hasPrefix("◇" + name) || $0.hasPrefix(" " + name) }
        }
        let first = try #require(places[0])
        #expect(places == names.indices.map { first + $0 })
        // All columns of the learned one have numbers, and independent draws are the best of these.
        #expect(rows[first].contains("0.700") && rows[first].contains("*") && !rows[first].contains("–"))
        #expect(rows[first - 1].contains("R-hat") && rows[first - 1].contains("TV"))
    }

    /// Stars are those of the best number as it is written; without another sampler there are none.
    @Test func theBestOfAColumnHasAStar() {
        func summary(_ sampler: String, step: Double) -> SamplerSummary {
            var noise = Noise(4)
            var block = chainBlock(
                (0..<120).map { _ in (0..<4).map { _ in Float(noise.normal()) } }, sampler: sampler)
            (block.seconds, block.evaluations, block.acceptanceRate) = (step, 480, 0.5)
            var data = ChainData()
            data.take(block)
            let key = SamplerKey(run: "r", sampler: sampler, phase: .kept, warmUp: 0, draws: 120)
            return SamplerSummaryRequest(key: key, draws: data.samplers[0].draws!, target: nil).answer()
        }
        let (fast, slow) = (summary("a", step: 1), summary("b", step: 4))
        let speeds = SamplerColumn.perSecond.cells([slow, nil, fast])
        #expect(!speeds[0].text.contains("*") && speeds[2].text.hasSuffix("*") && speeds[1].text == "– ")
        #expect(speeds[2].style != speeds[0].style)
        // Equal numbers are equally good; acceptance and seconds have no best.
        #expect(SamplerColumn.rHat.cells([slow, fast]).allSatisfy { $0.text.hasSuffix("*") })
        for column in [SamplerColumn.acceptance, .seconds] {
            #expect(column.cells([slow, fast]).allSatisfy { !$0.text.contains("*") })
        }
        for column in SamplerColumn.allCases { #expect(!column.cells([fast]).contains { $0.text.contains("*") }) }
        #expect(SamplerColumn.totalVariation.cells([fast])[0].text == "– ")
    }

    @Test func narrowTablesKeepTheMostImportantColumns() {
        #expect(SamplerColumn.fitting(width: 200, hasDistance: true) == SamplerColumn.allCases)
        #expect(!SamplerColumn.fitting(width: 200, hasDistance: false).contains(.totalVariation))
        #expect(SamplerColumn.fitting(width: 26, hasDistance: true) == [.rHat, .bulkSize, .perSecond])
        #expect(SamplerColumn.fitting(width: 0, hasDistance: true) == [.rHat])
    }

    // MARK: Keys

    @Test func theRowThatIsChosenIsShownInAllViews() {
        var model = model()
        settle(press("j", "j", "j", "j", on: &model), &model)
        #expect(model.shownSampler?.name == "langevin")
        settle(press("Enter", on: &model), &model)
        #expect(model.chainsState.view == .density && model.shownAnalysis?.analysis.key.sampler == "langevin")
        #expect(lines(model).contains { $0.contains("langevin  8 × 1000 draws") })
        press("Enter", "G", on: &model)
        #expect(model.shownSampler?.name == "hamiltonian")
        press("j", on: &model)
        #expect(model.shownSampler?.name == "hamiltonian")
        press("s", on: &model)
        #expect(model.shownSampler?.name == "learned")
        press("g", "k", on: &model)
        #expect(model.shownSampler?.name == "learned")
    }

    @Test func helpTellsHowTheTableIsMade() {
        var model = model(height: 24, width: 80)
        press("?", "?", on: &model)
        let text = lines(model).joined(separator: "\n")
        #expect(text.contains("Samplers") && text.contains("looks at the chosen one"))
        for view in ChainsView.allCases { #expect(!view.definition.isEmpty && !view.title.isEmpty) }
    }

    @Test func aClickOnARowShowsItsSampler() throws {
        var model = model(height: 36, width: 120)
        let frame = FrameLayout(height: 36, width: 120)
        let table = try #require(ChainsScreen.layout(model, in: frame.content).parts.first { $0.view == .samplers })
        apply([.input(.mouse(MouseEvent(.press(1), row: table.area.top + 4, column: 30)))], to: &model)
        #expect(model.shownSampler?.name == "moments")
        for row in [table.area.top, table.area.top + 1] {
            apply([.input(.mouse(MouseEvent(.press(1), row: row, column: 30)))], to: &model)
        }
        #expect(model.shownSampler?.name == "moments")
    }

    // MARK: Two samplers

    @Test func twoSamplersShareAxesAndSayWhatTheyCost() throws {
        var model = model(height: 30, width: 100, view: .density)
        settle(press("S", "z", on: &model), &model)
        #expect(model.chainsState.view == .compare && model.secondSampler?.name == "laplace")
        var text = view(model, height: 30, width: 100).text()
        #expect(text.contains("learned  8 × 1000 kept") && text.contains("laplace  8 × 1000 kept"))
        #expect(text.contains("acc 0.700  ESS 19.9k/s  0.5/density"))
        settle(press("S", "S", "S", on: &model), &model)
        #expect(model.secondSampler?.name == "langevin")
        text = lines(model).joined(separator: "\n")
        #expect(text.contains("langevin  8 × 1000 kept") && !text.contains("computing"))
        // The sampler on show is never its own neighbour.
        press("S", "S", on: &model)
        #expect(model.secondSampler?.name == "laplace")
        settle(press("s", on: &model), &model)
        #expect(model.shownSampler?.name == "laplace" && model.secondSampler?.name == "moments")
    }

    /// Without the density of the target the axes hold the draws of both.
    @Test func withoutATargetTheAxesHoldBoth() throws {
        var model = WorkbenchModel.chooser(height: 30, width: 100)
        let near = chainBlock((0..<120).map { [Float($0 % 2), 0] }, dimension: 2)
        let far = chainBlock((0..<120).map { [Float($0 % 2) * 100, 50] }, sampler: "langevin", dimension: 2)
        apply(
            [
                .runOpened(FakeChainsRun.description),
                .runUpdate(name: FakeChainsRun.name, feedUpdate([near, far].map { .record(.draws($0)) })),
            ], to: &model)
        settle(press("4", "S", on: &model), &model)
        // The axis of each of them ends at 100.
        let row = try #require(lines(model).last { $0.contains("100") })
        #expect(row.split(separator: " ").count { $0 == "100" } == 2, "\(row)")
    }

    @Test func oneSamplerSaysSo() {
        var model = FakeChainsRun.model(width: 100)
        press("S", on: &model)
        #expect(model.notice?.text == "There is one sampler only." && model.chainsState.view == .density)
        settle(press("Enter", on: &model), &model)
        #expect(lines(model).contains { $0.hasPrefix("▸learned") })
        settle(press("v", on: &model), &model)
        #expect(lines(model).contains { $0.contains("This run has one sampler only.") })
        // A run in its training has no numbers yet.
        let training = FakeChainsRun.model(width: 100, draws: -1, view: .samplers)
        #expect(lines(training).contains { $0.hasPrefix("▸learned ···") && $0.contains("–") })
    }

    // MARK: Other pictures and terminals

    @Test func sizesEvolveWhileTheyAreShown() {
        var model = FakeChainsRun.model()
        let asked = FakeChainsRun.keys(to: .evolution).flatMap { press($0, on: &model) }
        #expect(asked.analyses == ["learned"])
        #expect(lines(model).contains { $0.contains("computing") })
        settle(asked, &model)
        #expect(model.shownAnalysis?.analysis.pictures.evolution.bulk.isEmpty == false)
        // What was found out on the way answers all other views.
        #expect(press("v", "V", "V", on: &model).analyses.isEmpty)
    }

    @Test func poorTerminalsShowTheSameTable() {
        for keys in [["Enter"], ["S"]] {
            var model = model(view: .density, keys: keys)
            model.capabilities = Capabilities(glyphs: .ascii, colors: .mono)
            let text = view(model, height: 24, width: 80).text()
            #expect(text.unicodeScalars.allSatisfy(\.isASCII) && text.contains("learned"))
        }
    }
}
