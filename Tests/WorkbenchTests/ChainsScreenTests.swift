// SPDX-License-Identifier: Apache-2.0
// The chains screen: what it asks for and when, what keys change, what is drawn where.

import EngineKit
import Screen
import TestSupport
import Testing

@testable import Workbench

extension [Effect] {
    /// The requests to look at draws.
    fileprivate var requests: [ChainAnalysisRequest] {
        compactMap { if case .analyseChains(let request) = $0 { request } else { nil } }
    }
}

@Suite struct ChainsScreenTests {
    private func model(draws: Int = 1000) -> WorkbenchModel { FakeChainsRun.model(draws: draws) }

    // MARK: Asking

    @Test func drawsAreLookedAtWhenTheScreenIsShown() {
        var model = WorkbenchModel.chooser()
        apply([.runOpened(FakeChainsRun.description)], to: &model)
        let loaded = update(
            &model, .runUpdate(name: FakeChainsRun.name, feedUpdate(FakeChainsRun.events(draws: 200))))
        #expect(loaded.requests.isEmpty)
        let shown = press("4", on: &model)
        #expect(shown.requests.map(\.key.draws) == [200])
        // Asked once, whatever else happens.
        #expect(press("v", on: &model).requests.isEmpty)
        #expect(update(&model, .clock(seconds: 1001)).requests.isEmpty)
        settle(shown, &model)
        #expect(model.shownAnalysis?.isCurrent == true)
        #expect(press("V", on: &model).requests.isEmpty)
        #expect(!view(model, height: 24, width: 80).text().contains("computing"))
    }

    @Test func everyOtherQuestionIsAskedAtOnceAndOnlyOnce() {
        var model = model()
        let warmUp = press("}", on: &model).requests
        #expect(warmUp.map(\.key.warmUp) == [50])
        // Until the answer is there the old one stays on show.
        #expect(model.shownAnalysis?.isCurrent == false && model.shownAnalysis?.analysis.drawCount == 1000)
        // The newest question counts.
        let again = press("}", on: &model).requests
        #expect(again.map(\.key.warmUp) == [100] && model.chainWork.pending == again[0].key)
        settle(again.map { .analyseChains($0) }, &model)
        #expect(model.shownAnalysis?.analysis.drawCount == 900)
        let coordinate = press("n", on: &model)
        #expect(coordinate.requests.map(\.key.coordinate) == [1])
        settle(coordinate, &model)
        // What is known is not asked again.
        #expect(press("p", on: &model).requests.isEmpty && press("n", on: &model).requests.isEmpty)
    }

    @Test func moreDrawsWaitForTheirTime() {
        var model = model()
        model.chainWork.take(model.chainRequest!.answer(), at: model.clock)
        var noise = Noise(5)
        var places = [Float](repeating: 0, count: 16)
        func more(_ step: Int) -> Action {
            let block = FakeChainsRun.block(.kept, step: step, noise: &noise, places: &places)
            return .runUpdate(name: FakeChainsRun.name, feedUpdate([.record(.draws(block))]))
        }
        #expect(update(&model, more(900)).requests.isEmpty)
        #expect(model.shownAnalysis?.isCurrent == true)
        let wait = model.secondsUntilWake(at: model.clock)
        #expect(wait.map { $0 > 0.3 && $0 <= 30 } == true)
        let due = update(&model, .clock(seconds: model.clock + 31))
        #expect(due.requests.map(\.key.draws) == [1050])
        // While that is under way more draws ask nothing.
        #expect(update(&model, more(901)).requests.isEmpty)
        settle(due, &model)
        #expect(model.chainWork.answers.count { $0.key.draws > 0 } == 1)
        // Of a run that has ended everything is looked at, at once.
        let ended = update(
            &model, .runUpdate(name: FakeChainsRun.name, feedUpdate(state: .finished)))
        #expect(ended.requests.map(\.key.draws) == [1100])
        #expect(model.secondsUntilChains(at: model.clock) == nil)
    }

    @Test func aSnapshotNeedsNobodyToAnswer() throws {
        var model = WorkbenchModel.chooser()
        apply(
            [
                .runOpened(FakeChainsRun.description),
                .runUpdate(name: FakeChainsRun.name, feedUpdate(FakeChainsRun.events(draws: 200))),
            ], to: &model)
        let text = try #require(snapshot(model, screen: "chains", height: 24, width: 80)).text()
        #expect(text.contains("R-hat") && text.contains("8 × 200 kept") && !text.contains("computing"))
    }

