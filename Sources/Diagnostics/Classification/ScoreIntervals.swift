// SPDX-License-Identifier: Apache-2.0
// Bootstrap intervals of all scores of a classifier at once, fast enough to be looked at while it is judged.

/// What scores need to know of the objects that were predicted.
public struct JudgedObjects: Sendable, Equatable {
    /// Predictive entropies of objects of the domain, nats.
    public var entropies: [Double]
    /// `-log p(label)` of the same objects.
    public var losses: [Double]
    /// Whether the predicted class of the same objects is the true one.
    public var isCorrect: [Bool]
    /// Top probabilities of the same objects.
    public var confidences: [Double]
    /// Predictive entropies of objects from outside of the domain; may be empty.
    public var outsideEntropies: [Double]

    /// Collects what is known.
    ///
    /// - Precondition: the first four lists are of the same length.
    public init(
        entropies: [Double] = [], losses: [Double] = [], isCorrect: [Bool] = [], confidences: [Double] = [],
        outsideEntropies: [Double] = []
    ) {
        precondition(
            losses.count == entropies.count && isCorrect.count == entropies.count
                && confidences.count == entropies.count, "four numbers per object of the domain")
        self.entropies = entropies
        self.losses = losses
        self.isCorrect = isCorrect
        self.confidences = confidences
        self.outsideEntropies = outsideEntropies
    }
}

/// Percentile intervals of the scores of a classifier under resampling of its objects [ET93].
///
/// Objects of the domain and those outside are resampled each on their own. Undefined like the scores themselves.
public struct ScoreIntervals: Sendable, Equatable {
    /// One score.
    public struct Interval: Sendable, Equatable {
        /// Lower end.
        public let lower: Double
        /// Upper end.
        public let upper: Double

        /// Creates an interval.
        public init(lower: Double, upper: Double) {
            self.lower = lower
            self.upper = upper
        }
    }

    /// Share of wrong predictions, in [0, 1]; `nil` without objects or with NaN.
    public let error: Interval?
    /// Mean negative log likelihood, nats; likewise, and with an infinite loss.
    public let negativeLogLikelihood: Interval?
    /// Expected calibration error.
    public let calibrationError: Interval?
    /// Area under the ROC curve of the entropy; `nil` without objects outside.
    public let areaUnderROC: Interval?

    /// Resamples.
    ///
    /// - Parameters:
    ///   - objects: N of the domain and M from outside.
    ///   - repeats: number of resamples, at least 1.
    ///   - level: share of the resamples inside of the interval, above 0 and below 1.
    ///   - words: a fresh random 64-bit word at each call; the same words give the same intervals.
    /// - Complexity: O((N + M) (log (N + M) + repeats)).
    public init(_ objects: JudgedObjects, repeats: Int = 400, level: Double = 0.95, words: () -> UInt64) {
        precondition(repeats > 0 && level > 0 && level < 1, "at least one resample, a level between 0 and 1")
        let order = DetectionOrder(objects.entropies, objects.outsideEntropies)
        let isFinite = objects.confidences.allSatisfy(\.isFinite) && !objects.entropies.isEmpty
        let bins = objects.confidences.map { confidence -> Int in
            // A resample needs no exact edges: an object on one of them is in the same bin every time.
            confidence.isFinite ? min(14, max(0, Int((confidence * 15).rounded(.up)) - 1)) : 0
        }
        var results: (error: [Double], loss: [Double], calibration: [Double], area: [Double]) = ([], [], [], [])
        for _ in 0..<repeats {
            let counts = resampledCounts(objects.entropies.count, words)
            if isFinite {
                var (wrong, loss) = (0, 0.0)
                var gaps = [Double](repeating: 0, count: 15)
                for (object, count) in counts.enumerated() where count > 0 {
                    let weight = Double(count)
                    if !objects.isCorrect[object] { wrong += Int(count) }
                    loss += weight * objects.losses[object]
                    gaps[bins[object]] +=
                        weight * ((objects.isCorrect[object] ? 1 : 0) - objects.confidences[object])
                }
                let total = Double(counts.count)
                results.error.append(Double(wrong) / total)
                results.loss.append(loss / total)
                results.calibration.append(gaps.reduce(0) { $0 + abs($1) } / total)
            }
            if let order {
                results.area.append(order.area(counts, resampledCounts(objects.outsideEntropies.count, words)))
            }
        }
        func interval(_ values: [Double]) -> Interval? {
            guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
            let order = SortedOrder(values)
            return Interval(lower: order.quantile((1 - level) / 2), upper: order.quantile((1 + level) / 2))
        }
        error = interval(results.error)
        negativeLogLikelihood = interval(results.loss)
        calibrationError = interval(results.calibration)
        areaUnderROC = interval(results.area)
    }
}

/// How often each of `count` objects is drawn when as many are drawn with replacement.
private func resampledCounts(_ count: Int, _ words: () -> UInt64) -> [Int32] {
    var counts = [Int32](repeating: 0, count: count)
    for _ in 0..<count { counts[randomIndex(below: count, words)] += 1 }
    return counts
}

/// Objects of both groups in the order of their score, sorted once for all resamples.
private struct DetectionOrder {
    /// Objects by ascending score: those inside have their index, those outside the complement of theirs.
    private let objects: [Int]
    /// Whether the next object has the same score.
    private let isTied: [Bool]

    /// - Returns: `nil` without objects of either group, or with NaN.
    init?(_ inside: [Double], _ outside: [Double]) {
        guard !inside.isEmpty, !outside.isEmpty, !(inside + outside).contains(where: \.isNaN) else { return nil }
        let scored = (inside.indices.map { (inside[$0], $0) } + outside.indices.map { (outside[$0], ~$0) })
            .sorted { $0.0 < $1.0 }
        objects = scored.map(\.1)
        isTied = scored.indices.map { $0 + 1 < scored.count && scored[$0].0 == scored[$0 + 1].0 }
    }

    /// Area under the ROC curve when objects count so often: pairs in the right order, ties half, over all pairs.
    func area(_ inside: [Int32], _ outside: [Int32]) -> Double {
        // Negatives below the current group of ties, and what the group has of either kind.
        var (below, area) = (0, 0.0)
        var (negatives, positives) = (0, 0)
        for (place, object) in objects.enumerated() {
            if object >= 0 { negatives += Int(inside[object]) } else { positives += Int(outside[~object]) }
            if isTied[place] { continue }
            area += Double(positives) * (Double(below) + Double(negatives) / 2)
            below += negatives
            (negatives, positives) = (0, 0)
        }
        return area / Double(inside.count) / Double(outside.count)
    }
}
