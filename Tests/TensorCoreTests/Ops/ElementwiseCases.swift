// SPDX-License-Identifier: Apache-2.0
// Element-wise operations and their references.

import Glibc
import TensorCore

/// Applies a function of two numbers with NumPy's broadcasting.
func broadcastReference(_ a: Grid, _ b: Grid, _ function: (Double, Double) -> Double) -> Grid {
    let rank = max(a.shape.count, b.shape.count)
    let left = [Int](repeating: 1, count: rank - a.shape.count) + a.shape
    let right = [Int](repeating: 1, count: rank - b.shape.count) + b.shape
    let shape = zip(left, right).map { $0 == 1 ? $1 : $0 }
    let (p, q) = (Grid(left, a.values), Grid(right, b.values))
    return Grid(shape) { index in
        let i = index.indices.map { left[$0] == 1 ? 0 : index[$0] }
        let j = index.indices.map { right[$0] == 1 ? 0 : index[$0] }
        return function(p[i], q[j])
    }
}

private let pairs: [[[Int]]] = [
    [[7], [7]], [[3, 5], [5]], [[3, 5], [3, 1]], [[], [4]], [[2, 1, 3], [4, 1]], [[2, 3, 4, 5], [1, 3, 1, 1]],
    [[2, 17, 3, 3], [2, 17, 3, 3]], [[1], [1, 1]], [[3, 0], [1]],
]

let arithmeticCases: [OperationCase] =
    pairs.flatMap { shapes in
        [
            OperationCase(name: "+ \(shapes)", inputs: shapes, supportsDouble: true) {
                $0[0] + $0[1]
            } reference: {
                broadcastReference($0[0], $0[1], +)
            },
            OperationCase(name: "- \(shapes)", inputs: shapes, supportsDouble: true) {
                $0[0] - $0[1]
            } reference: {
                broadcastReference($0[0], $0[1], -)
            },
            OperationCase(name: "* \(shapes)", inputs: shapes, supportsDouble: true) {
                $0[0] * $0[1]
            } reference: {
                broadcastReference($0[0], $0[1], *)
            },
            OperationCase(name: "/ \(shapes)", inputs: shapes, range: 0.5...2, supportsDouble: true) {
                $0[0] / $0[1]
            } reference: {
                broadcastReference($0[0], $0[1], /)
            },
        ]
    } + [
        OperationCase(name: "with numbers", inputs: [[2, 17, 3, 3]], range: 0.5...2, supportsDouble: true) {
            2 - (3 * $0[0] + 1) / 2 + 1 / $0[0] - 0.25
        } reference: {
            $0[0].map { 2 - (3 * $0 + 1) / 2 + 1 / $0 - 0.25 }
        }
    ]

private func functionCase(
    _ name: String, _ range: ClosedRange<Double>, _ apply: @escaping @Sendable (Tensor) -> Tensor,
    _ reference: @escaping @Sendable (Double) -> Double
) -> [OperationCase] {
    [[1], [33], [2, 17, 3, 5]].map { shape in
        OperationCase(name: "\(name) \(shape)", inputs: [shape], range: range, supportsDouble: true) {
            apply($0[0])
        } reference: {
            $0[0].map(reference)
        }
    }
}

let functionCases: [OperationCase] =
    functionCase("relu of positive numbers", 0.1...2, { $0.relu() }, { max($0, 0) })
    + functionCase("relu of negative numbers", -2 ... -0.1, { $0.relu() }, { max($0, 0) })
    + functionCase("tanh", -3...3, { $0.tanh() }, { Glibc.tanh($0) })
    + functionCase("exp", -2...2, { $0.exp() }, { Glibc.exp($0) })
    + functionCase("log", 0.5...3, { $0.log() }, { Glibc.log($0) })
    + functionCase("square", -2...2, { $0.square() }, { $0 * $0 })
