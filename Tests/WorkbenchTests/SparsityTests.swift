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
        #expect(SparsityOutcome(data, thresholds: [1])?.survivors == [2])
        #expect(data.history == [SparsityData.Moment(step: 1, epoch: 0, survivors: [2], costLeft: nil)])
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

    @Test func theOtherRuleCutsAllLayersOrOne() throws {
        var model = WorkbenchModel.running()
        let layers = try #require(model.run?.sparsity.snapshot?.layers)
        let byEvidence = layers.map { $0.kept(at: ThresholdEvaluation.byEvidence) }
        let byRatio = layers.map { $0.kept(at: 1) }
        #expect(byEvidence != byRatio)
        func thresholds() -> [Double] { model.sparsityState.thresholds(layers: 4) }
        let evidence = ThresholdEvaluation.byEvidence
        press("2", "e", on: &model)
        #expect(thresholds() == [evidence, evidence, evidence, evidence])
        let outcome = try #require(SparsityOutcome(model.runs[0].sparsity, thresholds: thresholds()))
        #expect(outcome.masks == FakeRun.graph.effectiveMasks(byEvidence))
        // One layer goes back to its threshold, then all of them, then one layer leaves alone.
        press("j", "e", on: &model)
        #expect(thresholds() == [1, evidence, evidence, evidence])
        press("0", "k", "e", on: &model)
        #expect(thresholds() == [1, 1, 1, 1])
        press("j", "j", "e", on: &model)
        #expect(thresholds() == [1, evidence, 1, 1])
        // Moving the slider is the other rule again.
        press("]", on: &model)
        #expect(thresholds()[1] > 1)
        press("g", "e", "]", on: &model)
        #expect(thresholds().allSatisfy { $0 > 1 })
    }

    @Test func aRunWithoutEvidenceSaysSo() {
        var model = FakeDeepRun.model(height: 24, width: 80)
        press("e", on: &model)
        #expect(model.notice?.text == "This run does not report the evidence of its units.")
        #expect(!model.sparsityState.followsEvidence)
    }

    @Test func unitsOnWhichTheRulesDisagreeAreCountedAndMarked() throws {
        var model = WorkbenchModel.running(height: 50, width: 200)
        let layer = try #require(model.run?.sparsity.snapshot?.layers[1])
        let count = try #require(layer.disagreement(threshold: 1)).count { $0 }
        #expect(count > 0)
        press("2", "j", "j", on: &model)
        let text = view(model, height: 50, width: 200).text()
        #expect(text.contains("◆◇ rules differ \(count)"))
        let diamonds = text.count { $0 == "◆" || $0 == "◇" }
        #expect(diamonds == count + 2, "one per unit and two in the heading")
        let table = LayerTable(model, model.runs[0].sparsity)
        #expect(table.histogram(of: 1).marked.count == count)
        #expect(table.histogram(of: 1).kept == nil)
        press("e", on: &model)
        let other = LayerTable(model, model.runs[0].sparsity).histogram(of: 1)
        #expect(other.kept?.count == layer.kept(at: ThresholdEvaluation.byEvidence).count { $0 })
    }

    @Test func aRunThatIsCutByTheEvidenceBeginsThere() {
        var description = FakeRun.description
        description.ownThreshold = ThresholdEvaluation.byEvidence
        var model = WorkbenchModel.chooser()
        apply(
            [.runOpened(description), .runUpdate(name: FakeRun.name, feedUpdate(FakeRun.events(epochs: 30)))],
            to: &model)
        press("2", on: &model)
        #expect(model.sparsityState.followsEvidence)
        #expect(model.sparsityState.global == 1)
        let text = view(model, height: 24, width: 80).text()
        #expect(text.contains("evid.") && text.contains("exact, step 18 000"))
        press("]", "p", on: &model)
        #expect(model.sparsityState.followsEvidence)
    }

    @Test func theRunsOwnThresholdIsWhereTheSliderBeginsAndThePresetReturns() {
        var description = FakeRun.description
        description.ownThreshold = 2.5
        var model = WorkbenchModel.chooser()
        apply(
            [.runOpened(description), .runUpdate(name: FakeRun.name, feedUpdate(FakeRun.events(epochs: 30)))],
            to: &model)
        press("2", on: &model)
        #expect(model.sparsityState.global == 2.5)
        #expect(view(model, height: 24, width: 80).text().contains("at SNR > 2.5"))
        press("]", "p", on: &model)
        #expect(model.sparsityState.global == 2.5)
    }

    @Test func enterAsksForAnEvaluationOnceAndShowsTheAnswer() {
        var model = WorkbenchModel.running()
        press("2", "]", on: &model)
        let threshold = model.sparsityState.global
        let wanted = Effect.evaluate(
            runName: FakeRun.name, thresholds: [threshold, threshold, threshold, threshold], requestIdentifier: 1)
        #expect(press("Enter", on: &model) == [wanted])
        #expect(view(model, height: 24, width: 80).text().contains("evaluating …"))
        let answer = FakeRun.evaluation([Double](repeating: threshold, count: 4), error: 0.93, step: 46_800, request: 1)
        apply([.runUpdate(name: FakeRun.name, feedUpdate([answer]))], to: &model)
        #expect(view(model, height: 24, width: 80).text().contains("error 0.93 %  exact, step 46 800"))
        #expect(press("Enter", on: &model).isEmpty)
    }

    @Test func runWithoutAnEngineIsNotAskedToEvaluate() {
        var model = WorkbenchModel.running()
        apply([.runUpdate(name: FakeRun.name, feedUpdate(state: .finished))], to: &model)
        #expect(press("2", "]", "Enter", on: &model).isEmpty)
        #expect(model.sparsityState.pending == nil)
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
        #expect(model.sparsityState.pending == nil)
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
