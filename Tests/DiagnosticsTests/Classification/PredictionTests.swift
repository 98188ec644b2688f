// SPDX-License-Identifier: Apache-2.0
// Entropies, scores and calibration where the answer is known by hand.

import Foundation
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Predictions") struct PredictionTests {
    @Test func entropyOfKnownDistributions() {
        let predictions = Predictions(
            [1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0, 0, .nan, 1, 0, 0], classCount: 4)
        let entropies = predictiveEntropies(predictions)
        expectClose(entropies, [0, log(4.0), log(2.0), .nan], absolute: 1e-15)
    }

    @Test func membersThatDisagreeHaveMutualInformation() {
        // Two sure members with different opinions: all uncertainty is disagreement.
        let sure = UncertaintyDecomposition([Predictions([1, 0], classCount: 2), Predictions([0, 1], classCount: 2)])
        expectClose(sure.total, [log(2.0)], relative: 1e-15)
        #expect(sure.expected == [0])
        expectClose(sure.mutualInformation, [log(2.0)], relative: 1e-15)
        // Equal members: all of it is noise, and the difference is not below 0.
        let member = Predictions([0.1, 0.2, 0.7, 0.3, 0.3, 0.4], classCount: 3)
        let equal = UncertaintyDecomposition([member, member, member])
        expectClose(equal.total, predictiveEntropies(member), relative: 1e-14)
        #expect(equal.mutualInformation.allSatisfy { $0 >= 0 && $0 < 1e-15 })
        let broken = UncertaintyDecomposition([Predictions([.nan, 1], classCount: 2)])
        #expect(broken.mutualInformation[0].isNaN)
    }

    @Test func softmaxKnowsShiftsAndTemperatures() {
        let logits = [1.0, 2, 4, -1000, 0, 1000]
        let plain = Predictions(softmaxOf: logits, classCount: 3)
        let shifted = Predictions(softmaxOf: logits.map { $0 + 5000 }, classCount: 3)
        expectClose(shifted.values, plain.values, absolute: 1e-12)
        #expect(Array(plain[1]) == [0, 0, 1])
        let hot = Predictions(softmaxOf: logits, classCount: 3, temperature: 1e9)
        expectClose(hot.values, [Double](repeating: 1.0 / 3, count: 6), absolute: 1e-6)
        let cool = Predictions(softmaxOf: logits, classCount: 3, temperature: 0.5)
        expectClose(cool[0].map { $0 }, Predictions(softmaxOf: [2, 4, 8], classCount: 3).values, relative: 1e-15)
    }

    @Test func scoresOfPerfectAndOfUselessPredictions() {
        let perfect = Predictions([1, 0, 0, 1], classCount: 2)
        #expect(negativeLogLikelihood(perfect, labels: [0, 1]) == .value(0))
        #expect(brierScore(perfect, labels: [0, 1]) == .value(0))
        #expect(brierScore(perfect, labels: [1, 0]) == .value(2))
        #expect(negativeLogLikelihood(perfect, labels: [1, 1]).reason == .zeroProbability)
        let useless = Predictions([Double](repeating: 0.1, count: 30), classCount: 10)
        expectClose(negativeLogLikelihood(useless, labels: [3, 4, 9]).value ?? .nan, log(10.0), relative: 1e-15)
        expectClose(brierScore(useless, labels: [3, 4, 9]).value ?? .nan, 0.9, relative: 1e-14)
    }

    @Test func calibrationBinsHaveClosedUpperEnds() {
        // Top probabilities 0.5 and 1 lie on edges of four bins; 0.6 and 0.8 within.
        let predictions = Predictions([0.5, 0.5, 0.6, 0.4, 0.2, 0.8, 1, 0], classCount: 2)
        let calibration = Calibration(predictions, labels: [0, 1, 1, 0], binCount: 4)
        #expect(calibration.bins.map(\.count) == [0, 1, 1, 2])
        #expect(calibration.bins.map(\.correctCount) == [0, 1, 0, 2])
        #expect(calibration.bins[0].accuracy.reason == .empty && calibration.bins[0].confidence.reason == .empty)
        expectClose(calibration.bins[3].confidence.value ?? .nan, 0.9, relative: 1e-15)
        // (0.5 + 0.6) / 4 + 0.1 / 2.
        expectClose(calibration.expectedError.value ?? .nan, 0.325, relative: 1e-14)
        expectClose(calibration.maximumError.value ?? .nan, 0.6, relative: 1e-14)
        #expect(calibration.accuracy == .value(0.75))
    }

    @Test(arguments: [1, 3, 10, 15, 49]) func everyEdgeBelongsToTheBinBelow(binCount: Int) {
        for edge in 1...binCount {
            let top = Double(edge) / Double(binCount)
            // Many classes of the same probability make any top probability possible.
            for (probability, bin) in [
                (top, edge - 1), (top.nextUp, min(edge, binCount - 1)), (top.nextDown, edge - 1),
            ] {
                let calibration = Calibration(
                    Predictions([probability], classCount: 1), labels: [0], binCount: binCount)
                #expect(calibration.bins.firstIndex { $0.count == 1 } == bin, "\(probability) of \(binCount) bins")
            }
        }
    }

    @Test func undefinedPredictionsAreSaidSo() {
        let none = Predictions([], classCount: 3)
        let broken = Predictions([0.5, .nan], classCount: 2)
        for score in [negativeLogLikelihood, brierScore] {
            #expect(score(none, []).reason == .empty)
            #expect(score(broken, [0]).reason == .notFinite)
        }
        #expect(Calibration(none, labels: []).expectedError.reason == .empty)
        #expect(Calibration(broken, labels: [1]).maximumError.reason == .notFinite)
        #expect(Calibration(broken, labels: [1]).accuracy.reason == .notFinite)
    }

    @Test func temperatureUndoesAKnownScaling() throws {
        // Labels drawn from the softmax of the logits; the logits given are three times as sharp.
        var words = TestWords(seed: 31)
        let logits = (0..<12_000).map { _ in words.normal() }
        let truth = Predictions(softmaxOf: logits, classCount: 3)
        let labels = (0..<truth.objectCount).map { object in
            var left = words.uniform()
            for (label, probability) in truth[object].enumerated() {
                left -= probability
                if left < 0 { return label }
            }
            return 2
        }
        let fit = try #require(TemperatureFit(logits: [logits.map { 3 * $0 }], classCount: 3, labels: labels))
        expectClose(fit.temperature, 3, relative: 0.06)
        // Two equal members are one.
        let sharp = logits.map { 3 * $0 }
        let twice = try #require(TemperatureFit(logits: [sharp, sharp], classCount: 3, labels: labels))
        expectClose(twice.temperature, fit.temperature, relative: 1e-6)
        expectClose(
            negativeLogLikelihood(fit.predictions(logits: sharp, classCount: 3), labels: labels).value ?? .nan,
            fit.negativeLogLikelihood, relative: 1e-12)
    }

    @Test func temperatureHasNoMinimumForAllRightOrAllWrong() throws {
        let right = try #require(TemperatureFit(logits: [[2, 0, 0, 2]], classCount: 2, labels: [0, 1]))
        #expect(right.isAtEnd && right.temperature == TemperatureFit.range.lowerBound)
        let wrong = try #require(TemperatureFit(logits: [[2, 0, 0, 2]], classCount: 2, labels: [1, 0]))
        #expect(wrong.isAtEnd && wrong.temperature == TemperatureFit.range.upperBound)
        #expect(TemperatureFit(logits: [], classCount: 2, labels: [0]) == nil)
        #expect(TemperatureFit(logits: [[]], classCount: 2, labels: []) == nil)
        #expect(TemperatureFit(logits: [[0, .infinity]], classCount: 2, labels: [0]) == nil)
    }
}
