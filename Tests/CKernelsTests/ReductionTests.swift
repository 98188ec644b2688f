// SPDX-License-Identifier: Apache-2.0
// Sums, maxima and dot products against plain Swift loops in double precision.

import CKernels
import TestSupport
import Testing

@Suite struct ReductionTests {
    @Test("reductions of everything, every size class")
    func reducesEverything() {
        for count in sizeClasses + [threadedCount] {
            var numbers = TestNumbers(seed: UInt64(count))
            let (a, b): ([Float], [Float]) = (numbers.list(count), numbers.list(count))
            let (wideA, wideB) = (a.map(Double.init), b.map(Double.init))
            // Sums of numbers of both signs: the error is measured against the sum of sizes.
            let scale = wideA.reduce(0) { $0 + abs($1) } + 1
            expectClose(Double(elbo_sum_f32(a, count)), wideA.reduce(0, +), absolute: 2e-7 * scale)
            expectClose(elbo_sum_f64(wideA, count), wideA.reduce(0, +), absolute: 1e-15 * scale)
            let dot = zip(wideA, wideB).reduce(0) { $0 + $1.0 * $1.1 }
            expectClose(Double(elbo_dot_f32(a, b, count)), dot, absolute: 4e-7 * scale)
            expectClose(elbo_dot_f64(wideA, wideB, count), dot, absolute: 4e-15 * scale)
            #expect(elbo_max_f32(a, count) == a.max() ?? -.infinity)
            #expect(elbo_max_f64(wideA, count) == wideA.max() ?? -.infinity)
            #expect(elbo_all_finite_f32(a, count) && elbo_all_finite_f64(wideA, count))
        }
    }

    @Test("a long sum of equal numbers stays within the error of one block")
    func sumsAccurately() {
        // 16 additions per lane, all rounding the same way; a plain loop over these numbers is off by a percent.
        let count = 1_000_000
        let tenths = [Float](repeating: 0.1, count: count)
        expectClose(Double(elbo_sum_f32(tenths, count)), Double(Float(0.1)) * Double(count), relative: 1e-6)
    }

    @Test("one NaN or infinity anywhere is seen", arguments: [1, 16, 17, 64, 100, 1025, 40_000])
    func seesNonFinite(count: Int) {
        for position in [0, count / 2, count - 1] {
            var x = [Float](repeating: 1, count: count)
            x[position] = .nan
            #expect(elbo_max_f32(x, count).isNaN && elbo_sum_f32(x, count).isNaN)
            #expect(!elbo_all_finite_f32(x, count))
            var index: Int32 = -7
            elbo_argmax_rows_f32(x, &index, 1, count)
            #expect(Int(index) == position)
            x[position] = .infinity
            #expect(elbo_max_f32(x, count) == .infinity && elbo_sum_f32(x, count) == .infinity)
            #expect(!elbo_all_finite_f32(x, count))
            x[position] = -.infinity
            #expect(elbo_max_f32(x, count) == (count == 1 ? -.infinity : 1))
        }
    }