    // MARK: Keys

    @Test func theScreenIsOfferedToRunsWithChains() {
        #expect(FakeChainsRun.model().tabs.contains { $0.name == "chains" })
        var model = WorkbenchModel.running()
        #expect(!model.tabs.contains { $0.name == "chains" })
        press("4", on: &model)
        #expect(view(model, height: 24, width: 80).text().contains("No chains."))
    }

    @Test func keysStayWithinWhatIsThere() {
        var model = model()
        for _ in 0..<60 { press("}", on: &model) }
        #expect(model.chainsState.warmUp == 1000)
        for _ in 0..<60 { press("{", on: &model) }
        #expect(model.chainsState.warmUp == 0)
        press("}", "}", "0", on: &model)
        #expect(model.chainsState.warmUp == 0)
        press("L", on: &model)
        #expect(model.chainsState.coordinate == 1 && model.chainsState.other == 0)
        press("o", on: &model)
        #expect(model.chainsState.other == 0)
        press("G", on: &model)
        #expect(model.chainsState.chain == 7)
        press("x", on: &model)
        #expect(model.chainsState.marked == [1, 2, 3, 7])
        press("x", on: &model)
        #expect(model.chainsState.marked == [1, 2, 3])
        press("s", on: &model)
        #expect(model.notice?.text == "There is one sampler only.")
        for _ in ChainsView.allCases { press("v", on: &model) }
        #expect(model.chainsState.view == .density)
        press("V", on: &model)
        #expect(model.chainsState.view == .diagnostics)
    }

    @Test func theMouseMovesTheWarmUpAndSelectsChains() {
        var model = FakeChainsRun.model(height: 50, width: 200)
        let frame = FrameLayout(height: 50, width: 200)
        let layout = ChainsScreen.layout(model, in: frame.content)
        let slider = layout.warmUp
        let middle = MouseEvent(.drag(1), row: slider.top, column: slider.left + slider.width / 2)
        let asked = update(&model, .input(.mouse(middle)))
        #expect((480...520).contains(model.chainsState.warmUp) && asked.requests.count == 1)
        let table = layout.parts.first { $0.view == .table }!.area
        apply([.input(.mouse(MouseEvent(.press(1), row: table.top + 4, column: table.left + 1)))], to: &model)
        #expect(model.chainsState.chain == 2)
    }

