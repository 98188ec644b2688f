// SPDX-License-Identifier: Apache-2.0
// What one temperature would make of averaged predictions: the cheap rival of every way to be less sure.

import Diagnostics

/// Averaged predictions before and after temperature scaling [GPSW17].
///
/// The temperature is fitted to the log of the averaged probabilities of the first fifth of the test objects, and judged on
/// the others. NaN where there is nothing to fit or to judge.
enum TemperatureComparison {
    /// Names of the numbers in the result, in this order.
    static let names = ["temperature", "nllBefore", "nll", "eceBefore", "ece"]

    /// One number per name.
    ///
    /// - Parameters:
    ///   - logs: log of the averaged probabilities, `[N, K]`.
    ///   - labels: true classes, `[N]`.
    ///   - classes: K.
    static func values(logs: [Double], labels: [Int], classes: Int) -> [Double] {
        let count = labels.count / 5
        let (fitted, judged) = (Array(logs[..<(count * classes)]), Array(logs[(count * classes)...]))
        let rest = Array(labels[count...])
        guard let fit = TemperatureFit(logits: [fitted], classCount: classes, labels: Array(labels[..<count])) else {
            return names.map { _ in .nan }
        }
        func scores(_ temperature: Double) -> (nll: Double, ece: Double) {
            let predictions = Predictions(softmaxOf: judged, classCount: classes, temperature: temperature)
            return (
                negativeLogLikelihood(predictions, labels: rest).value ?? .nan,
                Calibration(predictions, labels: rest).expectedError.value ?? .nan
            )
        }
        let (before, after) = (scores(1), scores(fit.temperature))
        return [fit.temperature, before.nll, after.nll, before.ece, after.ece]
    }
}
