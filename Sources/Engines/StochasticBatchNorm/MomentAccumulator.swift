// SPDX-License-Identifier: Apache-2.0
// Mean and variance of each channel over a stream of batches, exactly or with exponential forgetting.

import EngineKit

/// How the statistics of many batches become a mean and a variance.
public enum MomentRule: String, Sendable, CaseIterable {
    /// All batches alike, by Welford's recurrence [Wel62].
    case exact
    /// `a <- 0.9 a + 0.1 x` for x and x², from 0, divided by `1 - 0.9^t` after t batches: the released code of [AAMNV18]
    /// with the start corrected. The variance comes out 5 % too small, and sees about 19 batches.
    case exponential
}

/// First and second moments of `count` numbers, in double precision.
struct MomentAccumulator: Equatable {
    /// Share of the newest batch with exponential forgetting.
    static let rate = 0.1

    let rule: MomentRule
    /// Batches seen.
    private(set) var batches = 0
    /// Means when exact, otherwise uncorrected averages of x.
    private var first: [Double]
    /// Sums of squared deviations when exact, otherwise uncorrected averages of x².
    private var second: [Double]

    init(_ rule: MomentRule, count: Int) {
        self.rule = rule
        first = [Double](repeating: 0, count: count)
        second = first
    }

    /// Takes one more batch.
    mutating func add(_ values: [Double]) {
        precondition(values.count == first.count, "\(values.count) numbers, expected \(first.count)")
        batches += 1
        switch rule {
        case .exact:
            let count = Double(batches)
            for index in values.indices {
                let before = values[index] - first[index]
                first[index] += before / count
                second[index] += before * (values[index] - first[index])
            }
        case .exponential:
            for index in values.indices {
                let value = values[index]
                first[index] += Self.rate * (value - first[index])
                second[index] += Self.rate * (value * value - second[index])
            }
        }
    }

    /// Means; 0 before the first batch.
    var means: [Double] {
        switch rule {
        case .exact: first
        case .exponential: first.map { $0 * correction }
        }
    }

    /// Variances, not negative; 0 before the second batch.
    ///
    /// With `exact` the sum of squared deviations over `batches - 1`.
    var variances: [Double] {
        if batches < 2 { return first.map { _ in 0 } }
        switch rule {
        case .exact: return second.map { $0 / Double(batches - 1) }
        case .exponential:
            return zip(first, second).map { max(0, $1 * correction - ($0 * correction) * ($0 * correction)) }
        }
    }

    /// What makes up for the zeros in front of the first batch.
    private var correction: Double {
        let missing = (0..<batches).reduce(1.0) { product, _ in product * (1 - Self.rate) }
        return batches == 0 ? 0 : 1 / (1 - missing)
    }

    // MARK: Checkpoints

    func save(_ checkpoint: inout Checkpoint, prefix: String) {
        checkpoint.put(prefix + "batches", batches)
        checkpoint.put(prefix + "first", first)
        checkpoint.put(prefix + "second", second)
    }

    mutating func restore(_ checkpoint: Checkpoint, prefix: String) throws(EngineError) {
        batches = try checkpoint.integer(prefix + "batches")
        first = try checkpoint.doubles(prefix + "first", shape: [first.count])
        second = try checkpoint.doubles(prefix + "second", shape: [second.count])
    }
}
