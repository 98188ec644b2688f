// SPDX-License-Identifier: Apache-2.0
// Element-wise functions beyond the basic ones, and their references.

import Glibc
import TensorCore

/// Cases of a function of one element: a single one, a ragged row, and a map that comes in every layout.
private func mapCases(
    _ name: String, _ range: ClosedRange<Double>, isTwiceDifferentiable: Bool = true,
    _ apply: @escaping @Sendable (Tensor) -> Tensor, _ reference: @escaping @Sendable (Double) -> Double
) -> [OperationCase] {
    [[1], [33], [2, 17, 3, 5]].map { shape in
        OperationCase(
            name: "\(name) \(shape)", inputs: [shape], range: range, supportsDouble: true,
            isTwiceDifferentiable: isTwiceDifferentiable
        ) {
            apply($0[0])
        } reference: {
            $0[0].map(reference)
        }
    }
}

let smoothFunctionCases: [OperationCase] =
    mapCases("sigmoid", -4...4, { $0.sigmoid() }, { 1 / (1 + Glibc.exp(-$0)) })
    + mapCases("softplus", -4...4, { $0.softplus() }, { Glibc.log1p(Glibc.exp($0)) })
    + mapCases("sqrt", 0.5...4, { $0.sqrt() }, { $0.squareRoot() })
    + mapCases("sin", -4...4, { $0.sin() }, { Glibc.sin($0) })
    + mapCases("cos", -4...4, { $0.cos() }, { Glibc.cos($0) })
    + mapCases("pow 3", -2...2, { $0.pow(3) }, { $0 * $0 * $0 })
    + mapCases("pow -1.5", 0.5...2, { $0.pow(-1.5) }, { Glibc.pow($0, -1.5) })
    + mapCases("pow 1", -2...2, { $0.pow(1) }, { $0 })
    + mapCases("pow 0 plus x", -2...2, { $0.pow(0) + $0 }, { 1 + $0 })

// On either side of the kinks, never on them.
let piecewiseFunctionCases: [OperationCase] =
    mapCases("leakyReLU of positive numbers", 0.1...2, { $0.leakyReLU(slope: 0.3) }, { $0 })
    + mapCases("leakyReLU of negative numbers", -2 ... -0.1, { $0.leakyReLU(slope: 0.3) }, { 0.3 * $0 })
    + mapCases("abs of positive numbers", 0.1...2, { $0.abs() }, { $0 })
    + mapCases("abs of negative numbers", -2 ... -0.1, { $0.abs() }, { -$0 })
    + mapCases("clamp below", -2 ... -1.1, { $0.clamp(-1...0.5) }, { _ in -1 })
    + mapCases("clamp inside", -0.9...0.4, { $0.clamp(-1...0.5) }, { $0 })
    + mapCases("clamp above a positive range", -1...1, { $0.clamp(2...3) }, { _ in 2 })

private let maximumShapes: [(shape: [Int], axes: [Int])] = [
    ([7], [0]), ([3, 8], [1]), ([8, 3], [0]), ([2, 3, 4], [0, 2]), ([2, 17, 3, 3], [1]), ([2, 17, 3, 3], [2, 3]),
]

let maximumCases: [OperationCase] =
    maximumShapes.flatMap { shape, axes in
        [false, true].map { keepDims in
            OperationCase(
                name: "maximum of \(shape) over \(axes), \(keepDims ? "kept" : "dropped")", inputs: [shape],
                isTieFree: true, supportsDouble: true
            ) {
                $0[0].maximum(axes: axes, keepDims: keepDims)
            } reference: { inputs in
                let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
                var result = Grid(kept) { _ in -.infinity }
                _ = Grid(shape) { index in
                    var offset = 0
                    for axis in kept.indices { offset = offset * kept[axis] + (kept[axis] == 1 ? 0 : index[axis]) }
                    result.values[offset] = max(result.values[offset], inputs[0][index])
                    return 0
                }
                if !keepDims { result.shape = shape.indices.filter { !axes.contains($0) }.map { shape[$0] } }
                return result
            }
        }
    }
    + [[[6], [6]], [[3, 5], [5]], [[2, 3, 2, 2], [1, 3, 1, 1]]].flatMap { (shapes: [[Int]]) in
        // Numbers of one input are 2 / count apart; half of that keeps the other input between them.
        let shift = 1 / Double(shapes[0].reduce(1, *))
        return [
            OperationCase(name: "maximum \(shapes)", inputs: shapes, isTieFree: true, supportsDouble: true) {
                maximum($0[0], $0[1] + shift)
            } reference: {
                broadcastReference($0[0], $0[1]) { max($0, $1 + shift) }
            },
            OperationCase(name: "minimum \(shapes)", inputs: shapes, isTieFree: true, supportsDouble: true) {
                minimum($0[0], $0[1] + shift)
            } reference: {
                broadcastReference($0[0], $0[1]) { min($0, $1 + shift) }
            },
        ]
    }
