// SPDX-License-Identifier: Apache-2.0
// What the table says of the built-in targets: normalisers, moments and modes, by quadrature.

import Chains
import RealModule
import TestSupport
import Testing

/// Integral, means and standard deviations of a target by the trapezoidal rule, with the coordinates `map` of a grid.
///
/// - Parameter map: from grid coordinates to a point and the log volume of its cell.
private func quadrature(
    _ target: PlaneTarget, _ first: ClosedRange<Double>, _ second: ClosedRange<Double>, step: Double,
    map: (Double, Double) -> (x: Double, y: Double, logVolume: Double) = { ($0, $1, 0) }
) -> (integral: Double, mean: [Double], deviation: [Double]) {
    var sums = [Double](repeating: 0, count: 5)
    for u in stride(from: first.lowerBound, through: first.upperBound, by: step) {
        let row = stride(from: second.lowerBound, through: second.upperBound, by: step).map { map(u, $0) }
        let values = target.density.logDensity(row.flatMap { [$0.x, $0.y] })
        for (cell, value) in zip(row, values) {
            let mass = Double.exp(value + cell.logVolume)
            sums[0] += mass
            sums[1] += mass * cell.x
            sums[2] += mass * cell.y
            sums[3] += mass * cell.x * cell.x
            sums[4] += mass * cell.y * cell.y
        }
    }
    let mean = [sums[1] / sums[0], sums[2] / sums[0]]
    let deviation = [
        (sums[3] / sums[0] - mean[0] * mean[0]).squareRoot(), (sums[4] / sums[0] - mean[1] * mean[1]).squareRoot(),
    ]
    return (sums[0] * step * step, mean, deviation)
}

private func target(_ name: String) throws -> PlaneTarget { try #require(allTargets.first { $0.name == name }) }

@Suite("Targets") struct TargetsTests {
    /// Smooth targets: the trapezoidal rule is exact to rounding.
    ///
    /// The rings of ring5 have kinks between them, whose
    /// density is exp(-6.25), so its error is of the order of the step squared.
    @Test(arguments: [
        ("ring", 4.5, 0.03, 1e-9), ("ring5", 7.0, 0.02, 1e-5), ("mog2", 9.0, 0.05, 1e-9), ("mog6", 9.0, 0.05, 1e-9),
        ("gaussian", 9.0, 0.05, 1e-9),
    ])
    func normalisersAndMoments(name: String, reach: Double, step: Double, tolerance: Double) throws {
        let target = try target(name)
        let found = quadrature(target, -reach...reach, -reach...reach, step: step)
        expectClose(Double.log(found.integral), target.logNormalizer, absolute: tolerance, "log normaliser of \(name)")
        expectClose(found.mean, target.mean, absolute: tolerance, "mean of \(name)")
        // Tabulated deviations have seven digits.
        expectClose(found.deviation, target.standardDeviation, absolute: max(5e-7, tolerance), "deviation of \(name)")
    }

    @Test func bananaIsStraightenedByAShear() throws {
        let banana = try target("banana")
        let found = quadrature(banana, -18...18, -9...9, step: 0.05) { x, w in (x, w - 0.5 * (x * x - 4), 0) }
        expectClose(Double.log(found.integral), banana.logNormalizer, absolute: 1e-9)
        expectClose(found.mean, banana.mean, absolute: 1e-9)
        expectClose(found.deviation, banana.standardDeviation, absolute: 1e-9)
    }

    @Test func funnelIsStraightenedByItsScale() throws {
        let funnel = try target("funnel")
        // Wide in v: the second moment of x is exp(v), so its mass sits three deviations away, at v = 9.
        let found = quadrature(funnel, -30...40, -9...9, step: 0.1) { v, t in (v, .exp(v / 2) * t, v / 2) }
        expectClose(Double.log(found.integral), funnel.logNormalizer, absolute: 1e-9)
        expectClose(found.mean, funnel.mean, absolute: 1e-9)
        expectClose(found.deviation, funnel.standardDeviation, relative: 1e-9)
    }

    @Test func ringHasItsClosedForm() throws {
        let closed = 2 * Double.pi * (0.08 * .exp(-25) + 0.4 * .sqrt(.pi) * (1 + .erf(5)))
        expectClose(try target("ring").logNormalizer, .log(closed), absolute: 1e-12)
    }

    @Test func ringRadiusHasItsMoments() throws {
        // E r and sd r by integrating r exp(-U) along one ray.
        for (name, mean, deviation) in [("ring", 2.04, 0.28), ("ring5", 3.673_416_7, 1.251_702_8)] {
            let radii = stride(from: 0.0005, to: 9, by: 0.001).map { $0 }
            let values = try target(name).density.logDensity(radii.flatMap { [$0, 0] })
            var sums = (0.0, 0.0, 0.0)
            for (r, value) in zip(radii, values) {
                let mass = r * Double.exp(value)
                sums = (sums.0 + mass, sums.1 + mass * r, sums.2 + mass * r * r)
            }
            expectClose(sums.1 / sums.0, mean, absolute: 1e-6, "E r of \(name)")
            let variance = sums.2 / sums.0 - (sums.1 / sums.0) * (sums.1 / sums.0)
            expectClose(variance.squareRoot(), deviation, absolute: 1e-6, "sd r of \(name)")
        }
    }

    @Test func modesOfTheMixturesAreTops() throws {
        for (name, count) in [("mog2", 2), ("mog6", 6)] {
            let target = try target(name)
            #expect(target.modes.count == 2 * count)
            let (values, gradients) = target.density.logDensityAndGradient(target.modes)
            expectClose(gradients, [Double](repeating: 0, count: 2 * count), absolute: 1e-8)
            // -log K - log sqrt(pi / 2): the other hills add less than 1e-20.
            let top = -Double.log(Double(count)) - 0.5 * .log(.pi / 2)
            expectClose(values, [Double](repeating: top, count: count), absolute: 1e-12)
        }
    }

    @Test func tableHasUniqueNamesAndWholeRows() {
        #expect(Set(allTargets.map(\.name)).count == allTargets.count)
        for target in allTargets {
            #expect(target.dimension == 2 && target.mean.count == 2 && target.standardDeviation.count == 2)
            #expect(!target.meaning.isEmpty)
        }
    }
}
