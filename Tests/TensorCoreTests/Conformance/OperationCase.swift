// SPDX-License-Identifier: Apache-2.0
// One row of the conformance table: an operation on tensors, and the same in plain loops over 64-bit numbers.

import TensorCore
import Testing

/// Plain numbers with a shape: what references compute with.
struct Grid {
    var shape: [Int]
    var values: [Double]

    init(_ shape: [Int], _ values: [Double]) {
        self.shape = shape
        self.values = values
    }

    /// Fills a grid from its indices.
    init(_ shape: [Int], _ value: ([Int]) -> Double) {
        self.shape = shape
        values = []
        let count = shape.reduce(1, *)
        values.reserveCapacity(count)
        var index = [Int](repeating: 0, count: shape.count)
        for _ in 0..<count {
            values.append(value(index))
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
    }

    // Written out per rank: an array for every element read would make the references slow.
    subscript(i: Int) -> Double { values[i] }
    subscript(i: Int, j: Int) -> Double { values[i * shape[1] + j] }
    subscript(i: Int, j: Int, k: Int, l: Int) -> Double {
        values[((i * shape[1] + j) * shape[2] + k) * shape[3] + l]
    }

    /// The value at an index.
    subscript(index: [Int]) -> Double {
        var offset = 0
        for (axis, position) in index.enumerated() { offset = offset * shape[axis] + position }
        return values[offset]
    }

    func map(_ function: (Double) -> Double) -> Grid { Grid(shape, values.map(function)) }
}

/// An operation with its reference for one set of shapes.
struct OperationCase: CustomTestStringConvertible, Sendable {
    /// Operation and what is special about this case.
    let name: String
    /// Shapes of the inputs.
    let inputs: [[Int]]
    /// Where the inputs are drawn from; away from kinks.
    var range: ClosedRange<Double> = -1...1
    /// Smallest distance between any two numbers of an input, for operations that compare them.
    var isTieFree = false
    /// Whether the operation works in 64 bits too.
    var supportsDouble = false
    /// Whether its gradient can be differentiated.
    var isTwiceDifferentiable = true
    /// Allowed difference of 32-bit results from the reference, relative to the largest result.
    var tolerance = 1e-5
    let apply: @Sendable ([Tensor]) -> Tensor
    let reference: @Sendable ([Grid]) -> Grid

    var testDescription: String { name }
}
