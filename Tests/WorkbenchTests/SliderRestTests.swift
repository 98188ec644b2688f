// SPDX-License-Identifier: Apache-2.0
// Evaluations that begin by themselves when the slider has rested, and what ends them.

import EngineKit
import Screen
import TestSupport
import Testing

@testable import Workbench

@Suite struct SliderRestTests {
    /// A run on the sparsity screen at a known time.
    private func model() -> WorkbenchModel {
        var model = WorkbenchModel.running()
        apply([.clock(seconds: 2000)], to: &model)
        press("2", on: &model)
        return model
    }

    private func tick(_ seconds: Double, _ model: inout WorkbenchModel) -> [Effect] {
        update(&model, .clock(seconds: seconds))
    }

    private func requests(_ effects: [Effect]) -> [[Double]] {
        effects.compactMap { if case .evaluate(_, let thresholds, _) = $0 { thresholds } else { nil } }
    }

    @Test func anEvaluationBeginsOnceTheSliderHasRested() {
        var model = model()
        #expect(model.secondsUntilWake(at: 2000) == nil)
        #expect(press("]", on: &model).isEmpty)
        expectClose(model.secondsUntilWake(at: 2000) ?? .nan, SparsityState.restSeconds, absolute: 1e-9)
        #expect(tick(2000.2, &model).isEmpty)
        // Another move lets it wait anew.
        press("]", on: &model)
        #expect(tick(2000.4, &model).isEmpty)
        let threshold = model.sparsityState.global
        #expect(requests(tick(2000.6, &model)) == [[threshold, threshold, threshold, threshold]])
        #expect(model.secondsUntilWake(at: 2000.6) == nil)
        #expect(tick(2001, &model).isEmpty)
        #expect(view(model, height: 24, width: 80).text().contains("evaluating …"))
    }

    @Test func nothingIsEvaluatedThatIsKnown() {
        var model = model()
        press("]", "[", on: &model)
        #expect(model.sparsityState.global == 1)
        #expect(tick(2001, &model).isEmpty, "the run has measured its own threshold after the epoch")
    }

    @Test func everyWayToMoveTheCutLetsTheSliderRest() {
        for keys in [["}"], ["l"], ["L"], ["j", "]"], ["j", "p"], ["j", "j", "[", "0"]] {
            var model = model()
            model.sparsityState.global = 2
            model.sparsityStates[FakeRun.name]?.restsAt = nil
            for key in keys { press(key, on: &model) }
            #expect(model.sparsityState.restsAt == 2000 + SparsityState.restSeconds, "\(keys)")
        }
        for line in ["threshold 3", "threshold 3 conv1", "preset"] {
            var model = model()
            model.sparsityState.global = 2
            model.sparsityStates[FakeRun.name]?.restsAt = nil
            command(line, on: &model)
            #expect(model.sparsityState.restsAt != nil, "\(line)")
        }
        var model = model()
        for key in ["j", "k", "z", "?", "Esc", "z"] { press(key, on: &model) }
        #expect(model.sparsityState.restsAt == nil)
    }

    @Test func aMoveEndsTheWaitingAndALateAnswerIsStillAPoint() {
        var model = model()
        press("]", on: &model)
        let first = model.sparsityState.global
        #expect(requests(tick(2001, &model)).count == 1)
        #expect(model.sparsityState.pending == SparsityState.Pending(identifier: 1, isAutomatic: true))
        press("]", on: &model)
        #expect(model.sparsityState.pending == nil)
        let late = FakeRun.evaluation([Double](repeating: first, count: 4), error: 0.93, step: 46_800, request: 1)
        apply([.runUpdate(name: FakeRun.name, feedUpdate([late]))], to: &model)
        press("[", on: &model)
        #expect(view(model, height: 24, width: 80).text().contains("error 0.93 %  exact, step 46 800"))
        #expect(tick(2010, &model).isEmpty)
    }

    @Test func whileNothingIsMeasuredAnEstimateSaysSo() {
        var model = model()
        let low = FakeRun.evaluation([0.01, 0.01, 0.01, 0.01], error: 0.5, step: 46_800)
        let high = FakeRun.evaluation([100, 100, 100, 100], error: 60, step: 46_800)
        apply([.runUpdate(name: FakeRun.name, feedUpdate([low, high]))], to: &model)
        press("]", on: &model)
        let text = view(model, height: 24, width: 80).text()
        #expect(text.contains("error ~") && text.contains("%  estimated"))
        #expect(!text.contains("Enter evaluates"))
        _ = tick(2001, &model)
        let waiting = view(model, height: 24, width: 80).text()
        #expect(waiting.contains("estimated  evaluating …"))
    }

    @Test func enterEvaluatesAtOnceAndOnlyOnce() {
        var model = model()
        #expect(requests(press("]", "Enter", on: &model)).count == 1)
        #expect(tick(2001, &model).isEmpty)
    }

    @Test func whoSaysThatItCannotBeDoneIsNotAskedAgainUntilEnter() {
        var model = model()
        press("]", on: &model)
        #expect(requests(tick(2001, &model)).count == 1)
        apply(
            [.evaluationFailed(runName: FakeRun.name, requestIdentifier: 1, problem: "No checkpoint.")], to: &model)
        press("]", on: &model)
        #expect(tick(2002, &model).isEmpty)
        #expect(requests(press("Enter", on: &model)).count == 1)
        press("]", on: &model)
        #expect(requests(tick(2003, &model)).count == 1)
    }

    @Test func nobodyIsAskedWhereNobodyCouldAnswerOrNothingWouldShow() {
        var ended = model()
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .finished))], to: &ended)
        press("]", on: &ended)
        #expect(tick(2001, &ended).isEmpty)
        var frozen = model()
        press("Space", "]", on: &frozen)
        #expect(tick(2001, &frozen).isEmpty)
    }

    @Test func aRunThatHasEndedIsAskedWhenItsNetworkIsThere() {
        var description = FakeRun.description
        description.canEvaluateWhenDone = true
        var model = model()
        apply(
            [.runOpened(description), .runUpdate(name: FakeRun.name, feedUpdate(state: .finished))], to: &model)
        press("2", "]", on: &model)
        #expect(requests(tick(2001, &model)).count == 1)
        let threshold = model.sparsityState.global
        let answer = FakeRun.evaluation([Double](repeating: threshold, count: 4), error: 0.91, step: 46_800, request: 1)
        apply([.runEvents(name: FakeRun.name, [answer])], to: &model)
        #expect(model.sparsityState.pending == nil)
        #expect(view(model, height: 24, width: 80).text().contains("error 0.91 %  exact"))
    }

    @Test func automaticAnswersDoNotFillTheLog() {
        var model = model()
        press("]", on: &model)
        _ = tick(2001, &model)
        let lines = model.log.lines.count
        func answer(_ request: Int) {
            let thresholds = model.sparsityState.thresholds(layers: 4)
            let event = FakeRun.evaluation(thresholds, error: 1, step: 46_800, request: request)
            apply([.runUpdate(name: FakeRun.name, feedUpdate([event]))], to: &model)
        }
        answer(1)
        #expect(model.log.lines.count == lines)
        press("]", "Enter", on: &model)
        answer(2)
        #expect(model.log.lines.count == lines + 1)
    }
}
