// SPDX-License-Identifier: Apache-2.0
// Softmax along any axis, and the losses on logits and numbers, with their references.

import Glibc
import TensorCore

/// `log Σ e^x` along an axis, kept with size 1.
private func logSumExp(_ x: Grid, _ axis: Int) -> Grid {
    var kept = x.shape
    kept[axis] = 1
    return Grid(kept) { index in
        var (sum, position) = (0.0, index)
        for k in 0..<x.shape[axis] {
            position[axis] = k
            sum += Glibc.exp(x[position])
        }
        return Glibc.log(sum)
    }
}

private let softmaxShapes: [(shape: [Int], axis: Int)] = [
    ([5], 0), ([4, 10], 1), ([4, 10], 0), ([3, 1], 1), ([2, 17, 3, 2], 1), ([2, 3, 4], -1), ([0, 3], 1),
]

let softmaxCases: [OperationCase] = softmaxShapes.flatMap { shape, axis in
    [
        OperationCase(name: "softmax of \(shape), axis \(axis)", inputs: [shape], range: -3...3, supportsDouble: true) {
            $0[0].softmax(axis: axis)
        } reference: { inputs in
            broadcastReference(inputs[0], logSumExp(inputs[0], (axis + shape.count) % shape.count)) {
                Glibc.exp($0 - $1)
            }
        },
        OperationCase(
            name: "logSoftmax of \(shape), axis \(axis)", inputs: [shape], range: -3...3, supportsDouble: true
        ) {
            $0[0].logSoftmax(axis: axis)
        } reference: { inputs in
            broadcastReference(inputs[0], logSumExp(inputs[0], (axis + shape.count) % shape.count), -)
        },
    ]
}

let elementLossCases: [OperationCase] = [[1], [4, 7], [2, 17, 3, 2]].flatMap { (shape: [Int]) in
    [Reduction.mean, .sum].flatMap { reduction in
        [
            OperationCase(
                name: "binaryCrossEntropyWithLogits \(shape), \(reduction)", inputs: [shape, shape],
                range: 0.1...0.9, supportsDouble: true
            ) {
                // Targets are drawn from the range; logits are the other input, spread over both signs.
                binaryCrossEntropyWithLogits(logits: $0[0] * 8 - 4, targets: $0[1], reduction: reduction)
            } reference: { inputs in
                let losses = zip(inputs[0].values, inputs[1].values).map { scaled, target in
                    let p = 1 / (1 + Glibc.exp(4 - 8 * scaled))
                    return -(target * Glibc.log(p) + (1 - target) * Glibc.log(1 - p))
                }
                let total = losses.reduce(0, +)
                return Grid([], [reduction == .mean ? total / Double(losses.count) : total])
            },
            OperationCase(
                name: "meanSquaredError \(shape), \(reduction)", inputs: [shape, shape], supportsDouble: true
            ) {
                meanSquaredError($0[0], $0[1], reduction: reduction)
            } reference: { inputs in
                let squares = zip(inputs[0].values, inputs[1].values).map { ($0 - $1) * ($0 - $1) }
                let total = squares.reduce(0, +)
                return Grid([], [reduction == .mean ? total / Double(squares.count) : total])
            },
        ]
    }
}
