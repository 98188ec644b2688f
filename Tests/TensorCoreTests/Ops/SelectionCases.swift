// SPDX-License-Identifier: Apache-2.0
// Slices, concatenations and gathers, and their references.

import TensorCore

/// Position `index` with another value on one axis.
private func replaced(_ index: [Int], _ axis: Int, _ value: Int) -> [Int] {
    var result = index
    result[axis] = value
    return result
}

private let slices: [(shape: [Int], axis: Int, range: Range<Int>)] = [
    ([5], 0, 1..<4), ([5, 3], 0, 0..<2), ([3, 7], 1, 6..<7), ([2, 5, 3], 1, 1..<3), ([2, 17, 3, 3], 1, 4..<17),
    ([2, 4], 1, 0..<4), ([3, 4], 0, 2..<2),
]

private let gathers: [(shape: [Int], axis: Int, indices: [Int32])] = [
    ([5], 0, [4, 0, 4]), ([4, 3], 0, [1, 1, 3, 0, 1]), ([3, 6], 1, [5, 2]), ([2, 17, 3, 3], 1, [16, 0, 3, 3]),
    ([3, 2], 0, []),
]

private let parts: [(shapes: [[Int]], axis: Int)] = [
    ([[2], [3]], 0), ([[2, 3], [1, 3], [4, 3]], 0), ([[3, 2], [3, 5]], 1), ([[2, 16, 3, 2], [2, 4, 3, 2]], 1),
    ([[2, 0], [2, 3]], 1), ([[4, 2]], 0),
]

let selectionCases: [OperationCase] =
    slices.map { shape, axis, range in
        OperationCase(name: "slice \(range) of \(shape), axis \(axis)", inputs: [shape], supportsDouble: true) {
            $0[0].slice(range, axis: axis)
        } reference: { inputs in
            Grid(replaced(shape, axis, range.count)) { inputs[0][replaced($0, axis, $0[axis] + range.lowerBound)] }
        }
    }
    + gathers.map { shape, axis, indices in
        OperationCase(name: "gather \(indices) of \(shape), axis \(axis)", inputs: [shape], supportsDouble: true) {
            $0[0].gather(indices, axis: axis)
        } reference: { inputs in
            Grid(replaced(shape, axis, indices.count)) { inputs[0][replaced($0, axis, Int(indices[$0[axis]]))] }
        }
    }
    + parts.map { shapes, axis in
        OperationCase(name: "concatenate \(shapes), axis \(axis)", inputs: shapes, supportsDouble: true) {
            concatenate($0, axis: axis)
        } reference: { inputs in
            let total = shapes.map { $0[axis] }.reduce(0, +)
            return Grid(replaced(shapes[0], axis, total)) { index in
                var (part, position) = (0, index[axis])
                while position >= shapes[part][axis] {
                    position -= shapes[part][axis]
                    part += 1
                }
                return inputs[part][replaced(index, axis, position)]
            }
        }
    }
