// SPDX-License-Identifier: Apache-2.0
// Matrix products and fully connected layers, and their references.

import Glibc
import TensorCore

func productReference(_ a: Grid, _ b: Grid, transposeA: Bool = false, transposeB: Bool = false) -> Grid {
    let (rows, inner) = transposeA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
    let columns = transposeB ? b.shape[0] : b.shape[1]
    return Grid([rows, columns]) { index in
        var sum = 0.0
        for k in 0..<inner {
            sum += (transposeA ? a[k, index[0]] : a[index[0], k]) * (transposeB ? b[index[1], k] : b[k, index[1]])
        }
        return sum
    }
}

let matrixCases: [OperationCase] = [(3, 5, 4), (1, 7, 1), (17, 33, 9), (64, 3, 2)].flatMap { m, k, n in
    [(false, false), (true, false), (false, true), (true, true)].map { a, b in
        OperationCase(
            name: "matmul \(m)x\(k)x\(n), transposed \(a), \(b)",
            inputs: [a ? [k, m] : [m, k], b ? [n, k] : [k, n]],
            supportsDouble: true
        ) {
            matmul($0[0], $0[1], transposeA: a, transposeB: b)
        } reference: {
            productReference($0[0], $0[1], transposeA: a, transposeB: b)
        }
    }
}

/// The last shape is large enough for a oneDNN inner product.
private let layers: [(rows: Int, inputs: Int, outputs: Int)] = [(5, 3, 4), (1, 64, 2), (33, 2, 64), (3, 17, 19)]

let linearCases: [OperationCase] =
    layers.flatMap { rows, inputs, outputs in
        [Activation.none, .relu, .tanh].map { activation in
            OperationCase(
                name: "linear \(rows)x\(inputs) to \(outputs), \(activation)",
                inputs: [[rows, inputs], [outputs, inputs], [outputs]],
                // Positive numbers keep clear of the kink of relu.
                range: activation == .relu ? 0.1...1 : -0.7...0.7, supportsDouble: true
            ) {
                linear($0[0], weight: $0[1], bias: $0[2], activation: activation)
            } reference: { inputs in
                let product = productReference(inputs[0], inputs[1], transposeB: true)
                let sums = broadcastReference(product, inputs[2], +)
                return activation == .tanh ? sums.map { Glibc.tanh($0) } : sums
            }
        }
    } + [
        OperationCase(name: "linear without bias", inputs: [[4, 6], [3, 6]], supportsDouble: true) {
            linear($0[0], weight: $0[1])
        } reference: {
            productReference($0[0], $0[1], transposeB: true)
        },
        OperationCase(name: "linear on flattened maps", inputs: [[3, 17, 2, 3], [5, 102], [5]]) {
            linear($0[0].flatten(), weight: $0[1], bias: $0[2])
        } reference: { inputs in
            let product = productReference(Grid([3, 102], inputs[0].values), inputs[1], transposeB: true)
            return broadcastReference(product, inputs[2], +)
        },
    ]
