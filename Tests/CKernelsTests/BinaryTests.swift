// SPDX-License-Identifier: Apache-2.0
// Functions of two elements with and without broadcasting against plain Swift loops.

import CKernels
import TestSupport
import Testing

/// What each operation means, with NaN where the header promises it.
func reference<T: BinaryFloatingPoint>(_ operation: elbo_operation, _ a: T, _ b: T) -> T {
    switch operation {
    case ELBO_ADD: a + b
    case ELBO_SUBTRACT: a - b
    case ELBO_MULTIPLY: a * b
    case ELBO_DIVIDE: a / b
    case ELBO_MAXIMUM: a.isNaN || b.isNaN ? .nan : max(a, b)
    case ELBO_MINIMUM: a.isNaN || b.isNaN ? .nan : min(a, b)
    case ELBO_GREATER: a > b ? 1 : 0
    default: a == b ? 1 : 0
    }
}

let operations: [elbo_operation] = [
    ELBO_ADD, ELBO_SUBTRACT, ELBO_MULTIPLY, ELBO_DIVIDE, ELBO_MAXIMUM, ELBO_MINIMUM, ELBO_GREATER, ELBO_EQUAL,
]

/// Every index of `extents` in row-major order.
func indices(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { prefixes, extent in prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } } }
}

/// Row-major strides of `extents`, 0 where `broadcast` says so (that dimension then has one element).
func strides(_ extents: [Int], broadcast: Set<Int> = []) -> [Int] {
    var step = 1
    var result = [Int](repeating: 0, count: extents.count)
    for d in extents.indices.reversed() where !broadcast.contains(d) {
        result[d] = step
        step *= extents[d]
    }
    return result
}

func offset(_ index: [Int], _ strides: [Int]) -> Int { zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } }

/// Numbers with ties, NaN and infinities among them, so that comparisons and maxima meet every case.
private func operand<T: BinaryFloatingPoint>(_ count: Int, seed: UInt64) -> [T] {
    var numbers = TestNumbers(seed: seed)
    return (0..<count).map { index in
        let value = numbers.next(in: -3...3)
        return switch (index + Int(seed)) % 23 {
        case 5: .nan
        case 11: .infinity
        case 17: 0
        default: T(value.rounded(.down) / 2)
        }
    }
}

