// SPDX-License-Identifier: Apache-2.0
// Sums and means over axes, and their counterpart, repetition along axes.

extension Tensor {
    /// The sum over `axes` (all of them when nil).
    /// - Parameter keepDims: whether summed axes stay, with size 1.
    public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        reduced(over: axisSet(axes), keepDims: keepDims, scale: 1)
    }

    /// The mean over `axes` (all of them when nil); NaN over nothing.
    /// - Parameter keepDims: whether averaged axes stay, with size 1.
    public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        let set = axisSet(axes)
        var count = 1
        for axis in 0..<rank where set.contains(axis) { count *= shape[axis] }
        return reduced(over: set, keepDims: keepDims, scale: 1 / Double(count))
    }

    /// The tensor repeated along axes of size 1 and along new outer axes.
    /// - Precondition: the shape broadcasts to `target`.
    public func broadcast(to target: Shape) -> Tensor {
        if shape == target { return self }
        check(Shape.broadcast(shape, target) == target, "broadcast", "a shape that fits into \(target)", "\(shape)")
        let source = plain
        let output = Tensor(uninitialized: target, dataType)
        let walk = BroadcastWalk(target, shape, [])
        switch dataType {
        case .float32:
            walk.run(source.elements(Float.self), source.elements(Float.self), output.elements(Float.self)) {
                $0 + $1 * 0
            }
        case .float64:
            walk.run(source.elements(Double.self), source.elements(Double.self), output.elements(Double.self)) {
                $0 + $1 * 0
            }
        }
        let shape = shape
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.sum(to: shape)) }
    }

    /// The sum over those axes along which `target` was repeated to this shape.
    func sum(to target: Shape) -> Tensor {
        if shape == target { return self }
        let extra = rank - target.rank
        var set = AxisSet()
        for axis in 0..<rank where axis < extra || (target[axis - extra] == 1 && shape[axis] != 1) { set.insert(axis) }
        let result = reduced(over: set, keepDims: true, scale: 1)
        return result.shape == target ? result : result.reshape(target)
    }

    private func axisSet(_ axes: [Int]?) -> AxisSet {
        guard let axes else { return .all(rank: rank) }
        var set = AxisSet()
        for axis in axes { set.insert(shape.resolved(axis)) }
        return set
    }

    /// `scale` times the sum over a set of axes.
    func reduced(over axes: AxisSet, keepDims: Bool, scale: Double) -> Tensor {
        let source = plain
        let kept = shape.reduced(over: axes, keepDims: true)
        let output = Tensor(uninitialized: shape.reduced(over: axes, keepDims: keepDims), dataType)
        switch dataType {
        case .float32:
            sumRuns(source.elements(Float.self), output.elements(Float.self), shape, kept, Float(scale))
        case .float64:
            sumRuns(source.elements(Double.self), output.elements(Double.self), shape, kept, scale)
        }
        let shape = shape
        return record(output, self) { gradient, inputs in
            guard inputs.wants(0) else { return }
            let scaled = scale == 1 ? gradient : gradient.scaled(by: scale)
            inputs.add(0, scaled.reshape(kept).broadcast(to: shape))
        }
    }
}

/// Adds the elements of `x` of shape `shape` into `y` of shape `kept` (1 at summed axes), then multiplies by `scale`.
private func sumRuns<T: TensorScalar>(
    _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ shape: Shape, _ kept: Shape, _ scale: T
) {
    let count = kept.count
    y.update(repeating: 0, count: count)
    // The operands of the walk are x, which moves along every axis, and y, which stands still along the summed ones.
    let walk = BroadcastWalk(shape, kept, shape)
    walk.forEachRunLength { target, source, length, targetMoves in
        let (out, values) = (y + target, x + source)
        if targetMoves {
            for index in 0..<length { out[index] += values[index] }
        } else {
            out.pointee += pairwiseSum(values, length)
        }
    }
    if scale != 1 { for index in 0..<count { y[index] *= scale } }
}

/// The sum of `count` numbers with 16 partial sums: fast, and the rounding error grows 16 times slower than one sum's.
@inline(__always)
private func pairwiseSum<T: TensorScalar>(_ x: UnsafePointer<T>, _ count: Int) -> T {
    var lanes = SIMD16<T>(repeating: 0)
    let blocks = count / 16
    for block in 0..<blocks {
        lanes += UnsafeRawPointer(x + 16 * block).loadUnaligned(as: SIMD16<T>.self)
    }
    var total: T = 0
    for lane in 0..<16 { total += lanes[lane] }
    for index in (16 * blocks)..<count { total += x[index] }
    return total
}

extension BroadcastWalk {
    /// Like `forEachRun`, with the length of the runs and whether the left operand moves along them.
    @inline(__always)
    func forEachRunLength(_ body: (_ left: Int, _ right: Int, _ length: Int, _ leftMoves: Bool) -> Void) {
        let (length, moves) = (runLength, leftMovesAlongRun)
        forEachRun { left, right, _ in body(left, right, length, moves) }
    }
}
