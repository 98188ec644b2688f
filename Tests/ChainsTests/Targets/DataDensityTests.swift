// SPDX-License-Identifier: Apache-2.0
// Densities that are sums over objects: what some of the objects say of the sum over all.

import TestSupport
import Testing

@testable import Chains

@Suite struct DataDensityTests {
    private static func density() throws -> LogisticRegression {
        let features = (0..<60).map { Double(($0 * 37) % 23) - 10 }
        return try LogisticRegression(features: features, labels: (0..<20).map { $0 % 3 == 0 ? 1 : 0 })
    }

    private static let points: [Double] = [0.3, -0.8, 0.1, 0.5, 1.5, 0.2, -0.4, -1]

    @Test func allObjectsAreTheWholeDensity() throws {
        let whole = try Self.density()
        #expect(whole.objectCount == 20 && whole.dimension == 4)
        let same = whole.estimate(from: Array(0..<20))
        #expect(same.logDensityAndGradient(Self.points) == whole.logDensityAndGradient(Self.points))
    }

    /// The mean over all pairs of objects is the density itself, and so for its gradient.
    @Test func theEstimateIsUnbiased() throws {
        let whole = try Self.density()
        let (values, gradients) = whole.logDensityAndGradient(Self.points)
        var (valueSums, gradientSums) = ([Double](repeating: 0, count: 2), [Double](repeating: 0, count: 8))
        var count = 0.0
        for first in 0..<20 {
            for second in 0..<first {
                let estimate = whole.estimate(from: [first, second]).logDensityAndGradient(Self.points)
                for index in 0..<2 { valueSums[index] += estimate.values[index] }
                for index in 0..<8 { gradientSums[index] += estimate.gradients[index] }
                count += 1
            }
        }
        for index in 0..<2 { expectClose(valueSums[index] / count, values[index], absolute: 1e-10) }
        for index in 0..<8 { expectClose(gradientSums[index] / count, gradients[index], absolute: 1e-10) }
    }

    /// An estimate of an estimate counts all the objects that both stand for.
    @Test func weightsMultiply() throws {
        let whole = try Self.density()
        let once = whole.estimate(from: [7]).logDensity(Self.points)
        let twice = whole.estimate(from: [3, 7, 9, 11]).estimate(from: [1]).logDensity(Self.points)
        for (one, other) in zip(once, twice) { expectClose(one, other, absolute: 1e-12) }
    }
}
