// SPDX-License-Identifier: Apache-2.0
// Operations that arrange elements anew without computing.

extension Tensor {
    /// The same elements, in row-major order, under another shape; no data moves.
    /// - Precondition: equal numbers of elements.
    public func reshape(_ target: Shape) -> Tensor {
        check(target.count == count, "reshape", "a shape of \(count) elements", "\(target)")
        if shape == target { return self }
        let shape = shape
        return record(Tensor(storage, target), self) { gradient, inputs in inputs.add(0, gradient.reshape(shape)) }
    }

    /// All axes from `axis` on merged into one.
    public func flatten(from axis: Int = 1) -> Tensor {
        let first = axis == rank ? rank : shape.resolved(axis)
        let outer = shape.sizes.prefix(first)
        return reshape(Shape(outer + [outer.reduce(1, *) == 0 ? 0 : count / max(1, outer.reduce(1, *))]))
    }

    /// The axes in another order: axis i of the result is axis `order[i]` of this tensor; reversed when nil.
    public func transpose(_ order: [Int]? = nil) -> Tensor {
        let order = (order ?? Array((0..<rank).reversed())).map { shape.resolved($0) }
        check(Set(order).count == rank && order.count == rank, "transpose", "each of \(rank) axes once", "\(order)")
        let source = plain
        let output = Tensor(uninitialized: Shape(order.map { shape[$0] }), dataType)
        switch dataType {
        case .float32: permute(source.elements(Float.self), output.elements(Float.self), shape, order)
        case .float64: permute(source.elements(Double.self), output.elements(Double.self), shape, order)
        }
        var inverse = order
        for (index, axis) in order.enumerated() { inverse[axis] = index }
        let back = inverse
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.transpose(back)) }
    }

    /// The same numbers in another element type.
    public func converted(to target: DataType) -> Tensor {
        if dataType == target { return self }
        let source = plain
        let output = Tensor(uninitialized: shape, target)
        switch target {
        case .float32:
            let (x, y) = (source.elements(Double.self), output.elements(Float.self))
            for index in 0..<count { y[index] = Float(x[index]) }
        case .float64:
            let (x, y) = (source.elements(Float.self), output.elements(Double.self))
            for index in 0..<count { y[index] = Double(x[index]) }
        }
        let original = dataType
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.converted(to: original)) }
    }
}

/// Writes `x` of shape `shape` to `y` with permuted axes, in the order of `y`.
private func permute<T: TensorScalar>(
    _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ shape: Shape, _ order: [Int]
) {
    let strides = shape.rowMajorStrides()
    let rank = order.count
    guard rank > 0, shape.count > 0 else {
        if shape.count == 1 { y.pointee = x.pointee }
        return
    }
    let sizes = order.map { shape[$0] }
    let steps = order.map { strides[$0] }
    let (run, step) = (sizes[rank - 1], steps[rank - 1])
    var index = [Int](repeating: 0, count: rank)
    var source = 0
    for start in stride(from: 0, to: shape.count, by: run) {
        for position in 0..<run { y[start + position] = x[source + position * step] }
        var axis = rank - 2
        while axis >= 0 {
            index[axis] += 1
            source += steps[axis]
            if index[axis] < sizes[axis] { break }
            source -= steps[axis] * sizes[axis]
            index[axis] = 0
            axis -= 1
        }
    }
}
