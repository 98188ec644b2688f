// SPDX-License-Identifier: Apache-2.0
// The solution of a triangular system on the tape: from points back to the noise that they were made of.

import TensorCore

/// Rows `z` with `L z = x` for every row x, `[N, D] → [N, D]`, by forward substitution.
///
/// The gradients are `dx = L^-T dz` and, in the lower triangle, `dL = -dx^T z`. First derivatives only.
///
/// - Parameters:
///   - factor: L, `[D, D]` in double precision, lower triangular; what is above the diagonal is not read.
///   - rows: x, `[N, D]` in double precision.
func solveTriangular(_ factor: Tensor, rows: Tensor) -> Tensor {
    let (count, size) = (rows.shape[0], rows.shape[1])
    let entries = factor.doubles()
    let solution = Tensor(
        shape: rows.shape,
        doubles: rows.withDoubles { x in
            var z = Array(x)
            for row in 0..<count {
                let start = row * size
                for i in 0..<size {
                    var sum = z[start + i]
                    for j in 0..<i { sum -= entries[i * size + j] * z[start + j] }
                    z[start + i] = sum / entries[i * size + i]
                }
            }
            return z
        })
    return custom(inputs: [factor, rows], output: solution) { gradient in
        var slopes = gradient.doubles()
        for row in 0..<count {
            let start = row * size
            for i in stride(from: size - 1, through: 0, by: -1) {
                var sum = slopes[start + i]
                for j in (i + 1)..<max(size, i + 1) { sum -= entries[j * size + i] * slopes[start + j] }
                slopes[start + i] = sum / entries[i * size + i]
            }
        }
        var factorSlopes = [Double](repeating: 0, count: size * size)
        solution.withDoubles { z in
            for row in 0..<count {
                let start = row * size
                for i in 0..<size {
                    let slope = slopes[start + i]
                    for j in 0...i { factorSlopes[i * size + j] -= slope * z[start + j] }
                }
            }
        }
        return [
            Tensor(shape: factor.shape, doubles: factorSlopes), Tensor(shape: rows.shape, doubles: slopes),
        ]
    }
}
