// SPDX-License-Identifier: Apache-2.0
// The divergence of normal weights: against the exact integral, its slopes by differences, and weights of no use.

import CKernels
import Glibc
import TestSupport
import Testing

@Suite struct WeightDivergenceTests {
    /// The same in Double.
    static func divergence(weight: Double, logVariance: Double) -> Double {
        let a = min(max(logVariance - 2 * log(abs(weight)), -8), 8)
        return 0.63576 - 0.63576 / (1 + exp(-(1.87320 + 1.48695 * a))) + 0.5 * log1p(exp(-a))
    }

    static func kernel(_ weights: [Float], _ logVariances: [Float]) -> Double {
        elbo_weight_divergence_f32(weights, logVariances, weights.count)
    }

    /// The largest difference is 0.0094, at log alpha = -3.5.
    @Test func theApproximationIsCloseToTheExactIntegral() throws {
        var worst = 0.0
        let rows = try goldenRows("weight_divergence.tsv")
        #expect(rows.count == 65)
        for row in rows {
            // Any weight: only the ratio counts.
            for weight in [1.0, -0.02] {
                let value = Self.kernel([Float(weight)], [Float(row[0] + 2 * log(abs(weight)))])
                worst = max(worst, abs(value - row[1]))
                expectClose(value, row[1], absolute: 0.0094)
            }
        }
        #expect(worst > 0.009, "the approximation of the paper, not a better one")
    }

    @Test(arguments: [1, 15, 17, 4096, 5000, 1_100_000])
    func theSumIsThatOfThePartsWhateverTheThreads(count: Int) {
        var numbers = TestNumbers(seed: 4)
        let weights: [Float] = numbers.list(count, in: -0.3...0.3)
        let logVariances: [Float] = numbers.list(count, in: -14...2)
        let expected = weights.indices.reduce(0) {
            $0 + Self.divergence(weight: Double(weights[$1]), logVariance: Double(logVariances[$1]))
        }
        let threads = elbo_thread_count()
        defer { elbo_set_thread_count(threads) }
        elbo_set_thread_count(1)
        let alone = Self.kernel(weights, logVariances)
        expectClose(alone, expected, relative: 1e-5)
        elbo_set_thread_count(2)
        #expect(Self.kernel(weights, logVariances) == alone)
    }

    /// By differences of the Double formula; between the limits, where it has a slope.
    @Test func slopesAreDerivatives() {
        let h = 1e-5
        for (weight, logVariance) in [
            (0.5, -1.0), (-0.5, -1), (0.01, -9), (0.3, -9), (-2, 5), (0.001, -10), (1, 7.9), (1, -7.9), (-0.05, -6),
        ] {
            let byWeight =
                (Self.divergence(weight: weight + h * weight, logVariance: logVariance)
                    - Self.divergence(weight: weight - h * weight, logVariance: logVariance)) / (2 * h * weight)
            let byLogVariance =
                (Self.divergence(weight: weight, logVariance: logVariance + h)
                    - Self.divergence(weight: weight, logVariance: logVariance - h)) / (2 * h)
            var (first, second): ([Float], [Float]) = ([10], [20])
            elbo_weight_divergence_slopes_f32([Float(weight)], [Float(logVariance)], 3, &first, &second, 1)
            // Added to what is there.
            expectClose(Double(first[0]), 10 + 3 * byWeight, relative: 1e-5, absolute: 1e-5)
            expectClose(Double(second[0]), 20 + 3 * byLogVariance, relative: 1e-5, absolute: 1e-5)
            #expect(byLogVariance < 0, "noise is always cheaper")
        }
    }

    /// log alpha is infinite at weight 0; the limits keep value and slopes finite, and beyond them there is no slope.
    @Test func theLimitsHoldAtWeightZeroAndFarOut() {
        let weights: [Float] = [0, 0, -0, 1e-30, 100, -100]
        let logVariances: [Float] = [-10, 5, -80, -10, -10, -30]
        for index in weights.indices {
            let edge = index < 4 ? 8.0 : -8
            expectClose(
                Self.kernel([weights[index]], [logVariances[index]]), Self.divergence(weight: 1, logVariance: edge),
                relative: 1e-5)
        }
        var first = [Float](repeating: 1, count: 6)
        var second = [Float](repeating: 2, count: 6)
        elbo_weight_divergence_slopes_f32(weights, logVariances, 5, &first, &second, 6)
        #expect(first == Array(repeating: 1, count: 6))
        #expect(second == Array(repeating: 2, count: 6))
    }

    @Test func noisyWeightsHaveNoVarianceAboveTheThreshold() {
        // log alpha = log variance for weights of 1.
        let weights: [Float] = [1, 1, 1, 1, 0, -1, 1e-25, .nan]
        let logVariances: [Float] = [-4, 2.9, 3, 4, -10, 2.9, -10, 0]
        var masked = [Float](repeating: 7, count: 9)
        elbo_weight_variances_f32(weights, logVariances, 3, &masked, 8)
        let kept = [true, true, false, false, false, true, false, true]
        for index in kept.indices {
            expectClose(
                Double(masked[index]), kept[index] ? exp(Double(logVariances[index])) : 0, relative: 1e-6)
        }
        #expect(masked[8] == 7)
        var all = [Float](repeating: 7, count: 8)
        elbo_weight_variances_f32(weights, logVariances, .infinity, &all, 8)
        expectClose(all, logVariances.map { exp($0) }, relative: 1e-6)
    }

    private func goldenRows(_ name: String) throws -> [[Double]] {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
            .joined(separator: "/")
        let handle = try #require(fopen("\(folder)/Golden/probability/\(name)", "r"))
        defer { fclose(handle) }
        var bytes: [UInt8] = []
        while case let byte = getc(handle), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: "\t").compactMap { Double($0) }
        }
    }
}
