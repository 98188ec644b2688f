// SPDX-License-Identifier: Apache-2.0
// What predictions are worth, in and out of their domain: the numbers of one method, one ensemble and one number of draws.

import Diagnostics
import RealModule

/// Scores of averaged predictions; NaN where a number is undefined or there is no other domain.
struct UncertaintyScores {
    /// Names of the scores in the result, in this order.
    static let names = [
        "error", "nll", "brier", "ece", "auroc", "aupr", "fpr95", "meanEntropyIn", "meanEntropyOut", "cdfIn05",
        "cdfIn10", "cdfOut05", "cdfOut10",
    ]

    /// One number per name.
    let values: [Double]
    /// Entropies of the averaged predictions, nats, one per object.
    let entropies: (inDomain: [Double], outOfDomain: [Double])

    /// The number of a name.
    subscript(name: String) -> Double {
        Self.names.firstIndex(of: name).map { values[$0] } ?? .nan
    }

    /// Scores predictions.
    ///
    /// - Parameters:
    ///   - inDomain: log of the averaged probabilities, `[N, K]`.
    ///   - labels: true classes, `[N]`.
    ///   - outOfDomain: likewise of objects of another domain; may be empty.
    ///   - classes: K.
    init(inDomain: [Double], labels: [Int], outOfDomain: [Double], classes: Int) {
        let inside = Predictions(inDomain.map { .exp($0) }, classCount: classes)
        let outside = Predictions(outOfDomain.map { .exp($0) }, classCount: classes)
        entropies = (predictiveEntropies(inside), predictiveEntropies(outside))
        let detection = Detection(inDomain: entropies.inDomain, outOfDomain: entropies.outOfDomain)
        let calibration = Calibration(inside, labels: labels)
        let (own, other) = (
            EmpiricalDistribution(entropies.inDomain), EmpiricalDistribution(entropies.outOfDomain)
        )
        values = [
            100 * Double(Self.mistakes(inDomain, labels)) / Double(labels.count),
            Self.negativeLogLikelihood(inDomain, labels) / Double(labels.count),
            brierScore(inside, labels: labels).number,
            calibration.expectedError.number,
            detection.areaUnderROC.number,
            detection.areaUnderPrecisionRecall.number,
            detection.falsePositiveRate().number,
            Self.mean(entropies.inDomain),
            Self.mean(entropies.outOfDomain),
            own.share(atMost: 0.5).number,
            own.share(atMost: 1).number,
            other.share(atMost: 0.5).number,
            other.share(atMost: 1).number,
        ]
    }

    /// Objects whose largest log probability is not at their label; the first of equal ones counts, NaN is a mistake.
    static func mistakes(_ logs: [Double], _ labels: [Int]) -> Int {
        let classes = labels.isEmpty ? 0 : logs.count / labels.count
        return labels.indices.count { object in
            let row = logs[object * classes..<(object + 1) * classes]
            guard !row.contains(where: \.isNaN), let largest = row.max() else { return true }
            return row.firstIndex(of: largest) != row.startIndex + labels[object]
        }
    }

    /// `-sum log p(label)`, from logarithms: finite for every finite prediction.
    static func negativeLogLikelihood(_ logs: [Double], _ labels: [Int]) -> Double {
        let classes = labels.isEmpty ? 0 : logs.count / labels.count
        return -labels.indices.reduce(0) { $0 + logs[$1 * classes + labels[$1]] }
    }

    private static func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
}

extension Diagnosis {
    /// The number, NaN when undefined.
    fileprivate var number: Double { value ?? .nan }
}

/// Shares of objects whose predictive entropy is at most a threshold: 0, 0.1, … up to the logarithm of the classes.
struct EntropyCurve {
    let thresholds: [Double]
    let shares: [Double]

    init(_ entropies: [Double], classes: Int) {
        let largest = Double.log(Double(classes))
        // Tenths by division: 0.3 is then the number that users write.
        thresholds = (0...Int(largest * 10)).map { Double($0) / 10 } + [largest]
        let distribution = EmpiricalDistribution(entropies)
        shares = thresholds.compactMap { distribution.share(atMost: $0).value }
    }
}
