// SPDX-License-Identifier: Apache-2.0
// Softmax, log-softmax and cross entropy against their definitions in double precision.

import CKernels
import TestSupport
import Testing

private let shapes = [(1, 1), (1, 10), (3, 2), (100, 10), (7, 17), (5, 64), (2, 1000), (300, 100), (4, 257)]

private func rows<T>(_ x: [T], _ columns: Int) -> [[T]] {
    stride(from: 0, to: x.count, by: columns).map { Array(x[$0..<($0 + columns)]) }
}

private func logSumExp(_ x: [Double]) -> Double {
    let largest = x.max()!
    return largest + logReference(x.reduce(0) { $0 + expReference($1 - largest) })
}

private func logSoftmax(_ x: [Double]) -> [Double] {
    let normalizer = logSumExp(x)
    return x.map { $0 - normalizer }
}

private func softmax(_ x: [Double]) -> [Double] { logSoftmax(x).map(expReference) }

@Suite struct SoftmaxTests {
    @Test("softmax and log-softmax of every shape class, also for large logits", arguments: [0.0, 500])
    func matchesDefinition(offset: Double) {
        for (count, columns) in shapes {
            var numbers = TestNumbers(seed: UInt64(columns))
            let x: [Float] = numbers.list(count * columns, in: (offset - 8)...(offset + 8))
            let exact = rows(x.map(Double.init), columns)
            let y = unaligned(x, outputCount: x.count) { elbo_softmax_f32($0, $1, count, columns) }
            expectClose(
                y.map(Double.init), exact.flatMap(softmax), relative: 2e-6, absolute: 1e-12, "\(count)x\(columns)")
            let z = unaligned(x, outputCount: x.count) { elbo_log_softmax_f32($0, $1, count, columns) }
            let logs = exact.flatMap(logSoftmax)
            expectClose(z.map(Double.init), logs, relative: 1e-6, absolute: 1e-6, "\(count)x\(columns)")
            let wide = x.map(Double.init)
            let yWide = unaligned(wide, outputCount: x.count) { elbo_softmax_f64($0, $1, count, columns) }
            expectClose(yWide, exact.flatMap(softmax), relative: 1e-12, "\(count)x\(columns)")
            let zWide = unaligned(wide, outputCount: x.count) { elbo_log_softmax_f64($0, $1, count, columns) }
            expectClose(zWide, logs, relative: 1e-12, absolute: 1e-12, "\(count)x\(columns)")
            let inPlace = unaligned([], outputCount: x.count, initial: x) { (_: UnsafePointer<Float>, p) in
                elbo_softmax_f32(p, p, count, columns)
            }
            #expect(inPlace == y)
        }
    }

    @Test("gradients follow from the outputs")
    func matchesDerivatives() {
        for (count, columns) in shapes {
            var numbers = TestNumbers(seed: UInt64(columns) + 5)
            let dy: [Double] = numbers.list(count * columns)
            let logits = rows(numbers.list(count * columns, in: -3...3) as [Double], columns)
            let y = logits.flatMap(softmax)
            let logY = y.map(logReference)
            let expected = zip(rows(dy, columns), rows(y, columns)).flatMap { dy, y in
                let mean = zip(dy, y).reduce(0) { $0 + $1.0 * $1.1 }
                return zip(dy, y).map { $1 * ($0 - mean) }
            }
            let dx = unaligned(dy, outputCount: dy.count) { elbo_softmax_backward_f64($0, y, $1, count, columns) }
            expectClose(dx, expected, relative: 1e-11, absolute: 1e-13)
            let single = unaligned(dy.map { Float($0) }, outputCount: dy.count) {
                elbo_softmax_backward_f32($0, y.map { Float($0) }, $1, count, columns)
            }
            expectClose(single.map(Double.init), expected, relative: 1e-5, absolute: 1e-6)
            let logExpected = zip(rows(dy, columns), rows(y, columns)).flatMap { dy, y in
                zip(dy, y).map { $0 - $1 * dy.reduce(0, +) }
            }
            let logDx = unaligned(dy, outputCount: dy.count) {
                elbo_log_softmax_backward_f64($0, logY, $1, count, columns)
            }
            expectClose(logDx, logExpected, relative: 1e-11, absolute: 1e-12)
            let logSingle = unaligned(dy.map { Float($0) }, outputCount: dy.count) {
                elbo_log_softmax_backward_f32($0, logY.map { Float($0) }, $1, count, columns)
            }
            expectClose(logSingle.map(Double.init), logExpected, relative: 1e-5, absolute: 1e-4)
        }
    }

    @Test("cross entropy and its gradient in one pass, or either alone")
    func matchesCrossEntropy() {
        for (count, columns) in shapes {
            var numbers = TestNumbers(seed: UInt64(columns) + 9)
            let x: [Float] = numbers.list(count * columns, in: -5...5)
            let labels = (0..<count).map { Int32(($0 * 7) % columns) }
            let exact = rows(x.map(Double.init), columns)
            let expectedLosses = zip(exact, labels).map { logSumExp($0) - $0[Int($1)] }
            let expectedGradient = zip(exact, labels).flatMap { row, label in
                softmax(row).enumerated().map { 0.25 * ($1 - ($0 == Int(label) ? 1 : 0)) }
            }
            var losses = [Float](repeating: 0, count: count)
            let gradient = unaligned(x, outputCount: x.count) {
                elbo_softmax_cross_entropy_f32($0, labels, count, columns, 0.25, &losses, $1)
            }
            expectClose(losses.map(Double.init), expectedLosses, relative: 1e-6, absolute: 1e-6)
            expectClose(gradient.map(Double.init), expectedGradient, relative: 1e-5, absolute: 1e-7)
            var alone = [Float](repeating: 0, count: count)
            elbo_softmax_cross_entropy_f32(x, labels, count, columns, 1, &alone, nil)
            expectClose(alone, losses, relative: 1e-6, absolute: 1e-6)
            var wideLosses = [Double](repeating: 0, count: count)
            let wide = unaligned(x.map(Double.init), outputCount: x.count) {
                elbo_softmax_cross_entropy_f64($0, labels, count, columns, 0.25, &wideLosses, $1)
            }
            expectClose(wide, expectedGradient, relative: 1e-12, absolute: 1e-14)
            expectClose(wideLosses, expectedLosses, relative: 1e-12, absolute: 1e-13)
        }
    }

    @Test("a label out of range and a NaN logit make their row NaN and no other")
    func marksBadRows() {
        let x: [Float] = [1, 2, 3, 1, 2, 3, .nan, 2, 3, 1, 2, 3, -.infinity, 0, 0]
        let labels: [Int32] = [0, 3, 0, -1, 1]
        var losses = [Float](repeating: 0, count: 5)
        let gradient = unaligned(x, outputCount: 15) {
            elbo_softmax_cross_entropy_f32($0, labels, 5, 3, 1, &losses, $1)
        }
        #expect(losses.map(\.isNaN) == [false, true, true, true, false])
        #expect(rows(gradient, 3).map { $0.allSatisfy(\.isNaN) } == [false, true, true, true, false])
        #expect(gradient[12] == 0)
    }
}
