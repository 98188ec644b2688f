// SPDX-License-Identifier: Apache-2.0
// Bootstrap intervals: how much a score would change with other objects.

/// A percentile interval of a statistic over resampled objects.
///
/// [ET93] ch. 13.
public struct BootstrapInterval: Sendable, Equatable {
    /// Lower end; undefined when no resample had a value.
    public let lower: Diagnosis
    /// Upper end; undefined like the lower one.
    public let upper: Diagnosis
    /// Resamples whose statistic was undefined; they are left out.
    public let undefinedCount: Int

    /// Resamples objects with replacement.
    ///
    /// - Parameters:
    ///   - objectCount: number of objects, N.
    ///   - repeats: number of resamples, at least 1.
    ///   - level: share of the resamples inside of the interval, above 0 and below 1.
    ///   - words: a fresh random 64-bit word at each call; the same words give the same interval.
    ///   - statistic: the score of the objects with these N indices, in which objects repeat.
    public init(
        objectCount: Int, repeats: Int = 1000, level: Double = 0.95, words: () -> UInt64,
        statistic: ([Int]) -> Diagnosis
    ) {
        precondition(repeats > 0 && level > 0 && level < 1, "at least one resample, a level between 0 and 1")
        guard objectCount > 0 else {
            (lower, upper, undefinedCount) = (.undefined(.empty), .undefined(.empty), 0)
            return
        }
        var results: [Double] = []
        var reason = UndefinedReason.empty
        var indices = [Int](repeating: 0, count: objectCount)
        for _ in 0..<repeats {
            for place in indices.indices { indices[place] = randomIndex(below: objectCount, words) }
            switch statistic(indices) {
            case .value(let value): results.append(value)
            case .undefined(let why): reason = why
            }
        }
        undefinedCount = repeats - results.count
        guard !results.isEmpty else {
            (lower, upper) = (.undefined(reason), .undefined(reason))
            return
        }
        let order = SortedOrder(results)
        lower = Diagnosis(finite: order.quantile((1 - level) / 2))
        upper = Diagnosis(finite: order.quantile((1 + level) / 2))
    }
}

/// A uniform whole number from 0 to below `count`, without bias, [Lem19].
func randomIndex(below count: Int, _ words: () -> UInt64) -> Int {
    let range = UInt64(count)
    while true {
        let (high, low) = range.multipliedFullWidth(by: words())
        // Only the first few words of each index would make it a little more likely than the others.
        if low >= range || low >= (0 &- range) % range { return Int(high) }
    }
}
