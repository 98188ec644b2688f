// SPDX-License-Identifier: Apache-2.0
// An expression as a list of operations, evaluated for a block of points at a time, forward and backward.

/// The operations of an expression in the order of evaluation; the last one is the result.
struct ExpressionTape: Equatable {
    /// One operation; operands are indices of earlier ones.
    enum Node: Equatable {
        case constant(Double)
        case variable(Int)
        case unary(UnaryFunction, Int)
        case binary(BinaryFunction, Int, Int)
    }

    /// The most operations of an expression.
    static let nodeLimit = 4096
    /// Points of a block: enough to make the choice of the operation cheap, few enough to stay in the cache.
    static let blockSize = 64

    private(set) var nodes: [Node] = []

    /// Adds an operation and tells its index; operations on constants are done at once.
    mutating func append(_ node: Node) -> Int {
        var node = node
        switch node {
        case .unary(let function, let x):
            if case .constant(let value) = nodes[x] { node = .constant(function.value(value)) }
        case .binary(let function, let x, let y):
            if case .constant(let first) = nodes[x], case .constant(let second) = nodes[y] {
                node = .constant(function.value(first, second))
            }
        case .constant, .variable: break
        }
        nodes.append(node)
        return nodes.count - 1
    }

    /// Values at `count <= blockSize` points, and derivatives where asked for.
    ///
    /// - Shapes: `points` and `gradients` are `[count, dimension]`, `values` is `[count]`; `scratch` has two rows of
    ///   `blockSize` numbers for every operation, the second half only used for derivatives.
    func evaluate(
        _ points: UnsafePointer<Double>, dimension: Int, count: Int, values: UnsafeMutablePointer<Double>,
        gradients: UnsafeMutablePointer<Double>?, scratch: UnsafeMutablePointer<Double>
    ) {
        let width = Self.blockSize
        for (index, node) in nodes.enumerated() {
            let row = scratch + index * width
            switch node {
            case .constant(let value):
                for lane in 0..<count { row[lane] = value }
            case .variable(let axis):
                for lane in 0..<count { row[lane] = points[lane * dimension + axis] }
            case .unary(let function, let x):
                let operand = scratch + x * width
                for lane in 0..<count { row[lane] = function.value(operand[lane]) }
            case .binary(let function, let x, let y):
                let (first, second) = (scratch + x * width, scratch + y * width)
                switch function {
                case .add: for lane in 0..<count { row[lane] = first[lane] + second[lane] }
                case .subtract: for lane in 0..<count { row[lane] = first[lane] - second[lane] }
                case .multiply: for lane in 0..<count { row[lane] = first[lane] * second[lane] }
                default: for lane in 0..<count { row[lane] = function.value(first[lane], second[lane]) }
                }
            }
        }
        let result = scratch + (nodes.count - 1) * width
        for lane in 0..<count { values[lane] = result[lane] }
        if let gradients {
            for index in 0..<count * dimension { gradients[index] = 0 }
            propagate(scratch, dimension: dimension, count: count, gradients: gradients)
        }
    }

    /// Reverse mode: from the last operation to the first, each passes its derivative on to its operands.
    private func propagate(
        _ scratch: UnsafeMutablePointer<Double>, dimension: Int, count: Int, gradients: UnsafeMutablePointer<Double>
    ) {
        let width = Self.blockSize
        let adjoints = scratch + nodes.count * width
        for index in 0..<nodes.count * width { adjoints[index] = 0 }
        for lane in 0..<count { adjoints[(nodes.count - 1) * width + lane] = 1 }
        for (index, node) in nodes.enumerated().reversed() {
            let adjoint = adjoints + index * width
            let value = scratch + index * width
            // A derivative of 0 is not passed on: times an infinite slope, as of sqrt at 0, it would be NaN.
            switch node {
            case .constant: break
            case .variable(let axis):
                for lane in 0..<count { gradients[lane * dimension + axis] += adjoint[lane] }
            case .unary(let function, let x):
                let operand = scratch + x * width
                for lane in 0..<count where adjoint[lane] != 0 {
                    adjoints[x * width + lane] += adjoint[lane] * function.slope(operand[lane], value: value[lane])
                }
            case .binary(let function, let x, let y):
                let (first, second) = (scratch + x * width, scratch + y * width)
                for lane in 0..<count where adjoint[lane] != 0 {
                    let slopes = function.slopes(first[lane], second[lane], value: value[lane])
                    adjoints[x * width + lane] += adjoint[lane] * slopes.0
                    adjoints[y * width + lane] += adjoint[lane] * slopes.1
                }
            }
        }
    }
}