private func same<T: BinaryFloatingPoint>(_ a: [T], _ b: [T]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

@Suite struct BinaryTests {
    @Test("equal shapes and scalars, every size class")
    func matchesReference() {
        for operation in operations {
            // One operation is enough to test the sharing between threads.
            for count in operation == ELBO_SUBTRACT ? sizeClasses + [threadedCount] : sizeClasses {
                let a: [Float] = operand(count, seed: 1)
                let b: [Float] = operand(count, seed: 3)
                let y = unaligned(a, outputCount: count) { x, y in elbo_binary_f32(operation, x, b, y, count) }
                #expect(same(y, zip(a, b).map { reference(operation, $0, $1) }), "\(operation) \(count)")
                let right = unaligned(a, outputCount: count) { elbo_binary_scalar_f32(operation, $0, 0.5, $1, count) }
                #expect(same(right, a.map { reference(operation, $0, 0.5) }), "\(operation) \(count)")
                let left = unaligned(a, outputCount: count) { elbo_scalar_binary_f32(operation, 0.5, $0, $1, count) }
                #expect(same(left, a.map { reference(operation, 0.5, $0) }), "\(operation) \(count)")
                let wide = a.map(Double.init)
                let z = unaligned(wide, outputCount: count) { x, y in
                    elbo_binary_f64(operation, x, b.map(Double.init), y, count)
                }
                #expect(same(z, zip(wide, b).map { reference(operation, $0, Double($1)) }), "\(operation) \(count)")
            }
        }
    }

    @Test("a row and a column against a matrix, narrow and wide")
    func broadcastsRowsAndColumns() {
        for (rows, columns) in [
            (1, 1), (1, 7), (5, 1), (3, 2), (700, 2), (97, 3), (300, 10), (64, 64), (5, 300), (40, 1200),
        ] {
            let a: [Float] = operand(rows * columns, seed: 2)
            let row: [Float] = operand(columns, seed: 4)
            let column: [Float] = operand(rows, seed: 6)
            for operation in operations {
                let y = unaligned(a, outputCount: a.count) {
                    elbo_binary_row_f32(operation, $0, row, $1, rows, columns)
                }
                #expect(same(y, a.indices.map { reference(operation, a[$0], row[$0 % columns]) }), "\(rows)x\(columns)")
                let z = unaligned(a, outputCount: a.count) {
                    elbo_binary_column_f32(operation, $0, column, $1, rows, columns)
                }
                #expect(
                    same(z, a.indices.map { reference(operation, a[$0], column[$0 / columns]) }), "\(rows)x\(columns)")
            }
        }
    }

    @Test("any broadcasting of up to six dimensions")
    func broadcastsAnyDimensions() {
        let shapes = [
            [], [1], [7], [3, 5], [2, 3, 4], [2, 1, 5, 3], [2, 3, 1, 2, 4], [2, 2, 3, 1, 2, 3], [2, 0, 3], [3, 8, 19],
        ]
        for extents in shapes {
            let all = indices(extents)
            for mask in 0..<(1 << extents.count) {
                let aBroadcast = Set(extents.indices.filter { mask >> $0 & 1 == 1 })
                let bBroadcast = Set(extents.indices.filter { mask >> $0 & 1 == 0 && $0 % 2 == 0 })
                let (aStrides, bStrides) = (
                    strides(extents, broadcast: aBroadcast), strides(extents, broadcast: bBroadcast)
                )
                let a: [Float] = operand(extents.reduce(1, *) + 1, seed: 8)
                let b: [Float] = operand(extents.reduce(1, *) + 1, seed: 9)
                let expected = all.map { reference(ELBO_SUBTRACT, a[offset($0, aStrides)], b[offset($0, bStrides)]) }
                let y = unaligned(a, outputCount: all.count) { x, y in
                    elbo_binary_strided_f32(ELBO_SUBTRACT, x, aStrides, b, bStrides, y, extents, extents.count)
                }
                #expect(same(y, expected), "\(extents) a \(aBroadcast) b \(bBroadcast)")
            }
        }
    }

    @Test("a transposed operand is read through its strides")
    func readsTransposedOperands() {
        let (rows, columns) = (37, 21)
        let a: [Double] = operand(rows * columns, seed: 1)
        let b: [Double] = operand(rows * columns, seed: 2)
        let y = unaligned(a, outputCount: a.count) { x, y in
            elbo_binary_strided_f64(ELBO_ADD, x, [columns, 1], b, [1, rows], y, [rows, columns], 2)
        }
        let expected = indices([rows, columns]).map { a[$0[0] * columns + $0[1]] + b[$0[0] + $0[1] * rows] }
        #expect(same(y, expected))
    }

    @Test("accumulation adds to what is there, also to itself")
    func accumulates() {
        for count in sizeClasses {
            var numbers = TestNumbers(seed: 4)
            let (x, w, y): ([Double], [Double], [Double]) = (
                numbers.list(count), numbers.list(count), numbers.list(count)
            )
            let sum = unaligned(x, outputCount: count, initial: y) { elbo_axpy_f64(-0.5, $0, $1, count) }
            expectClose(sum, zip(x, y).map { $1 - 0.5 * $0 }, relative: 1e-15, absolute: 1e-15)
            let products = unaligned(x, outputCount: count, initial: y) { elbo_multiply_add_f64($0, w, $1, count) }
            expectClose(products, (0..<count).map { y[$0] + x[$0] * w[$0] }, relative: 1e-15, absolute: 1e-15)
            let doubled = unaligned([], outputCount: count, initial: x.map { Float($0) }) {
                elbo_axpy_f32(1, UnsafePointer($1), $1, count)
            }
            #expect(doubled == x.map { 2 * Float($0) })
        }
    }

    @Test("results may overwrite either operand")
    func worksInPlace() {
        let a: [Float] = operand(5003, seed: 1)
        let b: [Float] = operand(5003, seed: 2)
        let expected = zip(a, b).map { reference(ELBO_SUBTRACT, $0, $1) }
        let overA = unaligned(b, outputCount: 5003, initial: a) { elbo_binary_f32(ELBO_SUBTRACT, $1, $0, $1, 5003) }
        let overB = unaligned(a, outputCount: 5003, initial: b) { elbo_binary_f32(ELBO_SUBTRACT, $0, $1, $1, 5003) }
        #expect(same(overA, expected) && same(overB, expected))
    }
}
