// SPDX-License-Identifier: Apache-2.0
// Reductions, repetition and reordering of axes, and their references.

import TensorCore

private func sumReference(_ x: Grid, _ axes: [Int], keepDims: Bool) -> Grid {
    let kept = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
    var result = Grid(kept) { _ in 0 }
    var position = 0
    _ = Grid(x.shape) { index in
        var offset = 0
        for axis in kept.indices { offset = offset * kept[axis] + (kept[axis] == 1 ? 0 : index[axis]) }
        result.values[offset] += x.values[position]
        position += 1
        return 0
    }
    if !keepDims { result.shape = x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] } }
    return result
}

private let reductions: [(shape: [Int], axes: [Int])] = [
    ([5], [0]), ([3, 40], [1]), ([40, 3], [0]), ([2, 3, 4], [1]), ([2, 3, 4], [0, 2]), ([2, 17, 3, 3], [0, 2, 3]),
    ([2, 17, 3, 3], [1]), ([2, 1, 3], [0, 1, 2]), ([4, 3], []),
]

let reductionCases: [OperationCase] =
    reductions.flatMap { shape, axes in
        [
            OperationCase(name: "sum of \(shape) over \(axes)", inputs: [shape], supportsDouble: true) {
                $0[0].sum(axes: axes)
            } reference: {
                sumReference($0[0], axes, keepDims: false)
            },
            OperationCase(name: "mean of \(shape) over \(axes), kept", inputs: [shape], supportsDouble: true) {
                $0[0].mean(axes: axes, keepDims: true)
            } reference: { inputs in
                let count = axes.map { shape[$0] }.reduce(1, *)
                return sumReference(inputs[0], axes, keepDims: true).map { $0 / Double(count) }
            },
        ]
    } + [
        OperationCase(name: "sum of all", inputs: [[2, 17, 3, 5]], supportsDouble: true) {
            $0[0].sum()
        } reference: {
            Grid([], [$0[0].values.reduce(0, +)])
        },
        OperationCase(name: "broadcast to new and old axes", inputs: [[3, 1]], supportsDouble: true) {
            $0[0].broadcast(to: [2, 3, 4])
        } reference: { inputs in
            Grid([2, 3, 4]) { inputs[0][$0[1], 0] }
        },
    ]

let shapingCases: [OperationCase] = [
    OperationCase(name: "reshape", inputs: [[2, 17, 3, 2]], supportsDouble: true) {
        $0[0].reshape([6, 34])
    } reference: {
        Grid([6, 34], $0[0].values)
    },
    OperationCase(name: "flatten", inputs: [[2, 17, 3, 2]], supportsDouble: true) {
        $0[0].flatten()
    } reference: {
        Grid([2, 102], $0[0].values)
    },
    OperationCase(name: "transpose of a matrix", inputs: [[3, 5]], supportsDouble: true) {
        $0[0].transpose()
    } reference: { inputs in
        Grid([5, 3]) { inputs[0][$0[1], $0[0]] }
    },
    OperationCase(name: "transpose of four axes", inputs: [[2, 3, 4, 5]], supportsDouble: true) {
        $0[0].transpose([2, 0, 3, 1])
    } reference: { inputs in
        Grid([4, 2, 5, 3]) { inputs[0][$0[1], $0[3], $0[0], $0[2]] }
    },
    OperationCase(name: "through 64 bits", inputs: [[3, 5]]) {
        $0[0].converted(to: .float64).square().converted(to: .float32)
    } reference: {
        $0[0].map { $0 * $0 }
    },
]
