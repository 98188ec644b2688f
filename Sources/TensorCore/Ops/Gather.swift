// SPDX-License-Identifier: Apache-2.0
// Positions of an axis picked by index, in any order and as often as wanted.

import CKernels

extension Tensor {
    /// Position i of the result's axis is position `indices[i]` of this tensor's axis; the gradients of positions that
    /// are picked more than once add up.
    /// - Precondition: every index lies within the axis.
    public func gather(_ indices: [Int32], axis: Int = 0) -> Tensor {
        let axis = shape.resolved(axis)
        let size = shape[axis]
        for index in indices { check(index >= 0 && index < size, "gather", "indices below \(size)", "\(index)") }
        var picked = shape
        picked[axis] = indices.count
        let output = Tensor(uninitialized: picked, dataType)
        let source = plain
        forEachOuterPosition(axis) { outer, inner in
            let (from, to) = (outer * size * inner, outer * indices.count * inner)
            switch dataType {
            case .float32:
                elbo_gather_rows_f32(source.elements() + from, indices, output.elements() + to, indices.count, inner)
            case .float64:
                elbo_gather_rows_f64(source.elements() + from, indices, output.elements() + to, indices.count, inner)
            }
        }
        return record(output, self) { gradient, inputs in
            inputs.add(0, gradient.scattered(indices, axis: axis, size: size))
        }
    }

    /// Zeros of `size` along an axis, to whose position `indices[i]` position i of this tensor is added.
    private func scattered(_ indices: [Int32], axis: Int, size: Int) -> Tensor {
        var whole = shape
        whole[axis] = size
        let output = Tensor.zeros(whole, dataType)
        let source = plain
        forEachOuterPosition(axis) { outer, inner in
            let (from, to) = (outer * indices.count * inner, outer * size * inner)
            switch dataType {
            case .float32:
                elbo_scatter_add_rows_f32(
                    source.elements() + from, indices, output.elements() + to, indices.count, inner)
            case .float64:
                elbo_scatter_add_rows_f64(
                    source.elements() + from, indices, output.elements() + to, indices.count, inner)
            }
        }
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.gather(indices, axis: axis)) }
    }

    /// Calls `body` with each position of the axes before `axis`, and the number of elements behind it.
    private func forEachOuterPosition(_ axis: Int, _ body: (_ outer: Int, _ inner: Int) -> Void) {
        let inner = shape.sizes.dropFirst(axis + 1).reduce(1, *)
        for outer in 0..<shape.sizes.prefix(axis).reduce(1, *) { body(outer, inner) }
    }
}
