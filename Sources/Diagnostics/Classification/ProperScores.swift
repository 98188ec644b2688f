// SPDX-License-Identifier: Apache-2.0
// Scores that are best, on average, for whoever predicts the true probabilities.

import RealModule

/// Mean negative log likelihood of the true classes, `-mean_i log p_i,y(i)`, in nats.
///
/// - Parameters:
///   - predictions: `[N, K]`.
///   - labels: the true classes, N numbers from 0 to below K.
/// - Undefined cases: no objects, a number that is not finite, an object with probability 0 for its own class.
public func negativeLogLikelihood(_ predictions: Predictions, labels: [Int]) -> Diagnosis {
    if let problem = predictions.problem(labels) { return .undefined(problem) }
    var sum = 0.0
    for (object, label) in labels.enumerated() {
        let probability = predictions.values[object * predictions.classCount + label]
        guard probability > 0 else { return .undefined(.zeroProbability) }
        sum -= .log(probability)
    }
    return Diagnosis(finite: sum / Double(labels.count))
}

/// Brier score, `mean_i sum_c (p_ic - [c = y_i])^2`, summed over the classes: from 0 to 2, [Bri50].
///
/// - Undefined cases: no objects, a number that is not finite.
public func brierScore(_ predictions: Predictions, labels: [Int]) -> Diagnosis {
    if let problem = predictions.problem(labels) { return .undefined(problem) }
    var sum = 0.0
    for (object, label) in labels.enumerated() {
        for (index, probability) in predictions[object].enumerated() {
            let difference = probability - (index == label ? 1 : 0)
            sum += difference * difference
        }
    }
    return Diagnosis(finite: sum / Double(labels.count))
}
