// SPDX-License-Identifier: Apache-2.0
// Calibration of the top probability: does 80 % sure mean right in 80 % of the cases?

/// Objects in bins of the probability of their predicted class, with how often the prediction was right.
public struct Calibration: Sendable, Equatable {
    /// One bin of equal width.
    public struct Bin: Sendable, Equatable {
        /// The probabilities of the bin: above `lower`, up to and including `upper`; the first bin includes 0.
        public let lower: Double
        /// Upper end.
        public let upper: Double
        /// Number of objects.
        public fileprivate(set) var count = 0
        /// Number of objects whose predicted class is the true one.
        public fileprivate(set) var correctCount = 0
        /// Sum of the top probabilities of its objects.
        public fileprivate(set) var confidenceSum = 0.0

        /// Share of right predictions, in [0, 1]; undefined for an empty bin.
        public var accuracy: Diagnosis {
            count == 0 ? .undefined(.empty) : .value(Double(correctCount) / Double(count))
        }

        /// Mean top probability; undefined for an empty bin.
        public var confidence: Diagnosis {
            count == 0 ? .undefined(.empty) : .value(confidenceSum / Double(count))
        }
    }

    /// The bins from 0 to 1; without any object where the predictions have a problem.
    public private(set) var bins: [Bin]
    private let problem: UndefinedReason?

    /// Sorts objects into bins.
    ///
    /// Of equal top probabilities the first class is the predicted one.
    ///
    /// - Parameters:
    ///   - predictions: `[N, K]`.
    ///   - labels: the true classes, N numbers from 0 to below K.
    ///   - binCount: bins of equal width, 15 as in [GPSW17].
    public init(_ predictions: Predictions, labels: [Int], binCount: Int = 15) {
        problem = predictions.problem(labels)
        bins = Self.emptyBins(binCount)
        guard problem == nil else { return }
        for (object, label) in labels.enumerated() {
            let row = predictions[object]
            guard let top = row.max(), let predicted = row.firstIndex(of: top) else { continue }
            add(confidence: top, isCorrect: predicted - row.startIndex == label)
        }
    }

    /// Sorts objects into bins of which the top probability is known and whether it was right.
    ///
    /// - Parameters:
    ///   - confidences: top probabilities, N numbers in [0, 1].
    ///   - isCorrect: whether the class with that probability is the true one, N.
    ///   - binCount: bins of equal width.
    public init(confidences: [Double], isCorrect: [Bool], binCount: Int = 15) {
        precondition(confidences.count == isCorrect.count, "one answer per object")
        problem = confidences.isEmpty ? .empty : confidences.allSatisfy(\.isFinite) ? nil : .notFinite
        bins = Self.emptyBins(binCount)
        guard problem == nil else { return }
        for (confidence, isCorrect) in zip(confidences, isCorrect) { add(confidence: confidence, isCorrect: isCorrect) }
    }

    private static func emptyBins(_ count: Int) -> [Bin] {
        precondition(count > 0, "at least one bin")
        return (0..<count).map { Bin(lower: Double($0) / Double(count), upper: Double($0 + 1) / Double(count)) }
    }

    private mutating func add(confidence: Double, isCorrect: Bool) {
        // Multiplying may round across an edge; the edges themselves decide.
        var index = min(bins.count - 1, max(0, Int((confidence * Double(bins.count)).rounded(.up)) - 1))
        if index > 0, confidence <= bins[index].lower { index -= 1 }
        if index < bins.count - 1, confidence > bins[index].upper { index += 1 }
        bins[index].count += 1
        bins[index].confidenceSum += confidence
        if isCorrect { bins[index].correctCount += 1 }
    }

    /// Expected calibration error, `sum_b n_b/N |accuracy_b - confidence_b|`, in [0, 1], [NCH15].
    ///
    /// - Undefined cases: no objects, a number that is not finite.
    public var expectedError: Diagnosis { error { $0 + $1 * $2 } }

    /// Largest gap between accuracy and confidence of a bin that has objects; undefined like `expectedError`.
    public var maximumError: Diagnosis { error { max($0, $2) } }

    /// Share of right predictions among all objects; undefined like `expectedError`.
    public var accuracy: Diagnosis {
        if let problem { return .undefined(problem) }
        let total = bins.reduce(0) { $0 + $1.count }
        return .value(Double(bins.reduce(0) { $0 + $1.correctCount }) / Double(total))
    }

    private func error(_ combine: (_ sum: Double, _ share: Double, _ gap: Double) -> Double) -> Diagnosis {
        if let problem { return .undefined(problem) }
        let total = Double(bins.reduce(0) { $0 + $1.count })
        var result = 0.0
        for bin in bins where bin.count > 0 {
            let gap = abs(Double(bin.correctCount) - bin.confidenceSum) / Double(bin.count)
            result = combine(result, Double(bin.count) / total, gap)
        }
        return Diagnosis(finite: result)
    }
}
