// SPDX-License-Identifier: Apache-2.0
// Deliberate mistakes that the suites must catch, and proposals for small known answers.

import Chains
import Probability
import RealModule

/// Draws like another distribution but claims a constant density: an independent kernel that forgets the correction.
struct UncorrectedProposal: ProposalDistribution {
    let base: any ProposalDistribution & Sendable
    var dimension: Int { base.dimension }

    func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream
    ) {
        base.sample(into: points, logDensity: logDensity, using: &stream)
        logDensity.update(repeating: 0)
    }

    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        values.update(repeating: 0)
    }
}

/// Beta(2, 2) on the unit interval, or its logit on the line.
struct BetaProposal: ProposalDistribution {
    let isLogit: Bool
    let dimension = 1

    func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream
    ) {
        for index in points.indices {
            // The middle one of three uniform numbers.
            let x = [stream.uniform(), stream.uniform(), stream.uniform()].sorted()[1]
            points[index] = isLogit ? .log(x / (1 - x)) : x
        }
        self.logDensity(UnsafeBufferPointer(points), into: logDensity)
    }

    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        for index in values.indices { values[index] = betaLogDensity(points[index], 2, 2, isLogit: isLogit) }
    }
}

/// The unnormalised log density of Beta(a, b) at x, or at its logit.
func betaLogDensity(_ point: Double, _ a: Double, _ b: Double, isLogit: Bool) -> Double {
    let x = isLogit ? 1 / (1 + .exp(-point)) : point
    guard x > 0, x < 1 else { return -.infinity }
    // The logit's Jacobian adds one to both exponents.
    let shift = isLogit ? 0.0 : 1.0
    return (a - shift) * .log(x) + (b - shift) * .log(onePlus: -x)
}

/// Beta(2, 12), the posterior after ten zeros from the prior Beta(2, 2), or its logit.
struct BetaBernoulli: PointwiseLogDensity {
    let isLogit: Bool
    let dimension = 1

    func value(at point: UnsafePointer<Double>) -> Double { betaLogDensity(point[0], 2, 12, isLogit: isLogit) }

    func valueAndGradient(at point: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        let x = isLogit ? 1 / (1 + .exp(-point[0])) : point[0]
        gradient[0] = isLogit ? 2 * (1 - x) - 12 * x : 1 / x - 11 / (1 - x)
        return value(at: point)
    }
}
