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
    public let bins: [Bin]
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
        precondition(binCount > 0, "at least one bin")
        var bins = (0..<binCount).map {
            Bin(lower: Double($0) / Double(binCount), upper: Double($0 + 1) / Double(binCount))
        }
        problem = predictions.problem(labels)
        if problem == nil {
            for (object, label) in labels.enumerated() {
                let row = predictions[object]
                guard let top = row.max(), let predicted = row.firstIndex(of: top) else { continue }
                // Multiplying may round across an edge; the edges themselves decide.
                var index = min(binCount - 1, max(0, Int((top * Double(binCount)).rounded(.up)) - 1))
                if index > 0, top <= bins[index].lower { index -= 1 }
                if index < binCount - 1, top > bins[index].upper { index += 1 }
                bins[index].count += 1
                bins[index].confidenceSum += top
                if predicted - row.startIndex == label { bins[index].correctCount += 1 }
            }
        }
        self.bins = bins
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
