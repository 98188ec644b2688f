// SPDX-License-Identifier: Apache-2.0
// Thresholds, survivors with coupling, evaluations: what is exact, what is interpolated, what is asked for.

import EngineKit
import Screen
import TestSupport
import Testing

@testable import Workbench

@Suite struct SparsityTests {
    /// Two layers of two and four units; the second one's units in pairs belong to the first one's.
    private func coupled() -> SparsityData {
        var data = SparsityData()
        let graph = CostGraph(
            groups: [
                UnitGroup(name: "a", units: 2), UnitGroup(name: "b", units: 4, parent: .init(group: 0, block: 2)),
            ],
            edges: [
                CostEdge(
                    name: "in", input: .fixed(3), output: .group(0, multiplicity: 1), macsPerPair: 10, weightsPerPair: 5
                ),
                CostEdge(
                    name: "out", input: .group(1, multiplicity: 1), output: .fixed(2), macsPerPair: 1, weightsPerPair: 1
                ),
            ])
        let isAccepted = data.take(graph)
        #expect(isAccepted)
        data.take(
            LayerSnapshot(
                step: 100, epoch: 1,
                layers: [
                    LayerState(name: "a", signalToNoise: [0.5, 5], mu: [0, 0], logSigma: [0, 0], kullbackLeibler: 0),
                    LayerState(
                        name: "b", signalToNoise: [9, 9, 0.5, 3], mu: [0, 0, 0, 0], logSigma: [0, 0, 0, 0],
                        kullbackLeibler: 0),
                ]))
        return data
    }

    @Test func unitsInsideADeadParentAreGoneAndCostFollows() throws {
        let outcome = try #require(SparsityOutcome(coupled(), thresholds: [1, 1]))
        #expect(outcome.masks == [[false, true], [false, false, false, true]])
        #expect(outcome.survivors == [1, 1])
        #expect(outcome.dense == Cost(macs: 68, parameters: 38))
        #expect(outcome.pruned == Cost(macs: 32, parameters: 17))
        #expect(outcome.layerMacs[0] == SparsityOutcome.LayerCost(dense: 60, pruned: 30))
        #expect(outcome.layerMacs[1] == nil)
    }

    @Test func wrongNumberOfThresholdsHasNoOutcome() {
        #expect(SparsityOutcome(coupled(), thresholds: [1]) == nil)
        #expect(SparsityOutcome(SparsityData(), thresholds: []) == nil)
    }

    @Test func damagedCostGraphsAreLeftOut() {
        let bad = [
            CostGraph(groups: [UnitGroup(name: "a", units: 2, parent: .init(group: 7, block: 1))], edges: []),
            CostGraph(groups: [UnitGroup(name: "a", units: -2)], edges: []),
            CostGraph(
                groups: [
                    UnitGroup(name: "a", units: 3), UnitGroup(name: "b", units: 4, parent: .init(group: 0, block: 2)),
                ], edges: []),
            CostGraph(
                groups: [UnitGroup(name: "a", units: 1 << 24)],
                edges: [
                    CostEdge(
                        name: "e", input: .fixed(.max), output: .group(0, multiplicity: .max), macsPerPair: 1,
                        weightsPerPair: 1)
                ]),
            CostGraph(
                groups: [],
                edges: [
                    CostEdge(
                        name: "e", input: .group(0, multiplicity: 1), output: .fixed(1), macsPerPair: 1,
                        weightsPerPair: 1)
                ]),
        ]
        for graph in bad {
            var model = WorkbenchModel.running()
            apply([.runUpdate(name: FakeRun.name, feedUpdate([.costGraph(graph)]))], to: &model)
            #expect(model.log.lines.last?.level == .warning)
            press("2", on: &model)
            #expect(view(model, height: 24, width: 80).text().contains("cost unknown"))
        }
    }

    @Test func countsByBinarySearchAgreeWithCountingEveryUnit() {
        var data = SparsityData()
        let snapshot = FakeRun.layers(epoch: 70)
        data.take(snapshot)
        for threshold in [0, 0.01, 0.3, 1, 2.5, 1e9, snapshot.layers[0].signalToNoise[3]] {
            for layer in snapshot.layers.indices {
                let counted = snapshot.layers[layer].survivors(threshold: threshold).count { $0 }
                #expect(data.unitsAbove(threshold, layer: layer) == counted)
            }
        }
    }

    @Test func unitsWithoutANumberAreKept() {
        var data = SparsityData()
        data.take(
            LayerSnapshot(
                step: 1, epoch: 0,
                layers: [
                    LayerState(
                        name: "a", signalToNoise: [.nan, 0, .infinity], mu: [0, 0, 0], logSigma: [0, 0, 0],
                        kullbackLeibler: 0)
                ]))
        #expect(data.unitsAbove(1, layer: 0) == 2)
        #expect(data.history == [SparsityData.Moment(step: 1, epoch: 0, survivors: [2])])
    }

    @Test func evaluationOfTheSameUnitsIsExactWhateverTheThreshold() {
        var data = coupled()
        data.take(ThresholdEvaluation(requestIdentifier: 1, step: 100, thresholds: [1, 1], testError: 2.5))
        let same = data.testError(thresholds: [0.9, 2], current: nil, pendingRequest: nil)
        #expect(same == .exact(percent: 2.5, step: 100))
        #expect(data.testError(thresholds: [0.1, 2], current: nil, pendingRequest: nil) == .unknown)
        #expect(data.testError(thresholds: [0.1, 2], current: nil, pendingRequest: 3) == .pending)
    }

