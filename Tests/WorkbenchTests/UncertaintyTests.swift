// SPDX-License-Identifier: Apache-2.0
// The uncertainty screen: scores from predictions, draws, the untouched network, and records that make no sense.

import Diagnostics
import EngineKit
import Glibc
import Screen
import Testing

@testable import Workbench

@Suite struct UncertaintyTests {
    /// Two classes, two objects inside and two outside, predictions that can be summed by hand.
    private func block(
        _ domain: PredictionBlock.Domain, first: Int = 0, _ probabilities: [Float], labels: [Int] = [], total: Int = 2
    ) -> PredictionBlock {
        PredictionBlock(
            step: 1, method: "virtual", members: 1, domain: domain, first: first, total: total, classes: 2,
            drawCounts: [1, 2], labels: labels, logProbabilities: probabilities.map { log($0) })
    }

    @Test func scoresAreThoseOfThePredictions() throws {
        var data = UncertaintyData()
        // One draw: 0.9 for the right class, then 0.6 for the wrong one; two draws: 0.8, then 0.5 each (the first wins).
        data.take(block(.inside, [0.9, 0.1, 0.6, 0.4, 0.8, 0.2, 0.5, 0.5], labels: [0, 1]))
        data.settle()
        let inside = try #require(data.methods.first)
        #expect(inside.received == [2, 0] && inside.isComplete)
        #expect(inside.scores.map(\.error) == [50, 50])
        let one = try #require(inside.scores[0].negativeLogLikelihood)
        #expect(abs(one - -(log(0.9) + log(0.4)) / 2) < 1e-6)
        // Gaps of 0.1 in one bin and of 0.6 in another.
        let calibration = try #require(inside.scores[0].calibrationError)
        #expect(abs(calibration - 0.35) < 1e-6)
        #expect(inside.scores[0].areaUnderROC == nil)
        #expect(inside.scores[1].intervals != nil && inside.scores[0].intervals == nil)

        data.take(block(.outside, [0.5, 0.5, 0.7, 0.3, 0.5, 0.5, 0.8, 0.2]))
        data.settle()
        let both = data.methods[0]
        #expect(both.isComplete && both.received == [2, 2])
        // Entropies grow with the smaller probability: inside 0.1, 0.4, outside 0.5, 0.3; three of four pairs are right.
        #expect(both.scores[0].areaUnderROC == 0.75)
        // With two draws 0.2, 0.5 against 0.5, 0.2: two pairs are ties.
        #expect(abs(try #require(both.scores[1].areaUnderROC) - 0.5) < 1e-9)
        let entropy = both.scores[0].inside.values[0]
        #expect(abs(entropy - -(0.9 * log(0.9) + 0.1 * log(0.1))) < 1e-6)
    }

    @Test func blocksAreCountedOnceAndInOrder() {
        var data = UncertaintyData()
        let row: [Float] = [0.9, 0.1, 0.9, 0.1]
        data.take(block(.inside, row, labels: [0], total: 3))
        // The same again, as a reload may send it, and one that leaves a gap.
        data.take(block(.inside, row, labels: [0], total: 3))
        data.take(block(.inside, first: 2, row, labels: [0], total: 3))
        #expect(data.methods[0].received == [1, 0] && !data.methods[0].isComplete)
        data.take(block(.inside, first: 1, row, labels: [0], total: 3))
        data.take(block(.inside, first: 2, row, labels: [0], total: 3))
        #expect(data.methods[0].received == [3, 0] && data.methods[0].isComplete)
    }

