// SPDX-License-Identifier: Apache-2.0
// The table of runs, its filter language, the log, and small parts of the model.

import EngineKit
import Screen
import TestSupport
import Testing

@testable import Workbench

@Suite struct RunsTests {
    @Test(arguments: [
        ("", 5), ("lenet5", 3), ("engine:sbp", 5), ("engine:sbn", 0), ("state:run", 1), ("-state:finished", 4),
        ("error<1", 2), ("value>1", 1), ("mnist -dense", 2), ("name:demo", 1), ("DEMO", 1),
        ("structured state:inter", 1),
        ("error<oops", 0), ("-", 5),
    ])
    func filterKeepsWhatFulfilsAllTerms(_ text: String, _ count: Int) {
        #expect(fakeCatalog.filter(RunFilter(text).matches).count == count, "\(text)")
    }

    @Test func sortingWalksThroughColumnsAndPutsMissingValuesLast() {
        var model = WorkbenchModel.chooser()
        #expect(RunsScreen.rows(model).map(\.name).first == FakeRun.name)
        model.runsState.sort = .headline
        model.runsState.isDescending = false
        #expect(
            RunsScreen.rows(model).map(\.name) == [
                "dense-lenet5-mnist", FakeRun.name, "sbp-lenet500-mnist", "demo", "sbp-vgg-cifar10",
            ])
        model.runsState.isDescending = true
        #expect(RunsScreen.rows(model).map(\.name).suffix(2) == ["demo", "sbp-vgg-cifar10"])
        for _ in RunsColumn.allCases { press("6", "s", on: &model) }
        #expect(model.runsState.sort == .headline)
    }

    @Test func openRunShowsItsLiveStateInTheTable() {
        var model = WorkbenchModel.running()
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .paused))], to: &model)
        #expect(RunsScreen.rows(model).first { $0.name == FakeRun.name }?.state == .paused)
    }

    @Test func filterIsTypedLiveAndTakenBackByEscape() {
        var model = WorkbenchModel.chooser()
        press("6", "/", on: &model)
        type("demo", on: &model)
        #expect(RunsScreen.rows(model).map(\.name) == ["demo"])
        press("Esc", on: &model)
        #expect(RunsScreen.rows(model).count == 5)
        press("/", on: &model)
        type("demo", on: &model)
        press("Enter", on: &model)
        #expect(press("Enter", on: &model) == [.openRun(name: "demo")])
    }

    @Test func selectionMovesAndOpens() {
        var model = WorkbenchModel.chooser()
        press("6", "G", on: &model)
        #expect(press("Enter", on: &model) == [.openRun(name: "demo")])
        press("g", on: &model)
        #expect(press("Enter", on: &model) == [.openRun(name: FakeRun.name)])
    }

    @Test func logKeepsItsPlaceWhileLinesArrive() {
        var model = WorkbenchModel.chooser()
        for number in 0..<100 { apply([.captured("line \(number)")], to: &model) }
        press("7", "PgUp", on: &model)
        let before = view(model, height: 24, width: 80).lines().dropFirst(2).prefix(12)
        apply([.captured("one more")], to: &model)
        #expect(view(model, height: 24, width: 80).lines().dropFirst(2).prefix(12) == before)
        press("G", on: &model)
        #expect(view(model, height: 24, width: 80).text().contains("one more"))
    }

    @Test func logIsBounded() {
        var log = Log()
        for number in 0..<Log.capacity + 5 {
            log.append(LogLine(seconds: 0, source: .print, step: nil, level: .notice, text: String(number)))
        }
        #expect(log.lines.count <= Log.capacity)
        #expect(log.lines.count + log.dropped == Log.capacity + 5)
        #expect(log.lines.last?.text == String(Log.capacity + 4))
    }

    @Test func paceIsThatOfTheLastHalfMinute() throws {
        var pace = Pace()
        #expect(pace.stepsPerSecond == nil)
        for second in 0...100 { pace.note(step: second < 50 ? second : 50 + (second - 50) * 10, at: Double(second)) }
        expectClose(try #require(pace.stepsPerSecond), 10, relative: 1e-12)
        expectClose(try #require(pace.secondsLeft(from: 550, of: 1550)), 100, relative: 1e-12)
        #expect(pace.secondsLeft(from: 550, of: nil) == nil)
        pace.note(step: 3, at: 101)
        #expect(pace.stepsPerSecond == nil)
    }

    @Test func bestValueFollowsTheDirectionAndSkipsWhatIsNotFinite() {
        var curve = Curve(name: "test/error", direction: .lowerIsBetter, smoothing: 0)
        for (step, value) in [(1, 3.0), (2, .nan), (3, 1), (4, -.infinity), (5, 2)] {
            curve.append(step: step, value: value)
        }
        #expect(curve.best?.step == 3)
        #expect(curve.best?.value == 1)
        #expect(curve.series.nonFiniteCount == 2)
    }
}
