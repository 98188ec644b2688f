// SPDX-License-Identifier: Apache-2.0
// Actions in, effects out: exactly these and no others.

import EngineKit
import Screen
import Testing

@testable import Workbench

@Suite struct UpdateTests {
    // MARK: Starting

    @Test func demoIsPreselectedAndEnterStartsIt() {
        var model = WorkbenchModel.chooser()
        #expect(press("Enter", on: &model) == [.startRun(sessionPath: "sessions/demo.toml", overrides: [])])
    }

    @Test func aListThatArrivesLaterDoesNotMoveTheSelection() {
        var model = WorkbenchModel.chooser()
        press("k", on: &model)
        apply([.sessions(fakeSessions)], to: &model)
        #expect(
            press("Enter", on: &model) == [.startRun(sessionPath: "sessions/dense-lenet5-mnist.toml", overrides: [])])
    }

    @Test func enterOnARunOpensIt() {
        var model = WorkbenchModel.chooser()
        press("G", on: &model)
        #expect(press("Enter", on: &model) == [.openRun(name: "demo")])
    }

    @Test func selectionStaysOnItsEntryWhenTheOrderChanges() {
        var model = WorkbenchModel.chooser()
        press("G", on: &model)
        var catalog = fakeCatalog
        catalog[4].lastSeen = 2000
        apply([.catalog(catalog)], to: &model)
        #expect(press("Enter", on: &model) == [.openRun(name: "demo")])
        apply([.catalog([]), .sessions([])], to: &model)
        #expect(press("Enter", on: &model).isEmpty)
    }

    @Test func startedRunBecomesCurrentAndShowsItsCurves() {
        var model = WorkbenchModel.chooser()
        #expect(update(&model, .runOpened(FakeRun.description)).isEmpty)
        #expect(model.currentRun == FakeRun.name)
        #expect(model.screen == "curves")
    }

    // MARK: Steering

    @Test func pauseKeyFollowsTheStateOfTheRun() {
        var model = WorkbenchModel.running()
        #expect(press("P", on: &model) == [.control(runName: FakeRun.name, .pause)])
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .paused))], to: &model)
        #expect(press("P", on: &model) == [.control(runName: FakeRun.name, .resume)])
        #expect(press(".", on: &model) == [.control(runName: FakeRun.name, .stepOnce)])
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .stopped))], to: &model)
        #expect(press("P", on: &model) == [.resumeRun(name: FakeRun.name)])
        #expect(press(".", on: &model).isEmpty)
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .finished))], to: &model)
        #expect(press("P", on: &model).isEmpty)
    }

    @Test func stopAsksFirst() {
        var model = WorkbenchModel.running()
        #expect(press("X", on: &model).isEmpty)
        #expect(press("n", on: &model).isEmpty)
        #expect(press("X", "y", on: &model) == [.control(runName: FakeRun.name, .stop)])
    }

    @Test func steeringWithoutARunIsAnsweredByASentence() {
        var model = WorkbenchModel.chooser()
        #expect(press("P", "X", ".", on: &model).isEmpty)
        #expect(model.notice?.level == .warning)
    }

    // MARK: Leaving

    @Test func quitAsksOnlyIfARunIsTrainedHere() {
        var model = WorkbenchModel.chooser()
        #expect(press("q", on: &model) == [.quit(stopRuns: false)])
        var training = WorkbenchModel.running()
        #expect(press("Q", on: &training).isEmpty)
        #expect(press("y", on: &training) == [.quit(stopRuns: true)])
        #expect(press("Q", "d", on: &training) == [.quit(stopRuns: false)])
        #expect(press("Q", "n", on: &training).isEmpty)
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .finished))], to: &training)
        #expect(press("Q", on: &training) == [.quit(stopRuns: false)])
    }

    @Test func watchedRunOfAnotherProcessIsLeftWithoutAQuestion() {
        var model = WorkbenchModel.chooser()
        var description = FakeRun.description
        description.isOwn = false
        apply([.runOpened(description), .runUpdate(name: FakeRun.name, feedUpdate())], to: &model)
        #expect(press("Q", on: &model) == [.quit(stopRuns: false)])
    }

    @Test func secondInterruptIsTheAnswer() {
        var model = WorkbenchModel.running()
        #expect(update(&model, .interrupt).isEmpty)
        #expect(update(&model, .interrupt) == [.quit(stopRuns: true)])
        var byKey = WorkbenchModel.running()
        #expect(press("Ctrl-c", "Ctrl-c", on: &byKey) == [.quit(stopRuns: true)])
    }

    @Test func terminateLeavesAtOnce() {
        var model = WorkbenchModel.running()
        #expect(update(&model, .terminate) == [.quit(stopRuns: true)])
    }

    @Test func quitKeyStepsBackFirst() {
        var model = WorkbenchModel.chooser()
        press("6", on: &model)
        #expect(press("q", on: &model).isEmpty)
        #expect(model.screen == "sessions")
        #expect(press("q", on: &model) == [.quit(stopRuns: false)])
    }

    // MARK: Data

    @Test func lostEventsAreReadFromTheStore() {
        var model = WorkbenchModel.chooser()
        apply([.runOpened(FakeRun.description)], to: &model)
        let feed = EventFeed(capacity: 1)
        for step in 1...3 { feed.publish(.metrics(step: step, epoch: 0, values: [.init("train/loss", 1)])) }
        #expect(update(&model, .runUpdate(name: FakeRun.name, feed.drain())) == [.loadHistory(name: FakeRun.name)])
        // What comes while the past is read waits for it, so that order is kept.
        let live = RunEvent.metrics(step: 4, epoch: 0, values: [.init("train/loss", 4)])
        apply([.runUpdate(name: FakeRun.name, feedUpdate([live]))], to: &model)
        let past = (1...3).map { RunEvent.metrics(step: $0, epoch: 0, values: [.init("train/loss", Double($0))]) }
        let slices = [
            RunHistory(events: Array(past[..<2]), startsOver: true, isComplete: false),
            RunHistory(events: Array(past[2...]), startsOver: false, isComplete: true),
        ]
        for slice in slices { #expect(update(&model, .runHistory(name: FakeRun.name, slice)).isEmpty) }
        let series = model.runs[0].curves["train/loss"]!.series
        #expect((0..<series.count).map { series.y(at: $0) } == [1, 2, 3, 4])
    }

    @Test func eventsOfKnownStepsAreNotDoubled() {
        var model = WorkbenchModel.running(epochs: 2)
        let count = model.runs[0].curves["train/loss"]!.series.count
        apply([.runUpdate(name: FakeRun.name, feedUpdate(FakeRun.events(epochs: 2)))], to: &model)
        #expect(model.runs[0].curves["train/loss"]!.series.count == count)
    }

    @Test func failureRingsTheBellAndStaysInTheLog() {
        var model = WorkbenchModel.running()
        let event = RunEvent.message(step: 46_801, level: .failure, text: "loss is NaN")
        let effects = update(
            &model, .runUpdate(name: FakeRun.name, feedUpdate([event], state: .failed, reason: "loss is NaN")))
        #expect(effects == [.ringBell, .ringBell])
        #expect(model.log.lines.suffix(2).map(\.text) == ["loss is NaN", "is failed: loss is NaN"])
        #expect(model.notice?.level == .failure)
    }

    @Test func newsOfAnUnknownRunIsIgnored() {
        var model = WorkbenchModel.chooser()
        #expect(update(&model, .runUpdate(name: "nobody", feedUpdate())).isEmpty)
        #expect(model.runs.isEmpty)
    }

    @Test func markedRunIsOpenedAndDrawnWithTheCurrentOne() {
        var model = WorkbenchModel.running()
        press("6", "j", on: &model)
        #expect(press("x", on: &model) == [.openRun(name: "dense-lenet5-mnist")])
        var other = FakeRun.description
        other.name = "dense-lenet5-mnist"
        apply(
            [
                .runOpened(other),
                .runUpdate(name: other.name, feedUpdate(FakeRun.events(epochs: 20, seed: 9), state: .finished)),
            ], to: &model)
        #expect(model.currentRun == FakeRun.name)
        #expect(CurvesScreen.chart("test/error", model).lines.map(\.name) == [FakeRun.name, other.name])
        press("x", on: &model)
        #expect(CurvesScreen.chart("test/error", model).lines.count == 1)
    }

    // MARK: Colours

    @Test func theBackgroundOfTheTerminalChoosesThePaletteUntilTheUserDoes() {
        var model = WorkbenchModel.running()
        #expect(update(&model, .background(isLight: false)).isEmpty)
        #expect(update(&model, .background(isLight: true)) == [.setTheme(.light)])
        // The key goes on from the palette that is shown.
        #expect(press("t", on: &model) == [.setTheme(Palette.light.next)])
        #expect(update(&model, .background(isLight: false)).isEmpty)
        #expect(model.palette == Palette.light.next)
    }

    // MARK: Freezing

    @Test func frozenViewStandsStillWhileDataIsCollected() {
        var model = WorkbenchModel.running(epochs: 3)
        press("Space", on: &model)
        let before = view(model, height: 24, width: 80).lines().dropFirst(2).dropLast()
        apply([.runUpdate(name: FakeRun.name, feedUpdate(FakeRun.events(epochs: 9)))], to: &model)
        model.notice = nil
        let frozen = view(model, height: 24, width: 80).lines()
        #expect(frozen.dropFirst(2).dropLast() == before)
        #expect(frozen[0].contains("frozen"))
        #expect(model.frozen?.waiting == FakeRun.events(epochs: 9).count)
        press("Space", on: &model)
        #expect(view(model, height: 24, width: 80).lines().dropFirst(2).dropLast() != before)
    }

    // MARK: Frames

    @Test func nothingIsDrawnWhenNothingChanges() {
        var model = WorkbenchModel.running()
        #expect(model.secondsUntilFrame(at: 2000) == 0)
        model.frameWasDrawn(at: 2000)
        #expect(model.secondsUntilFrame(at: 2000) == nil)
        apply([.clock(seconds: 2001)], to: &model)
        #expect(model.secondsUntilFrame(at: 2001) == nil)
        // What a watched run and the catalog repeat is no news.
        let known = model.runs[0].progress
        apply(
            [
                .runUpdate(name: FakeRun.name, feedUpdate()),
                .runUpdate(name: FakeRun.name, feedUpdate(progress: known)), .catalog(fakeCatalog),
                .sessions(fakeSessions),
            ], to: &model)
        #expect(model.secondsUntilFrame(at: 2001) == nil)
    }

    @Test func dataIsDrawnTenTimesASecondAndKeysAtOnce() throws {
        var model = WorkbenchModel.running()
        model.frameWasDrawn(at: 2000)
        let event = RunEvent.metrics(step: 50_000, epoch: 80, values: [.init("train/loss", 1)])
        apply([.runUpdate(name: FakeRun.name, feedUpdate([event]))], to: &model)
        let wait = try #require(model.secondsUntilFrame(at: 2000.04))
        #expect(abs(wait - 0.06) < 1e-9)
        press("j", on: &model)
        #expect(model.secondsUntilFrame(at: 2000.04) == 0)
    }

    @Test func messageGoesAwayByItself() throws {
        var model = WorkbenchModel.running()
        apply([.clock(seconds: 2000), .commandFinished(message: "Written.", problem: nil)], to: &model)
        model.frameWasDrawn(at: 2000)
        let wait = try #require(model.secondsUntilWake(at: 2000))
        #expect(abs(wait - 4.4) < 1e-9)
        #expect(model.secondsUntilFrame(at: 2000) == nil, "there is nothing new to draw until then")
        apply([.clock(seconds: 2004.5)], to: &model)
        #expect(model.notice == nil)
        #expect(model.secondsUntilFrame(at: 2005) == 0)
    }
}
