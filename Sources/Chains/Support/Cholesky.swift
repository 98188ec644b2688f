// SPDX-License-Identifier: Apache-2.0
// The Cholesky factor of a small covariance matrix and what is solved with it; row-major, no library.

import RealModule

/// The lower triangular L with `L L^T = matrix`, or `nil` when the matrix is not positive definite.
///
/// - Shapes: `matrix` and the result are `[D, D]`; above the diagonal the matrix is not read and the result is 0.
/// - Undefined cases: a NaN anywhere gives `nil`.
/// - Complexity: D^3 / 6 multiplications.
func choleskyFactor(_ matrix: [Double], dimension: Int) -> [Double]? {
    requireEqual(matrix.count, dimension * dimension, "elements of a square matrix")
    var factor = [Double](repeating: 0, count: matrix.count)
    for row in 0..<dimension {
        for column in 0...row {
            var rest = matrix[row * dimension + column]
            for k in 0..<column { rest -= factor[row * dimension + k] * factor[column * dimension + k] }
            if column < row {
                factor[row * dimension + column] = rest / factor[column * dimension + column]
            } else {
                guard rest > 0, rest < .infinity else { return nil }
                factor[row * dimension + row] = rest.squareRoot()
            }
        }
    }
    return factor
}

/// `matrix^-1` from the Cholesky factor of the matrix, symmetric to the last bit.
func inverse(fromFactor factor: [Double], dimension: Int) -> [Double] {
    var result = [Double](repeating: 0, count: factor.count)
    var column = [Double](repeating: 0, count: dimension)
    for index in 0..<dimension {
        for row in 0..<dimension { column[row] = row == index ? 1 : 0 }
        column.withUnsafeMutableBufferPointer { column in
            factor.withUnsafeBufferPointer {
                guard let factor = $0.baseAddress, let column = column.baseAddress else { return }
                solveLower(factor, column, dimension)
                solveLowerTransposed(factor, column, dimension)
            }
        }
        for row in index..<dimension {
            result[row * dimension + index] = column[row]
            result[index * dimension + row] = column[row]
        }
    }
    return result
}

/// Replaces `vector` by `L^-1 vector`.
@inline(__always)
func solveLower(_ factor: UnsafePointer<Double>, _ vector: UnsafeMutablePointer<Double>, _ dimension: Int) {
    for row in 0..<dimension {
        var rest = vector[row]
        for k in 0..<row { rest -= factor[row * dimension + k] * vector[k] }
        vector[row] = rest / factor[row * dimension + row]
    }
}

/// Replaces `vector` by `L^-T vector`.
@inline(__always)
func solveLowerTransposed(_ factor: UnsafePointer<Double>, _ vector: UnsafeMutablePointer<Double>, _ dimension: Int) {
    for row in stride(from: dimension - 1, through: 0, by: -1) {
        let value = vector[row] / factor[row * dimension + row]
        vector[row] = value
        for k in 0..<row { vector[k] -= factor[row * dimension + k] * value }
    }
}

/// `sum_i log L_ii`, half the log determinant of `L L^T`.
func halfLogDeterminant(_ factor: [Double], dimension: Int) -> Double {
    (0..<dimension).reduce(0) { $0 + .log(factor[$1 * dimension + $1]) }
}

/// `log(2 pi) / 2`.
let halfLogTwoPi = 0.918_938_533_204_672_7