    @Test func recordsThatMakeNoSenseAreLeftOut() {
        var data = UncertaintyData()
        let good = block(.inside, [0.9, 0.1, 0.6, 0.4, 0.8, 0.2, 0.5, 0.5], labels: [0, 1])
        func broken(_ change: (inout PredictionBlock) -> Void) {
            var block = good
            change(&block)
            data.take(block)
        }
        broken { $0.labels = [0, 2] }
        broken { $0.labels = [0] }
        broken { $0.classes = 0 }
        broken { $0.classes = .max }
        broken { $0.drawCounts = [] }
        broken { $0.drawCounts = [2, 1] }
        broken { $0.first = -1 }
        broken { $0.first = .max }
        broken { $0.total = .max }
        broken { $0.total = 1 }
        broken { $0.members = 0 }
        broken { $0.logProbabilities.removeLast() }
        #expect(data.methods.isEmpty)
        if case .record(.statistics(var record)) = FakeUncertaintyRun.statistics("a", channels: 2) {
            record.channels = 3
            data.take(record)
            record.channels = -2
            data.take(record)
        }
        if case .record(.pictures(var set)) = FakeUncertaintyRun.pictures {
            set.height = 0
            data.take(set)
            set.height = .max
            data.take(set)
            (set.height, set.classes) = (28, 11)
            data.take(set)
        }
        #expect(data.isEmpty && data.pictures.isEmpty)
        // NaN and infinite predictions are counted, and their scores are undefined.
        var wild = good
        wild.logProbabilities = [.nan, 0, -.infinity, 0, .infinity, 1, 0, .nan]
        data.take(wild)
        data.settle()
        #expect(data.methods[0].scores[0].negativeLogLikelihood == nil)
    }

    // MARK: The screen

    @Test func theFirstRandomMethodIsChosenAndKeysChangeThat() {
        var model = FakeUncertaintyRun.model()
        func chosen() -> String? { UncertaintyView(model.run!.uncertainty, model.uncertaintyState).method?.title }
        #expect(model.screen == "uncertainty")
        #expect(chosen() == "virtual")
        press("j", on: &model)
        #expect(chosen() == "virtual ×5")
        press("g", on: &model)
        #expect(chosen() == "running")
    }

    @Test func drawsAreHalvedAndDoubled() throws {
        var model = FakeUncertaintyRun.model()
        func draws() -> Int {
            let view = UncertaintyView(model.run!.uncertainty, model.uncertaintyState)
            return view.method.map { $0.drawCounts[view.place($0)] } ?? 0
        }
        #expect(draws() == 32)
        press("[", "[", on: &model)
        #expect(draws() == 8)
        for _ in 0..<20 { press("[", on: &model) }
        #expect(draws() == 1)
        press("]", on: &model)
        #expect(draws() == 2)
        for _ in 0..<20 { press("]", on: &model) }
        #expect(draws() == 32)
        // The scores on show are those of the draws.
        press("[", on: &model)
        let view = UncertaintyView(model.run!.uncertainty, model.uncertaintyState)
        let method = try #require(view.method)
        #expect(view.scores(method) == method.scores[4])
    }

    /// The line of the untouched network stays, whatever else is on show.
    @Test func theUntouchedNetworkIsAlwaysOnTheScreen() {
        var model = FakeUncertaintyRun.model()
        for keys in [[], ["x"], ["x"], ["x"], ["x"], ["Enter"], ["l"], ["Enter", "j"]] as [[String]] {
            for key in keys { press(key, on: &model) }
            for (height, width) in [(24, 80), (14, 44), (50, 200)] {
                let text = view(model, height: height, width: width).text()
                #expect(text.contains("untouched network"), "\(keys) \(width)x\(height)")
            }
        }
    }

    @Test func escapeLeavesPicturesAndCrosshair() {
        var model = FakeUncertaintyRun.model()
        press("l", "Enter", "l", on: &model)
        #expect(model.uncertaintyState.picture == 1 && model.uncertaintyState.crosshair != nil)
        press("Esc", on: &model)
        #expect(model.uncertaintyState.picture == nil && model.uncertaintyState.crosshair != nil)
        press("Esc", on: &model)
        #expect(model.uncertaintyState.crosshair == nil)
    }

    @Test func channelsAndLayersStayInTheirRange() {
        var model = FakeUncertaintyRun.model()
        press("}", "}", "}", on: &model)
        #expect(model.uncertaintyState.chart == .statistics && model.uncertaintyState.layer == 1)
        for _ in 0..<9 { press("L", on: &model) }
        #expect(model.uncertaintyState.channel == 49)
        press("{", on: &model)
        #expect(model.uncertaintyState.layer == 0 && model.uncertaintyState.channel == 0)
    }
}
