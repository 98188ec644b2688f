// SPDX-License-Identifier: Apache-2.0
// The two-sample Kolmogorov-Smirnov test: could two lists of numbers come from the same distribution?

import RealModule

/// The largest distance between two empirical distribution functions, and how often chance alone makes it as large.
public struct KolmogorovSmirnov: Sendable, Equatable {
    /// `sup_x |F(x) - G(x)|`, in [0, 1].
    ///
    /// Undefined when a list is empty or has a NaN.
    public let distance: Diagnosis
    /// Probability of a distance at least as large for two samples of one continuous distribution.
    ///
    /// Exact up to four million pairs of numbers, by counting paths, [Hod58]; Kolmogorov's limit beyond. With ties too
    /// large, so on the safe side. Undefined like the distance.
    public let pValue: Diagnosis

    /// Pairs up to which the exact probability is affordable: one operation per pair.
    static let mostPairs = 4_000_000

    /// Compares two samples.
    ///
    /// - Complexity: O(n log n), and O(n m) for the exact probability.
    public init(_ first: EmpiricalDistribution, _ second: EmpiricalDistribution) {
        if let problem = first.problem ?? second.problem {
            (distance, pValue) = (.undefined(problem), .undefined(problem))
            return
        }
        let (x, y) = (first.values, second.values)
        // The distance times n m is a whole number: no rounding can decide a comparison.
        var largest = 0
        var (i, j) = (0, 0)
        while i < x.count, j < y.count {
            let value = min(x[i], y[j])
            while i < x.count, x[i] == value { i += 1 }
            while j < y.count, y[j] == value { j += 1 }
            largest = max(largest, abs(i * y.count - j * x.count))
        }
        let pairs = x.count * y.count
        let distance = Double(largest) / Double(pairs)
        self.distance = .value(distance)
        let effective = Double(x.count) * Double(y.count) / Double(x.count + y.count)
        pValue = .value(
            pairs <= Self.mostPairs
                ? Self.exactProbability(atLeast: largest, x.count, y.count)
                : Self.limitProbability(effective.squareRoot() * distance))
    }

    /// Share of the orders of n and m numbers whose distance times n m is at least `least`.
    ///
    /// An order is a path from (0, 0) to (n, m). Of the paths to (i, j), i in i + j come from (i - 1, j) and j in i + j
    /// from (i, j - 1); the share that has met `|i m - j n| >= least` on its way is followed point by point. It only
    /// grows from positive terms, so small probabilities keep their digits.
    static func exactProbability(atLeast least: Int, _ n: Int, _ m: Int) -> Double {
        if least <= 0 { return 1 }
        var met = [Double](repeating: 0, count: m + 1)
        for i in 0...n {
            for j in 0...m where i + j > 0 {
                guard abs(i * m - j * n) < least else {
                    met[j] = 1
                    continue
                }
                let fromFirst = i == 0 ? 0 : met[j] * Double(i)
                let fromSecond = j == 0 ? 0 : met[j - 1] * Double(j)
                met[j] = (fromFirst + fromSecond) / Double(i + j)
            }
        }
        return min(1, met[m])
    }

    /// `P(K > x)` of Kolmogorov's distribution, the limit for large samples.
    static func limitProbability(_ x: Double) -> Double {
        if x < 0.2 { return 1 }
        if x < 1 {
            // The series that converges for small x: 1 - sqrt(2 pi)/x sum exp(-(2k-1)^2 pi^2 / (8 x^2)).
            var sum = 0.0
            for k in 1...6 {
                let odd = Double(2 * k - 1)
                sum += .exp(-odd * odd * .pi * .pi / (8 * x * x))
            }
            return 1 - (2 * Double.pi).squareRoot() / x * sum
        }
        // 2 sum (-1)^(k-1) exp(-2 k^2 x^2).
        var sum = 0.0
        for k in 1...8 {
            let term = Double.exp(-2 * Double(k * k) * x * x)
            sum += k.isMultiple(of: 2) ? -term : term
        }
        return min(1, max(0, 2 * sum))
    }
}
