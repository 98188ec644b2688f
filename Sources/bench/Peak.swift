// SPDX-License-Identifier: Apache-2.0
// The roofline: what a large single-precision matrix product reaches on this machine, now and with these threads.

import TensorCore

/// Measures the peak between the other measurements, so that a drift of the machine meets both.
struct Peak {
    private let left: Tensor
    private let right: Tensor
    private(set) var readings: [Double] = []

    /// Side of the matrices: 2048 is beyond every cache, and larger ones gain nothing more.
    static let side = 2048
    /// Products per reading; the fastest counts, because a roofline is what the machine can do.
    private static let products = 3

    /// Fills the matrices and runs one product that is not counted.
    init() {
        left = Tensor.full([Self.side, Self.side], 0.5)
        right = Tensor.full([Self.side, Self.side], 0.25)
        _ = matmul(left, right)
    }

    /// Takes one reading.
    mutating func measure() {
        let flops = 2 * Double(Self.side) * Double(Self.side) * Double(Self.side)
        let fastest = (0..<Self.products).map { _ in secondsTaken { _ = matmul(left, right) } }.reduce(.infinity, min)
        readings.append(flops / fastest)
    }

    /// Whether there is a reading.
    var isMeasured: Bool { !readings.isEmpty }

    /// Floating-point operations per second over all readings.
    /// - Precondition: there is a reading.
    var flopsPerSecond: Quartiles { Quartiles(readings) }
}