    @Test func betweenEvaluationsTheErrorIsInterpolatedByCost() {
        var data = coupled()
        data.take(ThresholdEvaluation(requestIdentifier: 1, step: 100, thresholds: [0.1, 0.1], testError: 1))
        // Everything: 68. Nothing: 0. At [1, 1] 32 are left.
        data.take(ThresholdEvaluation(requestIdentifier: 2, step: 100, thresholds: [100, 100], testError: 90))
        guard case .interpolated(let percent) = data.testError(thresholds: [1, 1], current: nil, pendingRequest: nil)
        else {
            Issue.record("not interpolated")
            return
        }
        expectClose(percent, 90 + (1 - 90) * 32.0 / 68, relative: 1e-12)
    }

    @Test func theEnginesOwnTestErrorCountsAtThePreset() {
        let data = coupled()
        let estimate = data.testError(thresholds: [1, 1], current: (step: 90, percent: 3), pendingRequest: nil)
        #expect(estimate == .exact(percent: 3, step: 90))
    }

    // MARK: Keys

    @Test func globalSliderMovesLayersWithoutTheirOwnThreshold() {
        var model = WorkbenchModel.running()
        press("2", "j", "]", on: &model)
        #expect(model.sparsityState.own[0].map { abs($0 - 1.2589) < 1e-4 } == true)
        #expect(model.sparsityState.global == 1)
        press("g", "p", "[", "[", on: &model)
        expectClose(model.sparsityState.global, 0.630957, relative: 1e-6)
        #expect(model.sparsityState.thresholds(layers: 4)[0] > 1)
        press("j", "0", on: &model)
        #expect(model.sparsityState.own.isEmpty)
    }

    @Test func presetIsExactlyOneAfterAnyWalk() {
        var model = WorkbenchModel.running()
        press("2", "l", "l", "}", "{", "h", "h", on: &model)
        #expect(model.sparsityState.global == 1)
    }

    @Test func sliderStopsAtTheEndsOfItsAxis() {
        var model = WorkbenchModel.running()
        press("2", on: &model)
        for _ in 0..<20 { press("L", on: &model) }
        #expect(model.sparsityState.global == 1000)
        for _ in 0..<20 { press("H", on: &model) }
        expectClose(model.sparsityState.global, 0.01, relative: 1e-12)
    }

    @Test func enterAsksForAnEvaluationOnceAndShowsTheAnswer() {
        var model = WorkbenchModel.running()
        press("2", "]", on: &model)
        let threshold = model.sparsityState.global
        let wanted = Effect.evaluate(
            runName: FakeRun.name, thresholds: [threshold, threshold, threshold, threshold], requestIdentifier: 1)
        #expect(press("Enter", on: &model) == [wanted])
        #expect(view(model, height: 24, width: 80).text().contains("being evaluated"))
        let answer = FakeRun.evaluation([Double](repeating: threshold, count: 4), error: 0.93, step: 46_800, request: 1)
        apply([.runUpdate(name: FakeRun.name, feedUpdate([answer]))], to: &model)
        #expect(view(model, height: 24, width: 80).text().contains("error 0.93 %  exact, step 46 800"))
        #expect(press("Enter", on: &model).isEmpty)
    }

    @Test func runWithoutAnEngineIsNotAskedToEvaluate() {
        var model = WorkbenchModel.running()
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .finished))], to: &model)
        #expect(press("2", "]", "Enter", on: &model).isEmpty)
        #expect(model.sparsityState.pendingRequest == nil)
        var description = FakeRun.description
        description.canEvaluateWhenDone = true
        apply([.runOpened(description)], to: &model)
        press("2", on: &model)
        #expect(press("Enter", on: &model).count == 1)
    }

    @Test func evaluationThatCannotBeDoneIsNotWaitedFor() {
        var model = WorkbenchModel.running()
        press("2", "]", "Enter", on: &model)
        let failure = Action.evaluationFailed(runName: FakeRun.name, requestIdentifier: 1, problem: "No checkpoint.")
        #expect(update(&model, failure).isEmpty)
        #expect(model.sparsityState.pendingRequest == nil)
        #expect(model.notice?.text == "No checkpoint.")
    }

    @Test func clickOnTheSliderMovesItThere() throws {
        var model = WorkbenchModel.running()
        press("2", on: &model)
        let area = FrameLayout(height: 24, width: 80).content
        let layout = LayerTable(model, model.runs[0].sparsity).layout(in: area.splitTop(6).top)
        let event = MouseEvent(.press(1), row: layout.slider.top, column: layout.histogram.right - 1)
        #expect(update(&model, .input(.mouse(event))).isEmpty)
        #expect(model.sparsityState.global == 1000)
        press("m", on: &model)
        let back = MouseEvent(.press(1), row: layout.slider.top, column: layout.histogram.left)
        apply([.input(.mouse(back))], to: &model)
        #expect(model.sparsityState.global == 1000)
    }
}
