// SPDX-License-Identifier: Apache-2.0
// Operations that arrange elements anew without computing.

import CKernels

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
        let natural = Extents(stridesOf: shape, in: shape)
        var strides = Extents()
        for (index, axis) in order.enumerated() { strides[index] = natural[axis] }
        source.copy(strides: strides, to: output)
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
        case .float32: elbo_narrow(source.elements(), output.elements(), count)
        case .float64: elbo_widen(source.elements(), output.elements(), count)
        }
        let original = dataType
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.converted(to: original)) }
    }
}
