// SPDX-License-Identifier: Apache-2.0
// Telling objects from outside of the domain by a score: ROC and precision-recall summaries. Outside is positive.

/// How well a score separates two groups of objects.
///
/// Every threshold of the score is an operating point: objects at or above it are called out of domain. Objects with
/// the same score are called together, so ties are one point and not an order.
public struct Detection: Sendable, Equatable {
    /// True and false positives among objects with at least a score, from the highest score down.
    private let points: [(score: Double, truePositives: Int, falsePositives: Int)]
    private let positiveCount: Int
    private let negativeCount: Int
    private let problem: UndefinedReason?

    /// Two detections are equal when their operating points are.
    public static func == (one: Detection, two: Detection) -> Bool {
        one.problem == two.problem && one.positiveCount == two.positiveCount && one.negativeCount == two.negativeCount
            && one.points.elementsEqual(two.points) { $0 == $1 }
    }

    /// Collects the operating points.
    ///
    /// - Parameters:
    ///   - inDomain: scores of objects of the domain, the negatives; higher means stranger, as entropy does.
    ///   - outOfDomain: scores of objects from outside, the positives.
    /// - Complexity: O(n log n).
    public init(inDomain: [Double], outOfDomain: [Double]) {
        (positiveCount, negativeCount) = (outOfDomain.count, inDomain.count)
        // Infinite scores have an order; NaN has none.
        let isUnordered = (inDomain + outOfDomain).contains(where: \.isNaN)
        problem = inDomain.isEmpty || outOfDomain.isEmpty ? .empty : isUnordered ? .notFinite : nil
        guard problem == nil else {
            points = []
            return
        }
        let objects = (inDomain.map { ($0, false) } + outOfDomain.map { ($0, true) }).sorted { $0.0 > $1.0 }
        var points: [(score: Double, truePositives: Int, falsePositives: Int)] = []
        var (truePositives, falsePositives) = (0, 0)
        for (index, (score, isPositive)) in objects.enumerated() {
            if isPositive { truePositives += 1 } else { falsePositives += 1 }
            if index + 1 == objects.count || objects[index + 1].0 != score {
                points.append((score, truePositives, falsePositives))
            }
        }
        self.points = points
    }

    /// Area under the ROC curve: the probability that a random positive has a higher score than a random negative, ties
    /// counted half.
    ///
    /// - Undefined cases: a group without objects, a NaN score.
    public var areaUnderROC: Diagnosis {
        if let problem { return .undefined(problem) }
        var (area, truePositives, falsePositives) = (0.0, 0, 0)
        for point in points {
            // A trapezium: ties between the groups rise along its diagonal.
            area += Double(point.falsePositives - falsePositives) * Double(point.truePositives + truePositives) / 2
            (truePositives, falsePositives) = (point.truePositives, point.falsePositives)
        }
        return Diagnosis(finite: area / Double(positiveCount) / Double(negativeCount))
    }

    /// Area under the precision-recall curve as average precision, `sum_k (recall_k - recall_k-1) precision_k`, without
    /// interpolation, which would be too optimistic, [DG06].
    ///
    /// A score that knows nothing has the share of positives. Undefined like `areaUnderROC`.
    public var areaUnderPrecisionRecall: Diagnosis {
        if let problem { return .undefined(problem) }
        var (area, truePositives) = (0.0, 0)
        for point in points {
            let called = Double(point.truePositives + point.falsePositives)
            area += Double(point.truePositives - truePositives) * Double(point.truePositives) / called
            truePositives = point.truePositives
        }
        return Diagnosis(finite: area / Double(positiveCount))
    }

    /// The smallest false positive rate at which at least so many positives are found; FPR at 95 % TPR by default.
    ///
    /// Undefined like `areaUnderROC`.
    ///
    /// - Parameter truePositiveRate: in [0, 1].
    public func falsePositiveRate(atTruePositiveRate truePositiveRate: Double = 0.95) -> Diagnosis {
        if let problem { return .undefined(problem) }
        if truePositiveRate <= 0 { return .value(0) }
        let point = points.first { Double($0.truePositives) >= truePositiveRate * Double(positiveCount) }
        return .value(Double(point?.falsePositives ?? negativeCount) / Double(negativeCount))
    }

    /// The ROC curve: false and true positive rates from (0, 0) to (1, 1), with the threshold of each point; empty when
    /// undefined.
    public var curve: [(threshold: Double, falsePositiveRate: Double, truePositiveRate: Double)] {
        guard problem == nil else { return [] }
        return [(.infinity, 0, 0)]
            + points.map {
                (
                    $0.score, Double($0.falsePositives) / Double(negativeCount),
                    Double($0.truePositives) / Double(positiveCount)
                )
            }
    }
}
