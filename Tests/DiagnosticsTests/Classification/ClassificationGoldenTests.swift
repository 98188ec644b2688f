// SPDX-License-Identifier: Apache-2.0
// Classification metrics against scikit-learn and SciPy (Tests/Golden/diagnostics/classification.py).

import TestSupport
import Testing

@testable import Diagnostics

@Suite("Golden classification metrics") struct ClassificationGoldenTests {
    private static func rows(_ kind: String) throws -> [[String]] {
        try goldenRows("classification.tsv").filter { $0[0] == kind }
    }

    private static func numbers(_ kind: String, _ name: String) throws -> [Double] {
        try #require(try rows(kind).first { $0[1] == name }).dropFirst(2).compactMap(Double.init)
    }

    @Test(arguments: ["sharp", "flat", "binary"]) func scoresOfPredictions(name: String) throws {
        let cells = try Self.numbers("logits", name)
        let (classCount, logits) = (Int(cells[0]), Array(cells.dropFirst()))
        let labels = try Self.numbers("labels", name).map { Int($0) }
        let predictions = Predictions(softmaxOf: logits, classCount: classCount)
        let calibration = Calibration(predictions, labels: labels)
        let entropies = predictiveEntropies(predictions)
        let fit = try #require(TemperatureFit(logits: [logits], classCount: classCount, labels: labels))
        let values: [String: Double?] = [
            "nll": negativeLogLikelihood(predictions, labels: labels).value,
            "brier": brierScore(predictions, labels: labels).value,
            "ece": calibration.expectedError.value,
            "accuracy": calibration.accuracy.value,
            "meanEntropy": entropies.reduce(0, +) / Double(entropies.count),
            "temperature": fit.temperature,
            "scaledNll": fit.negativeLogLikelihood,
        ]
        let rows = try Self.rows("value").filter { $0[1] == name }
        #expect(rows.count == values.count && !fit.isAtEnd)
        for row in rows {
            // Where a minimum is, rounding shows only to the square root of its precision.
            let tolerance = row[2] == "temperature" ? 1e-6 : 1e-12
            expectClose(
                (values[row[2]] ?? nil) ?? .nan, try #require(Double(row[3])), relative: tolerance, "\(name) \(row[2])")
        }
    }

    @Test(arguments: ["separate", "ties", "reversed", "same"]) func summariesOfScores(name: String) throws {
        let (inside, outside) = (try Self.numbers("inside", name), try Self.numbers("outside", name))
        let detection = Detection(inDomain: inside, outOfDomain: outside)
        let test = KolmogorovSmirnov(EmpiricalDistribution(inside), EmpiricalDistribution(outside))
        let values = [
            "auroc": detection.areaUnderROC, "aupr": detection.areaUnderPrecisionRecall,
            "fpr95": detection.falsePositiveRate(), "ksDistance": test.distance, "ksExact": test.pValue,
        ]
        let rows = try Self.rows("value").filter { $0[1] == name }
        #expect(rows.count == values.count)
        for row in rows {
            let value = try #require(values[row[2]]).value
            expectClose(value ?? .nan, try #require(Double(row[3])), relative: 1e-11, "\(name) \(row[2])")
        }
    }

    @Test func limitOfKolmogorovsDistribution() throws {
        let rows = try Self.rows("value").filter { $0[2] == "ksLimit" }
        #expect(rows.count == 10)
        for row in rows {
            let x = try #require(Double(row[1]))
            expectClose(
                KolmogorovSmirnov.limitProbability(x), try #require(Double(row[3])), relative: 1e-13, "at \(x)")
        }
    }
}