    @Test("rows and columns of matrices of every side class")
    func reducesRowsAndColumns() {
        let shapes =
            sideClasses.flatMap { r in sideClasses.map { (r, $0) } } + [
                (3000, 2), (3000, 10), (900, 64), (6, 900), (300, 700), (4, 0), (0, 4),
            ]
        for (rows, columns) in shapes {
            var numbers = TestNumbers(seed: UInt64(rows * 1000 + columns))
            let x: [Float] = numbers.list(rows * columns)
            let what = "\(rows)x\(columns)"
            let byRow = (0..<rows).map { r in (0..<columns).map { x[r * columns + $0] } }
            let byColumn = (0..<columns).map { c in (0..<rows).map { x[$0 * columns + c] } }
            let total = { (list: [Float]) in list.reduce(0.0) { $0 + Double($1) } }
            let rowSums = unaligned(x, outputCount: rows) { elbo_sum_rows_f32($0, $1, rows, columns) }
            expectClose(rowSums.map(Double.init), byRow.map(total), absolute: 1e-7 * Double(columns) + 1e-6, what)
            let columnSums = unaligned(x, outputCount: columns) { elbo_sum_columns_f32($0, $1, rows, columns, false) }
            expectClose(columnSums.map(Double.init), byColumn.map(total), absolute: 2e-7 * Double(rows) + 1e-6, what)
            let ones = [Float](repeating: 1, count: columns)
            let added = unaligned(x, outputCount: columns, initial: ones) {
                elbo_sum_columns_f32($0, $1, rows, columns, true)
            }
            expectClose(added.map { Double($0) - 1 }, byColumn.map(total), absolute: 2e-7 * Double(rows) + 1e-6, what)
            let rowMaxima = unaligned(x, outputCount: rows) { elbo_max_rows_f32($0, $1, rows, columns) }
            #expect(rowMaxima == byRow.map { $0.max() ?? -.infinity }, "\(what)")
            let columnMaxima = unaligned(x, outputCount: columns) { elbo_max_columns_f32($0, $1, rows, columns) }
            #expect(columnMaxima == byColumn.map { $0.max() ?? -.infinity }, "\(what)")
            var best = [Int32](repeating: -7, count: rows)
            elbo_argmax_rows_f32(x, &best, rows, columns)
            #expect(best == byRow.map { row in Int32(row.indices.max { row[$0] < row[$1] } ?? -1) }, "\(what)")
        }
    }

    @Test("the first of equal largest elements is the index")
    func prefersTheFirst() {
        var best = [Int32](repeating: -7, count: 2)
        elbo_argmax_rows_f64([1, 3, 3, 0, 3, 3], &best, 2, 3)
        #expect(best == [1, 1])
    }

    @Test("any set of dimensions of contiguous and of permuted arrays")
    func reducesAnyDimensions() {
        let shapes = [
            [], [1], [9], [4, 5], [2, 3, 4], [5, 3, 2, 4], [2, 3, 2, 2, 3], [2, 2, 2, 3, 2, 2], [3, 0, 2], [2, 40, 70],
            [70, 40, 2],
        ]
        for extents in shapes {
            let contiguous = strides(extents)
            // The same numbers stored with the dimensions in reverse order.
            let reversed = Array(strides(Array(extents.reversed())).reversed())
            let count = extents.reduce(1, *)
            var numbers = TestNumbers(seed: UInt64(count) + 3)
            let x: [Float] = numbers.list(max(count, 1))
            for mask in 0..<(1 << extents.count) {
                let kept = extents.indices.filter { mask >> $0 & 1 == 0 }
                for layout in [contiguous, reversed] {
                    var sums: [[Int]: Double] = [:]
                    var maxima: [[Int]: Float] = [:]
                    for index in indices(extents) {
                        let key = kept.map { index[$0] }
                        let value = x[offset(index, layout)]
                        sums[key, default: 0] += Double(value)
                        maxima[key] = max(maxima[key] ?? -.infinity, value)
                    }
                    let keys = indices(kept.map { extents[$0] })
                    let what = "\(extents) reducing \(mask)"
                    let y = unaligned(x, outputCount: keys.count) {
                        elbo_sum_strided_f32($0, extents, layout, extents.count, UInt32(mask), $1)
                    }
                    expectClose(y.map(Double.init), keys.map { sums[$0] ?? 0 }, relative: 1e-5, absolute: 1e-4, what)
                    let z = unaligned(x, outputCount: keys.count) {
                        elbo_max_strided_f32($0, extents, layout, extents.count, UInt32(mask), $1)
                    }
                    #expect(z == keys.map { maxima[$0] ?? -.infinity }, "\(what)")
                }
            }
        }
    }

    @Test("sums have the same bits with one thread and with two")
    func ignoresThreads() {
        var numbers = TestNumbers(seed: 12)
        let x: [Float] = numbers.list(600_000)
        let everything = withOneAndTwoThreads { elbo_sum_f32(x, x.count).bitPattern }
        #expect(everything.one == everything.two)
        for columns in [2, 10, 64, 300] {
            let rows = x.count / columns
            let (one, two) = withOneAndTwoThreads {
                unaligned(x, outputCount: columns) { elbo_sum_columns_f32($0, $1, rows, columns, false) }
            }
            #expect(one.map(\.bitPattern) == two.map(\.bitPattern))
        }
    }
}
