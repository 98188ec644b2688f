// SPDX-License-Identifier: Apache-2.0
// Strided copies, transposes, gathers and scatters against loops over indices.

import CKernels
import TestSupport
import Testing

/// Every order of `0 ..< count`.
private func permutations(_ count: Int) -> [[Int]] {
    count == 0
        ? [[]]
        : permutations(count - 1).flatMap { rest in
            (0...rest.count).map { position in
                var longer = rest
                longer.insert(count - 1, at: position)
                return longer
            }
        }
}

@Suite struct MovementTests {
    @Test("every permutation of dimensions, copied and added")
    func permutes() {
        for extents in [
            [], [1], [19], [17, 33], [3, 4, 5], [2, 33, 18], [2, 3, 4, 5], [2, 1, 3, 2, 4], [3, 0, 2],
        ] {
            let all = indices(extents)
            for order in permutations(extents.count) {
                // Dimension d of the index space is dimension order[d] of the source.
                let sourceExtents = order.indices.map { target in extents[order.firstIndex(of: target)!] }
                let packed = strides(sourceExtents)
                let xStrides = order.map { packed[$0] }
                let yStrides = strides(extents)
                var numbers = TestNumbers(seed: 3)
                let x: [Float] = numbers.list(all.count)
                let start: [Float] = numbers.list(all.count)
                let moved = all.map { x[offset($0, xStrides)] }
                let y = unaligned(x, outputCount: all.count) {
                    elbo_copy_strided_f32($0, xStrides, $1, yStrides, extents, extents.count)
                }
                #expect(y == moved, "\(extents) \(order)")
                let sum = unaligned(x, outputCount: all.count, initial: start) {
                    elbo_add_strided_f32($0, xStrides, $1, yStrides, extents, extents.count)
                }
                #expect(sum == zip(start, moved).map { $0 + $1 }, "\(extents) \(order)")
                // The other way round: contiguous source, permuted destination.
                let back = unaligned(y, outputCount: all.count) {
                    elbo_copy_strided_f32($0, yStrides, $1, xStrides, extents, extents.count)
                }
                #expect(back == x, "\(extents) \(order)")
            }
        }
    }

    @Test("broadcast, reversed and sliced sources")
    func readsAnyStrides() {
        let x = (0..<12).map(Double.init)
        let repeated = unaligned(x, outputCount: 36) { elbo_copy_strided_f64($0, [0, 1], $1, [12, 1], [3, 12], 2) }
        #expect(repeated == x + x + x)
        let spread = unaligned(x, outputCount: 36) { elbo_copy_strided_f64($0, [1, 0], $1, [3, 1], [12, 3], 2) }
        #expect(spread == x.flatMap { [$0, $0, $0] })
        let reversed = unaligned(x, outputCount: 12) { elbo_copy_strided_f64($0 + 11, [-1], $1, [1], [12], 1) }
        #expect(reversed == x.reversed())
        let corner = unaligned(x, outputCount: 4) { elbo_copy_strided_f64($0 + 5, [4, 1], $1, [2, 1], [2, 2], 2) }
        #expect(corner == [5, 6, 9, 10])
    }

    @Test("transposes of every side class, there and back")
    func transposes() {
        for (rows, columns) in sideClasses.flatMap({ r in sideClasses.map { (r, $0) } }) + [(300, 301), (0, 4), (4, 0)]
        {
            var numbers = TestNumbers(seed: 8)
            let x: [Float] = numbers.list(rows * columns)
            let y = unaligned(x, outputCount: x.count) { elbo_transpose_f32($0, $1, rows, columns) }
            #expect(y == (0..<columns).flatMap { c in (0..<rows).map { x[$0 * columns + c] } }, "\(rows)x\(columns)")
            let wide = unaligned(y.map(Double.init), outputCount: x.count) { elbo_transpose_f64($0, $1, columns, rows) }
            #expect(wide == x.map(Double.init), "\(rows)x\(columns)")
        }
    }

    @Test("plain copies and blocks of rows, every size class")
    func copies() {
        for count in sizeClasses + [threadedCount] {
            var numbers = TestNumbers(seed: 8)
            let x: [Float] = numbers.list(count)
            #expect(unaligned(x, outputCount: count) { elbo_copy_f32($0, $1, count) } == x)
            #expect(
                unaligned(x.map(Double.init), outputCount: count) { elbo_copy_f64($0, $1, count) } == x.map(Double.init)
            )
        }
        // Two parts side by side: what a concatenation does.
        let (left, right): ([Float], [Float]) = ([1, 2, 3, 4], [5, 6])
        let joined = unaligned(left, outputCount: 6) {
            elbo_copy_rows_f32($0, 2, $1, 3, 2, 2)
            elbo_copy_rows_f32(right, 1, $1 + 2, 3, 2, 1)
        }
        #expect(joined == [1, 2, 5, 3, 4, 6])
        #expect(
            unaligned(joined.map(Double.init), outputCount: 2) { elbo_copy_rows_f64($0 + 2, 3, $1, 1, 2, 1) } == [5, 6])
    }

    @Test("rows gathered by index, and their gradient where indices repeat", arguments: [1, 7, 16, 700])
    func gathers(length: Int) {
        for count in [0, 1, 5, 400] {
            let index = (0..<count).map { Int32(($0 * 5 + 3) % 9) }
            var numbers = TestNumbers(seed: 8)
            let x: [Float] = numbers.list(9 * length)
            let y = unaligned(x, outputCount: count * length) { elbo_gather_rows_f32($0, index, $1, count, length) }
            #expect(y == index.flatMap { x[(Int($0) * length)..<((Int($0) + 1) * length)] })
            var expected = x.map(Double.init)
            for (i, row) in index.enumerated() {
                for j in 0..<length { expected[Int(row) * length + j] += Double(y[i * length + j]) }
            }
            let sums = unaligned(y.map(Double.init), outputCount: x.count, initial: x.map(Double.init)) {
                elbo_scatter_add_rows_f64($0, index, $1, count, length)
            }
            expectClose(sums, expected, relative: 1e-12)
            let single = unaligned(y, outputCount: x.count, initial: x) {
                elbo_scatter_add_rows_f32($0, index, $1, count, length)
            }
            expectClose(single.map(Double.init), expected, relative: 1e-5, absolute: 1e-5)
        }
    }
}
