// SPDX-License-Identifier: Apache-2.0
// Matrix products of every side class, layout and epilogue against three nested loops.

import CKernels
import TestSupport
import Testing

/// One product with random operands and its result by three nested loops in double precision.
private struct ProductTrial<T: BinaryFloatingPoint> {
    var product: elbo_product
    let a: [T]
    let b: [T]
    let bias: [T]?
    let start: [T]
    let expected: [Double]

    /// `padding` is added to every stride: rows of c beyond its columns must stay as they are.
    init(
        _ rows: Int, _ columns: Int, _ inner: Int, transposeA: Bool = false, transposeB: Bool = false,
        accumulate: Bool = false, activation: elbo_activation = ELBO_IDENTITY, hasBias: Bool = false, padding: Int = 0
    ) {
        let aStride = (transposeA ? rows : inner) + padding
        let bStride = (transposeB ? inner : columns) + padding
        let cStride = columns + padding
        var numbers = TestNumbers(seed: UInt64(rows * 7919 + columns * 127 + inner))
        let a: [T] = numbers.list((transposeA ? inner : rows) * aStride, in: -1...1)
        let b: [T] = numbers.list((transposeB ? columns : inner) * bStride, in: -1...1)
        let bias: [T]? = hasBias ? numbers.list(columns, in: -1...1) : nil
        let start: [T] = numbers.list(rows * cStride, in: -1...1)
        var expected = start.map { Double($0) }
        for r in 0..<rows {
            for c in 0..<columns {
                var sum = accumulate ? Double(start[r * cStride + c]) : 0
                for k in 0..<inner {
                    let left = a[transposeA ? k * aStride + r : r * aStride + k]
                    let right = b[transposeB ? c * bStride + k : k * bStride + c]
                    sum += Double(left) * Double(right)
                }
                sum += Double(bias?[c] ?? 0)
                expected[r * cStride + c] =
                    switch activation {
                    case ELBO_RELU: max(sum, 0)
                    case ELBO_TANH: tanhReference(sum)
                    default: sum
                    }
            }
        }
        product = elbo_product(
            rows: rows, columns: columns, inner: inner, a_stride: aStride, b_stride: bStride, c_stride: cStride,
            transpose_a: transposeA, transpose_b: transposeB, accumulate: accumulate, activation: activation)
        (self.a, self.b, self.bias, self.start, self.expected) = (a, b, bias, start, expected)
    }

    /// The error of a sum of n products of numbers below 1 is some √n units of the last place of √n.
    func check(unit: Double, _ actual: [T]) {
        let what = "\(product.rows)x\(product.columns)x\(product.inner) \(product.transpose_a) \(product.transpose_b)"
        expectClose(actual.map { Double($0) }, expected, absolute: unit * (4 + Double(product.inner)), what)
    }
}

extension ProductTrial<Float> {
    func run() -> [Float] {
        var product = product
        return unaligned(a, outputCount: start.count, initial: start) { a, c in
            elbo_matrix_product_f32(&product, a, b, bias, c)
        }
    }
    func check() { check(unit: 1.2e-7, run()) }
}

extension ProductTrial<Double> {
    func check() {
        var product = product
        let actual = unaligned(a, outputCount: start.count, initial: start) { a, c in
            elbo_matrix_product_f64(&product, a, b, bias, c)
        }
        check(unit: 2.3e-16, actual)
    }
}

@Suite struct MatrixProductTests {
    @Test("every combination of side classes and transposes", arguments: [false, true], [false, true])
    func multiplies(transposeA: Bool, transposeB: Bool) {
        for rows in [1, 2, 3, 5, 6, 7, 11, 12, 31] {
            for columns in [1, 2, 10, 15, 16, 17, 33, 48, 64, 65] {
                for inner in [0, 1, 3, 8, 17] {
                    ProductTrial<Float>(rows, columns, inner, transposeA: transposeA, transposeB: transposeB).check()
                }
                ProductTrial<Double>(rows, columns, 9, transposeA: transposeA, transposeB: transposeB).check()
            }
        }
    }

    @Test("sizes of small networks, also beyond one packed panel", arguments: [false, true])
    func multipliesNetworkSizes(transposed: Bool) {
        ProductTrial<Float>(256, 64, 64, transposeB: transposed).check()
        ProductTrial<Float>(64, 64, 256, transposeA: transposed).check()
        ProductTrial<Float>(100, 2, 64, transposeB: transposed).check()
        ProductTrial<Float>(3, 300, 40, transposeB: transposed).check()
        ProductTrial<Float>(20, 70, 600, transposeA: transposed).check()
        ProductTrial<Double>(26, 50, 530, transposeB: transposed).check()
    }

    @Test("bias, activation and accumulation in every combination, with padded rows")
    func appliesEpilogues() {
        for activation in [ELBO_IDENTITY, ELBO_RELU, ELBO_TANH] {
            for (hasBias, accumulate) in [(false, false), (true, false), (false, true), (true, true)] {
                for (rows, columns, inner) in [(1, 1, 1), (13, 21, 5), (8, 64, 300), (5, 300, 7)] {
                    for padding in [0, 3] {
                        ProductTrial<Float>(
                            rows, columns, inner, accumulate: accumulate, activation: activation, hasBias: hasBias,
                            padding: padding
                        ).check()
                    }
                    ProductTrial<Double>(
                        rows, columns, inner, transposeB: true, accumulate: accumulate, activation: activation,
                        hasBias: hasBias
                    ).check()
                }
            }
        }
    }

    @Test("an empty result is left alone")
    func leavesEmptyResults() {
        #expect(ProductTrial<Float>(0, 5, 3).run().isEmpty)
        #expect(ProductTrial<Float>(5, 0, 3).run().isEmpty)
    }

    @Test("NaN in one row of A stays in that row")
    func keepsNaNInItsRow() {
        let trial = ProductTrial<Float>(9, 20, 4)
        var (product, a) = (trial.product, trial.a)
        a[3 * 4] = .nan
        let c = unaligned(a, outputCount: 180) { elbo_matrix_product_f32(&product, $0, trial.b, nil, $1) }
        #expect(c.indices.allSatisfy { c[$0].isNaN == ($0 / 20 == 3) })
    }

    @Test("the bits do not depend on the number of threads")
    func ignoresThreads() {
        for (rows, columns, inner) in [(256, 64, 64), (5, 700, 300), (101, 33, 70)] {
            let trial = ProductTrial<Float>(
                rows, columns, inner, transposeB: true, activation: ELBO_TANH, hasBias: true)
            let (one, two) = withOneAndTwoThreads { trial.run() }
            #expect(one == two)
        }
    }
}
