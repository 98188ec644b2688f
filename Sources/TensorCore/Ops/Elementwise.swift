// SPDX-License-Identifier: Apache-2.0
// The loops under the element-wise operations: one tensor, two tensors, with and without broadcasting.

/// Applies a function to every element; the closures are inlined into the loops.
///
/// - Parameter keepsZero: whether the function maps 0 to 0, so that it may run over the zero padding of blocked layouts.
@inline(__always)
func mapped(
    _ x: Tensor, keepsZero: Bool, _ single: (Float) -> Float, _ double: (Double) -> Double
) -> Tensor {
    let source = elementwiseSource(x, keepsZero: keepsZero)
    let result = source.makeSimilar()
    let count = source.physicalCount
    switch source.dataType {
    case .float32:
        let (a, y) = (source.elements(Float.self), result.elements(Float.self))
        for index in 0..<count { y[index] = single(a[index]) }
    case .float64:
        let (a, y) = (source.elements(Double.self), result.elements(Double.self))
        for index in 0..<count { y[index] = double(a[index]) }
    }
    return Tensor(result, x.shape)
}

/// Applies a function to the elements of two tensors of one shape.
@inline(__always)
func zipped(
    _ a: Tensor, _ b: Tensor, keepsZero: Bool, _ single: (Float, Float) -> Float, _ double: (Double, Double) -> Double
) -> Tensor {
    let left = elementwiseSource(a, keepsZero: keepsZero)
    let right = left.layout.map { b.storage.arranged(in: $0) } ?? b.storage.plain()
    let result = left.makeSimilar()
    let count = left.physicalCount
    switch left.dataType {
    case .float32:
        let (p, q, y) = (left.elements(Float.self), right.elements(Float.self), result.elements(Float.self))
        for index in 0..<count { y[index] = single(p[index], q[index]) }
    case .float64:
        let (p, q, y) = (left.elements(Double.self), right.elements(Double.self), result.elements(Double.self))
        for index in 0..<count { y[index] = double(p[index], q[index]) }
    }
    return Tensor(result, a.shape)
}

/// Applies a function to the elements of two tensors, repeating axes of size 1.
@inline(__always)
func combined(
    _ operation: StaticString, _ a: Tensor, _ b: Tensor, keepsZero: Bool, _ single: (Float, Float) -> Float,
    _ double: (Double, Double) -> Double
) -> Tensor {
    check(a.dataType == b.dataType, operation, "equal types, left \(a.dataType)", "\(b.dataType)")
    if a.shape == b.shape { return zipped(a, b, keepsZero: keepsZero, single, double) }
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
        stop(operation, "shapes that broadcast, left \(a.shape)", "\(b.shape)")
    }
    let (left, right) = (a.storage.plain(), b.storage.plain())
    let result = Tensor(uninitialized: shape, a.dataType)
    let walk = BroadcastWalk(shape, a.shape, b.shape)
    switch a.dataType {
    case .float32:
        walk.run(left.elements(Float.self), right.elements(Float.self), result.elements(Float.self), single)
    case .float64:
        walk.run(left.elements(Double.self), right.elements(Double.self), result.elements(Double.self), double)
    }
    return result
}

/// The storage that an element-wise loop may run over from end to end.
@inline(__always)
private func elementwiseSource(_ x: Tensor, keepsZero: Bool) -> Storage {
    guard let layout = x.storage.layout else { return x.storage }
    return layout.isHalfPrecision || (layout.hasPadding && !keepsZero) ? x.storage.plain() : x.storage
}

extension Storage {
    /// Undefined contents in the type and layout of this storage.
    @inline(__always)
    func makeSimilar() -> Storage {
        if let layout { return Storage(layout: layout) }
        return Storage(count: count, dataType: dataType)
    }
}

/// The order in which two operands that broadcast are visited.
///
/// Runs go along the innermost axis, each with a fixed step of 0 or 1 per operand. Neighbouring axes that behave alike are merged first, so that runs are long.
struct BroadcastWalk {
    private var sizes = Shape()
    private var leftSteps = Shape()
    private var rightSteps = Shape()

    init(_ shape: Shape, _ a: Shape, _ b: Shape) {
        // From the inside out: (size, a moves, b moves) per merged axis.
        var merged: [(size: Int, left: Bool, right: Bool)] = []
        for offset in 1...max(shape.rank, 1) where offset <= shape.rank {
            let size = shape[-offset]
            if size == 1 { continue }
            let left = offset <= a.rank && a[-offset] != 1
            let right = offset <= b.rank && b[-offset] != 1
            if let last = merged.last, last.left == left && last.right == right {
                merged[merged.count - 1].size *= size
            } else {
                merged.append((size, left, right))
            }
        }
        if merged.isEmpty { merged.append((shape.count, false, false)) }
        var (leftStep, rightStep) = (1, 1)
        var steps: [(size: Int, left: Int, right: Int)] = []
        for axis in merged {
            steps.append((axis.size, axis.left ? leftStep : 0, axis.right ? rightStep : 0))
            if axis.left { leftStep *= axis.size }
            if axis.right { rightStep *= axis.size }
        }
        for step in steps.reversed() {
            sizes.append(step.size)
            leftSteps.append(step.left)
            rightSteps.append(step.right)
        }
    }

    /// Number of elements of one run.
    var runLength: Int { sizes[-1] }

    /// Whether the left operand has more than one element along a run.
    var leftMovesAlongRun: Bool { leftSteps[-1] != 0 }

    /// Calls `body` with offsets into both operands and the result for every run along the innermost merged axis.
    @inline(__always)
    func forEachRun(_ body: (_ left: Int, _ right: Int, _ result: Int) -> Void) {
        let run = sizes[-1]
        let runs = run == 0 ? 0 : sizes.count / run
        var index = Shape(repeating: 0, rank: sizes.rank)
        var (left, right) = (0, 0)
        for position in 0..<runs {
            body(left, right, position * run)
            var axis = sizes.rank - 2
            while axis >= 0 {
                index[axis] += 1
                left += leftSteps[axis]
                right += rightSteps[axis]
                if index[axis] < sizes[axis] { break }
                left -= leftSteps[axis] * sizes[axis]
                right -= rightSteps[axis] * sizes[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }

    /// Fills the result.
    @inline(__always)
    func run<T: TensorScalar>(
        _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ function: (T, T) -> T
    ) {
        let count = sizes[-1]
        let (leftMoves, rightMoves) = (leftSteps[-1] != 0, rightSteps[-1] != 0)
        forEachRun { left, right, result in
            let (p, q, out) = (a + left, b + right, y + result)
            switch (leftMoves, rightMoves) {
            case (true, true): for index in 0..<count { out[index] = function(p[index], q[index]) }
            case (true, false):
                let value = q.pointee
                for index in 0..<count { out[index] = function(p[index], value) }
            case (false, true):
                let value = p.pointee
                for index in 0..<count { out[index] = function(value, q[index]) }
            case (false, false):
                out.update(repeating: function(p.pointee, q.pointee), count: count)
            }
        }
    }
}
