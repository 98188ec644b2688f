// SPDX-License-Identifier: Apache-2.0
// The inputs and the projection with which one row of the conformance table is tried.

import CDNNL
import TestSupport

@testable import TensorCore

/// The largest absolute value, 0 of nothing.
func largest(_ values: [Double]) -> Double { values.map(abs).max() ?? 0 }

/// Random inputs and a random projection of the result to one number; the same for the same row.
struct Trial {
    let operation: OperationCase
    let type: DataType
    let grids: [Grid]
    private let weights: [Double]
    private let directions: [[Double]]

    init(_ operation: OperationCase, _ type: DataType) {
        self.operation = operation
        self.type = type
        // Tests run in parallel: more threads below each would only fight for the cores.
        Compute.configure(threads: 1)
        var numbers = TestNumbers(seed: 7)
        grids = operation.inputs.map { shape in
            let count = shape.reduce(1, *)
            if !operation.isTieFree { return Grid(shape, numbers.numbers(count, in: operation.range)) }
            let spread = (0..<count).map { operation.range.lowerBound + Double($0) / Double(count) * 2 }
            return Grid(shape, spread.shuffled(using: &numbers).map { Double(Float($0)) })
        }
        weights = numbers.numbers(operation.reference(grids).values.count, in: 0.2...1)
        directions = operation.inputs.map { numbers.numbers($0.reduce(1, *)) }
    }

    /// The inputs as tensors, moved by `step` along the directions.
    func tensors(movedBy step: Double = 0) -> [Tensor] {
        zip(grids, directions).map { grid, direction in
            make(grid.shape, zip(grid.values, direction).map { $0 + step * $1 })
        }
    }

    /// The direction of one input as a tensor.
    func direction(_ index: Int) -> Tensor { make(operation.inputs[index], directions[index]) }

    /// The weighted sum of a result.
    func projection(_ result: Tensor) -> Tensor {
        (result * make(result.shape.sizes, weights)).sum()
    }

    /// The projected reference as a function of one input.
    func projectedReference(_ index: Int, _ values: [Double]) -> Double {
        var moved = grids
        moved[index].values = values
        return zip(operation.reference(moved).values, weights).map { $0 * $1 }.reduce(0, +)
    }

    /// The gradients of the squared projection at moved inputs.
    func gradientOfSquare(movedBy step: Double) -> [[Double]] {
        let inputs = tensors(movedBy: step).map { $0.requiringGradient() }
        return gradients(of: projection(operation.apply(inputs)).square(), for: inputs).map { $0.doubles() }
    }

    /// What 32-bit arithmetic may be off by.
    func tolerance(_ expected: [Double]) -> Double { operation.tolerance * max(1, largest(expected)) }

    private func make(_ shape: [Int], _ values: [Double]) -> Tensor {
        type == .float32
            ? Tensor(shape: Shape(shape), scalars: values.map { Float($0) })
            : Tensor(shape: Shape(shape), doubles: values)
    }
}

extension Tensor {
    /// The same contents with the channels arranged in another way; only rank 4 can be.
    func arranged(_ order: ChannelOrder) -> Tensor {
        if rank != 4 { return self }
        let tag =
            switch order {
            case .rowMajor: dnnl_nchw
            case .channelsLast: dnnl_nhwc
            case .blocked: dnnl_nChw16c
            }
        return Tensor(storage.arranged(in: .tagged(shape, tag)), shape)
    }
}
