// SPDX-License-Identifier: Apache-2.0
// Parts of a tensor along one axis, and tensors joined along one axis.

import CKernels

extension Tensor {
    /// The positions `range` of an axis.
    /// - Precondition: `range` lies within the axis.
    public func slice(_ range: Range<Int>, axis: Int = 0) -> Tensor {
        let axis = shape.resolved(axis)
        let size = shape[axis]
        check(range.lowerBound >= 0 && range.upperBound <= size, "slice", "a range within 0 ..< \(size)", "\(range)")
        if range.count == size { return self }
        var part = shape
        part[axis] = range.count
        let output = Tensor(uninitialized: part, dataType)
        let view = AxisView(shape, axis)
        view.copy(plain, at: range.lowerBound, to: output, at: 0, count: range.count)
        return record(output, self) { gradient, inputs in
            inputs.add(0, gradient.embedded(axis: axis, at: range.lowerBound, size: size))
        }
    }

    /// This tensor in a larger one of zeros, from position `start` of an axis of `size` on.
    private func embedded(axis: Int, at start: Int, size: Int) -> Tensor {
        var whole = shape
        whole[axis] = size
        let output = Tensor.zeros(whole, dataType)
        let count = shape[axis]
        AxisView(whole, axis).copy(plain, at: 0, to: output, at: start, count: count)
        return record(output, self) { gradient, inputs in
            inputs.add(0, gradient.slice(start..<(start + count), axis: axis))
        }
    }
}

/// Tensors one after the other along an axis.
/// - Precondition: at least one; equal types, and equal sizes of all other axes.
public func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    check(!tensors.isEmpty, "concatenate", "at least one tensor", "none")
    let first = tensors[0]
    let axis = first.shape.resolved(axis)
    var shape = first.shape
    shape[axis] = 0
    for tensor in tensors {
        var others = tensor.shape
        if tensor.rank == first.rank { others[axis] = first.shape[axis] }
        check(
            others == first.shape && tensor.dataType == first.dataType, "concatenate",
            "\(first.shape) \(first.dataType) except for axis \(axis)", "\(tensor.shape) \(tensor.dataType)")
        shape[axis] += tensor.shape[axis]
    }
    let output = Tensor(uninitialized: shape, first.dataType)
    let view = AxisView(shape, axis)
    var starts: [Int] = []
    var start = 0
    for tensor in tensors {
        starts.append(start)
        view.copy(tensor.plain, at: 0, to: output, at: start, count: tensor.shape[axis])
        start += tensor.shape[axis]
    }
    let ranges = zip(starts, tensors).map { $0..<($0 + $1.shape[axis]) }
    return record(output, tensors) { gradient, inputs in
        for (index, range) in ranges.enumerated() { inputs.add(index, gradient.slice(range, axis: axis)) }
    }
}

/// A shape seen as [outer, axis, inner].
private struct AxisView {
    private let axis: Int
    private let outer: Int
    private let inner: Int

    init(_ shape: Shape, _ axis: Int) {
        self.axis = axis
        outer = shape.sizes.prefix(axis).reduce(1, *)
        inner = shape.sizes.dropFirst(axis + 1).reduce(1, *)
    }

    /// Copies `count` positions of the axis between two row-major tensors that differ only along it.
    func copy(_ source: Tensor, at from: Int, to target: Tensor, at to: Int, count: Int) {
        let (sourceStep, targetStep) = (source.shape[axis] * inner, target.shape[axis] * inner)
        switch source.dataType {
        case .float32:
            elbo_copy_rows_f32(
                source.elements() + from * inner, sourceStep, target.elements() + to * inner, targetStep, outer,
                count * inner)
        case .float64:
            elbo_copy_rows_f64(
                source.elements() + from * inner, sourceStep, target.elements() + to * inner, targetStep, outer,
                count * inner)
        }
    }
}
