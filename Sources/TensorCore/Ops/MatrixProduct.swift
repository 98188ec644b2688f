// SPDX-License-Identifier: Apache-2.0
// Products of matrices.

import CDNNL
import CKernels

/// The product of two matrices, each transposed first if asked.
///
/// Shapes: `[M, K]` by `[K, N]` gives `[M, N]`; with `transposeA` the first is `[K, M]`, with `transposeB` the second
/// `[N, K]`. Both element types; equal in both operands.
public func matmul(_ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false) -> Tensor {
    check(
        a.rank == 2 && b.rank == 2 && a.dataType == b.dataType, "matmul", "two matrices of one type",
        "\(a.shape), \(b.shape)")
    let (rows, inner) = transposeA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
    let (innerB, columns) = transposeB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
    check(inner == innerB, "matmul", "equal inner sizes, left \(inner)", "\(innerB)")
    let (left, right) = (a.plain, b.plain)
    let output = Tensor(uninitialized: [rows, columns], a.dataType)
    let product = MatrixProduct(
        rows: rows, columns: columns, inner: inner, transposeA: transposeA, transposeB: transposeB)
    switch a.dataType {
    case .float32: product.run(left.elements(Float.self), right.elements(Float.self), output.elements(Float.self))
    case .float64: product.run(left.elements(Double.self), right.elements(Double.self), output.elements(Double.self))
    }
    return record(output, a, b) { gradient, inputs in
        if transposeA {
            inputs.add(0, matmul(b, gradient, transposeA: transposeB, transposeB: true))
        } else {
            inputs.add(0, matmul(gradient, b, transposeB: !transposeB))
        }
        if transposeB {
            inputs.add(1, matmul(gradient, a, transposeA: true, transposeB: transposeA))
        } else {
            inputs.add(1, matmul(a, gradient, transposeA: !transposeA))
        }
    }
}

/// The sizes of one product, and which kernel computes it.
struct MatrixProduct {
    let rows: Int
    let columns: Int
    let inner: Int
    var transposeA = false
    var transposeB = false

    /// Multiplications below which our own kernel is faster than oneDNN's, whose calls cost more.
    static let smallProduct = 1 << 20

    /// `y = a b` in 32 bits.
    @inline(__always)
    func run(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        if rows * columns * inner <= MatrixProduct.smallProduct { return run(a, b, bias: nil, .none, y) }
        let letterA = CChar(bitPattern: UInt8(ascii: transposeA ? "T" : "N"))
        let letterB = CChar(bitPattern: UInt8(ascii: transposeB ? "T" : "N"))
        expectSuccess(
            dnnl_sgemm(
                letterA, letterB, Int64(rows), Int64(columns), Int64(inner), 1, a,
                Int64(transposeA ? rows : inner), b, Int64(transposeB ? inner : columns), 0, y, Int64(columns)),
            "matmul")
    }

    /// `y = activation(a b + bias)` in 32 bits by our own kernel, for small products.
    @inline(__always)
    func run(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, bias: UnsafePointer<Float>?, _ activation: Activation,
        _ y: UnsafeMutablePointer<Float>
    ) {
        var description = kernelDescription
        description.activation = activation.kernelName
        elbo_matrix_product_f32(&description, a, b, bias, y)
    }

    /// `y = a b` in 64 bits.
    func run(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
        var description = kernelDescription
        elbo_matrix_product_f64(&description, a, b, nil, y)
    }

    private var kernelDescription: elbo_product {
        elbo_product(
            rows: rows, columns: columns, inner: inner, a_stride: transposeA ? rows : inner,
            b_stride: transposeB ? inner : columns, c_stride: columns, transpose_a: transposeA,
            transpose_b: transposeB, accumulate: false, activation: ELBO_IDENTITY)
    }
}

extension Activation {
    /// The name by which the matrix kernel knows the activation.
    var kernelName: elbo_activation {
        switch self {
        case .none: ELBO_IDENTITY
        case .relu: ELBO_RELU
        case .tanh: ELBO_TANH
        }
    }
}
