// SPDX-License-Identifier: Apache-2.0
// What the kernel tests share: sizes at which loops change path, deterministic numbers, unaligned buffers.

import CKernels

/// Element counts of every class: none, one, odd, around each vector width, and enough for two threads of what computes.
///
/// What only moves memory is shared from 65 536 elements on; `threadedCount` is above all such bounds.
let sizeClasses = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 255, 1023, 1025, 17_003]

let threadedCount = 70_001

/// Sizes of a side of a matrix: as above, but small enough that all pairs can be tried.
let sideClasses = [1, 2, 3, 5, 8, 13, 16, 17, 31, 33, 64, 67]

/// A linear congruential generator: tests need reproducible numbers, not good ones.
struct TestNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(in range: ClosedRange<Double>) -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + (range.upperBound - range.lowerBound) * Double(state >> 11) * 0x1p-53
    }

    mutating func list<T: BinaryFloatingPoint>(_ count: Int, in range: ClosedRange<Double> = -2...2) -> [T] {
        (0..<count).map { _ in T(next(in: range)) }
    }
}

/// Calls `body` with pointers one element past a 64 byte border, the worst alignment that is promised to work.
///
/// Returns the `outputCount` elements that it wrote. Elements around the output must stay untouched.
func unaligned<T: BinaryFloatingPoint>(
    _ input: [T], outputCount: Int, initial: [T]? = nil, _ body: (UnsafePointer<T>, UnsafeMutablePointer<T>) -> Void
) -> [T] {
    let guardValue: T = 12345
    let source = UnsafeMutableRawPointer.allocate(byteCount: (input.count + 2) * MemoryLayout<T>.stride, alignment: 64)
    let target = UnsafeMutableRawPointer.allocate(byteCount: (outputCount + 2) * MemoryLayout<T>.stride, alignment: 64)
    defer {
        source.deallocate()
        target.deallocate()
    }
    let x = source.bindMemory(to: T.self, capacity: input.count + 2)
    let y = target.bindMemory(to: T.self, capacity: outputCount + 2)
    x.initialize(repeating: guardValue, count: input.count + 2)
    y.initialize(repeating: guardValue, count: outputCount + 2)
    for (index, value) in input.enumerated() { x[index + 1] = value }
    for (index, value) in (initial ?? []).enumerated() { y[index + 1] = value }
    body(UnsafePointer(x + 1), y + 1)
    precondition(y[0] == guardValue && y[outputCount + 1] == guardValue, "the kernel wrote outside of its output")
    return Array(UnsafeBufferPointer(start: y + 1, count: outputCount))
}

/// The worst error of `actual` in units of the last place of `expected`, which is given in a higher precision.
func worstUnitsInLastPlace<T: BinaryFloatingPoint>(_ actual: [T], _ expected: [Double]) -> Double {
    var worst = 0.0
    for (a, e) in zip(actual, expected) {
        let rounded = T(e)
        if a == rounded || (a.isNaN && rounded.isNaN) { continue }
        if !a.isFinite || !rounded.isFinite { return .infinity }
        worst = max(worst, abs(Double(a) - e) / Double(max(rounded.magnitude.ulp, T.leastNonzeroMagnitude)))
    }
    return worst
}

/// Runs `body` with one OpenMP thread, then with two, and returns both results.
func withOneAndTwoThreads<T>(_ body: () -> T) -> (one: T, two: T) {
    let before = elbo_thread_count()
    defer { elbo_set_thread_count(before) }
    elbo_set_thread_count(1)
    let one = body()
    elbo_set_thread_count(2)
    return (one, body())
}