    @Test func helpTellsWhatTheMarkedNumberMeans() {
        var model = model()
        #expect(model.focusedDefinition.title == "R-hat")
        press("Tab", "Tab", on: &model)
        #expect(model.focusedDefinition.title == "tail ESS")
        press("Shift-Tab", "Shift-Tab", "Shift-Tab", on: &model)
        #expect(model.focusedDefinition.title == "ESS/density")
        #expect(model.focusedDefinition.text.contains("Density: Draws of two coordinates"))
        for number in ChainNumber.allCases { #expect(!number.definition.isEmpty) }
    }

    // MARK: Slow motion

    @Test func proposalsPlayThreeTimesASecondUntilTheEnd() throws {
        var model = model()
        let first = try #require(model.shownSampler?.moves.first)
        press("a", on: &model)
        #expect(model.chainsState.move == first)
        #expect(try #require(model.secondsUntilWake(at: model.clock)) < ChainsState.secondsPerMove + 1e-6)
        let start = model.clock
        apply([.clock(seconds: start + 0.1)], to: &model)
        #expect(model.chainsState.move == first)
        apply([.clock(seconds: start + 0.34), .clock(seconds: start + 0.68)], to: &model)
        #expect(model.chainsState.move == first + 2)
        press("]", on: &model)
        #expect(model.chainsState.move == first + 3 && model.chainsState.movesAt == nil)
        press("[", "[", "[", "[", "[", on: &model)
        #expect(model.chainsState.move == first)
        press("Esc", on: &model)
        #expect(model.chainsState.move == nil && model.screen == "chains")
        press("[", on: &model)
        let end = try #require(model.shownSampler?.moves.end)
        #expect(model.chainsState.move == end - 1)
        // On another screen nothing plays.
        press("a", "1", on: &model)
        #expect(model.secondsUntilChains(at: model.clock) == nil)
    }

    @Test func aMoveIsDrawnFromOldToNew() {
        let move = PlotMove(from: PlotPoint(x: 0, y: 0), to: PlotPoint(x: 9.9, y: 0), isAccepted: true, colorIndex: 0)
        var plot = DensityPlot(x: [], y: [], xRange: 0...10, yRange: 0...10)
        plot.moves = [move]
        func row() -> String { String(plot.rendered(height: 4, width: 10).text().split(separator: "\n").last ?? "") }
        #expect(row().hasPrefix("○") && row().hasSuffix("●"))
        plot.moves[0].isAccepted = false
        #expect(row().hasPrefix("●") && row().hasSuffix("×"))
        plot.moves[0].from = nil
        plot.moves[0].to.x = .nan
        #expect(row().allSatisfy { $0 == " " || $0 == "⠀" } || row().isEmpty)
    }

    // MARK: Drawing

    /// Two draws in the lower left corner and one in the upper right one, over the full range with its margin.
    @Test func everyDrawHasItsCell() throws {
        var model = WorkbenchModel.chooser()
        apply(
            [
                .runOpened(FakeChainsRun.description),
                .runUpdate(
                    name: FakeChainsRun.name,
                    feedUpdate([.record(.draws(chainBlock([[0, 0], [0, 0], [10, 10]], dimension: 2)))])),
            ], to: &model)
        model.screen = "chains"
        model.analyseNow()
        let run = try #require(model.run)
        let plot = try #require(ChainDensity(ChainsContent(model, run), isFocused: false).plot)
        #expect(plot.field == nil && plot.xRange == -0.5...10.5 && plot.yRange == -0.5...10.5)
        let picture = plot.rendered(height: 4, width: 11)
        // 0 is at 0.5 of 11: in the first column, of four rows the last one; 10 in the last column of the first row.
        #expect(picture[3, 0].base != " " && picture[0, 10].base != " ")
        let filled = (0..<4).flatMap { row in (0..<11).filter { picture[row, $0].base != " " } }
        #expect(filled.count == 2)
    }

    /// The field's outer points are centres of cells, so the picture reaches from the first to the last centre.
    @Test func contoursLieWhereTheTargetIs() throws {
        let model = model()
        let plot = try #require(ChainDensity(ChainsContent(model, model.run!), isFocused: false).plot)
        expectClose(plot.xRange.lowerBound, -7.8, absolute: 1e-12)
        expectClose(plot.xRange.upperBound, 7.8, absolute: 1e-12)
        expectClose(plot.yRange.upperBound, 3.9, absolute: 1e-12)
        #expect(plot.levels.count == 4)
        let highest = Double(FakeChainsRun.target.logDensity.max()!)
        expectClose(plot.levels[0], highest - 0.5, absolute: 1e-9)
        expectClose(plot.levels[3], highest - 8, absolute: 1e-9)
    }

    @Test func trainingShowsItsNewestStates() {
        let model = FakeChainsRun.model(draws: -1)
        let text = view(model, height: 24, width: 80).text()
        #expect(text.contains("training, step 500") && text.contains("8 chains in training"))
        #expect(model.chainRequest == nil)
        #expect(text.contains("at least"))
    }

    @Test func fewDrawsAreADash() {
        let text = view(FakeChainsRun.model(draws: 50), height: 24, width: 80).text()
        #expect(text.contains("– below 100 draws per chain"))
        #expect(text.contains("acceptance"))
    }

    @Test func aStuckChainIsNamed() {
        var model = FakeChainsRun.model(height: 50, width: 200, hasStuckChain: true)
        #expect(view(model, height: 50, width: 200).text().contains("1 stuck"))
        for key in FakeChainsRun.keys(to: .table) { press(key, on: &model) }
        let text = view(model, height: 24, width: 80).text()
        #expect(text.contains("1 stuck") && text.split(separator: "\n").contains { $0.contains(" stuck") })
    }

    @Test func hostileRecordsNeverBreakThePicture() {
        var model = FakeChainsRun.model()
        var blocks: [DrawBlock] = []
        for value in [Float.nan, .infinity, -.infinity, 3e38, -3e38, 0] {
            blocks.append(
                chainBlock(
                    (0..<120).map { _ in [Float](repeating: value, count: 6) }, sampler: "s\(value)", dimension: 3))
        }
        apply([.runUpdate(name: FakeChainsRun.name, feedUpdate(blocks.map { .record(.draws($0)) }))], to: &model)
        for _ in 0..<6 {
            settle(press("s", on: &model), &model)
            for _ in ChainsView.allCases {
                press("v", "z", on: &model)
                _ = view(model, height: 24, width: 80)
                _ = view(model, height: 50, width: 200)
            }
        }
    }
}
