// SPDX-License-Identifier: Apache-2.0
// Focus, crosshair, zoom and chart options.

import EngineKit
import Screen
import Testing

@testable import Workbench

@Suite struct CurvesTests {
    @Test func tabGoesAroundAllChartsAndArrowsStopAtTheEnds() {
        var model = WorkbenchModel.running()
        let order = CurvesScreen.metrics(model)
        #expect(order == FakeRun.metrics.map(\.name))
        for expected in order.dropFirst() + [order[0]] {
            press("Tab", on: &model)
            #expect(CurvesScreen.focusedMetric(model) == expected)
        }
        press("h", "k", on: &model)
        #expect(CurvesScreen.focusedMetric(model) == order[0])
        press("j", on: &model)
        #expect(CurvesScreen.focusedMetric(model) == order[2])
    }

    @Test func crosshairWalksTheValuesOfTheFocusedCurve() {
        var model = WorkbenchModel.running()
        press("v", on: &model)
        #expect(model.curvesState.crosshair == 46_800)
        press("h", on: &model)
        #expect(model.curvesState.crosshair == 46_750)
        press("H", on: &model)
        #expect(model.curvesState.crosshair == 46_250)
        press("g", "h", on: &model)
        #expect(model.curvesState.crosshair == 50)
        press("Esc", on: &model)
        #expect(model.curvesState.crosshair == nil)
    }

    @Test func allChartsShareTheCrosshairAndTheWindow() {
        var model = WorkbenchModel.running()
        press("v", "H", "+", on: &model)
        let charts = CurvesScreen.metrics(model).map { CurvesScreen.chart($0, model) }
        #expect(Set(charts.map(\.crosshair)).count == 1)
        #expect(Set(charts.map(\.xWindow)).count == 1)
        #expect(charts[0].xWindow != nil)
    }

    @Test func zoomKeepsTheCrosshairInPlaceAndFitShowsAll() throws {
        var model = WorkbenchModel.running()
        let full = try #require(CurvesScreen.fullRange(model))
        press("v", "H", "H", "H", "+", "+", on: &model)
        let window = try #require(model.curvesState.window)
        let crosshair = try #require(model.curvesState.crosshair)
        #expect(window.contains(crosshair))
        #expect(window.upperBound - window.lowerBound < (full.upperBound - full.lowerBound) / 3)
        press("-", "-", "-", on: &model)
        #expect(model.curvesState.window == nil)
        press("+", "[", on: &model)
        #expect(model.curvesState.window!.upperBound < full.upperBound)
        press("0", on: &model)
        #expect(model.curvesState.window == nil)
    }

    @Test func zoomWithoutACrosshairFollowsTheNewestValues() {
        var model = WorkbenchModel.running()
        press("+", "+", "+", on: &model)
        #expect(model.curvesState.window?.upperBound == 46_800)
        for _ in 0..<60 { press("+", on: &model) }
        let window = model.curvesState.window!
        #expect(window.upperBound > window.lowerBound)
    }

    @Test func optionsConcernOneChartOrAll() {
        var model = WorkbenchModel.running()
        press("y", "s", "o", on: &model)
        #expect(
            model.curvesState.options(of: "train/loss") == .init(isLogarithmic: true, isRobust: false, smoothing: 0.9))
        #expect(model.curvesState.options(of: "test/error") == .init())
        #expect(model.runs[0].curves["train/loss"]!.smoothed.weight == 0.9)
        #expect(model.runs[0].curves["test/error"]!.smoothed.weight == 0.6)
        press("Y", on: &model)
        #expect(model.curvesState.options(of: "test/error").isLogarithmic)
        command("smoothing 0.5", on: &model)
        #expect(model.runs[0].curves.values.allSatisfy { $0.smoothed.weight == 0.5 })
    }

    @Test func groupKeyWalksThroughThePrefixes() {
        var model = WorkbenchModel.running()
        let groups = (0..<5).map { _ -> String? in
            press("f", on: &model)
            return model.curvesState.group
        }
        #expect(groups == ["train", "test", "cost", "speed", nil])
    }

    @Test func valuesThatAreNotFiniteAreCountedOnTheChart() {
        var model = WorkbenchModel.running(epochs: 3)
        let bad = RunEvent.metrics(
            step: 1850, epoch: 3.1, values: [.init("train/loss", .nan), .init("train/crossEntropy", .infinity)])
        apply([.runUpdate(name: FakeRun.name, feedUpdate([bad]))], to: &model)
        #expect(view(model, height: 24, width: 80).text().contains("×1 not finite"))
        press("v", on: &model)
        _ = view(model, height: 50, width: 200)
    }

    @Test func questionMarkTwiceExplainsTheFocusedMetric() {
        var model = WorkbenchModel.running()
        press("?", "?", on: &model)
        #expect(view(model, height: 24, width: 80).text().contains("Negative lower bound per object"))
    }

    @Test func gridUsesItsRoomAndNeverMoreThanFits() {
        for count in 1...20 {
            for (height, width) in [(21, 80), (47, 200), (8, 36), (3, 10), (98, 300)] {
                let shape = CurvesScreen.shape(of: count, in: Rectangle(height: height, width: width))
                #expect(shape.rows >= 1 && shape.columns >= 1)
                #expect(shape.rows == 1 || height / shape.rows >= 8)
                #expect(shape.columns == 1 || width / shape.columns >= 36)
                // No empty row of charts.
                #expect((shape.rows - 1) * shape.columns < max(count, 1) || shape.rows == 1)
            }
        }
    }

    @Test func clickFocusesAChartAndPutsTheCrosshairThere() {
        var model = WorkbenchModel.running()
        apply([.input(.mouse(MouseEvent(.press(1), row: 6, column: 60)))], to: &model)
        #expect(model.curvesState.focus == "train/crossEntropy")
        #expect(model.curvesState.crosshair != nil)
    }

    @Test func copyKeySendsTheValueAtTheCrosshair() {
        var model = WorkbenchModel.running()
        press("v", "g", on: &model)
        let effects = press("c", on: &model)
        guard case .writeClipboard(let text)? = effects.first else {
            Issue.record("nothing copied")
            return
        }
        #expect(text.hasPrefix("train/loss = ") && text.hasSuffix("at step 50"))
    }
}
