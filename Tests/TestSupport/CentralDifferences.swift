// SPDX-License-Identifier: Apache-2.0
// Numerical derivatives for gradient checks, on plain numbers so that every module can use them.

/// The derivative of `function` at `point` along `direction` by central differences, exact up to `step²` times the third
/// derivative.
public func directionalDerivative(
    at point: [Double], along direction: [Double], step: Double = 1e-5, _ function: ([Double]) -> Double
) -> Double {
    let above = function(zip(point, direction).map { $0 + step * $1 })
    let below = function(zip(point, direction).map { $0 - step * $1 })
    return (above - below) / (2 * step)
}

/// Directions to try a gradient along: dense ones, which see every element, and single elements, which tell where.
public func trialDirections(_ count: Int, using numbers: inout TestNumbers) -> [[Double]] {
    if count == 0 { return [] }
    let dense = (0..<2).map { _ in numbers.numbers(count) }
    let single = (0..<2).map { _ in
        var direction = [Double](repeating: 0, count: count)
        direction[Int.random(in: 0..<count, using: &numbers)] = 1
        return direction
    }
    return dense + single
}

/// Reproducible numbers for test inputs (splitmix64); not for anything that a user sees.
public struct TestNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// A sequence that depends on `seed` only.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// `count` numbers from `range`, rounded to 32-bit precision so that both element types hold them exactly.
    public mutating func numbers(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Double] {
        (0..<count).map { _ in Double(Float(Double.random(in: range, using: &self))) }
    }
}
