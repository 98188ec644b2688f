// SPDX-License-Identifier: Apache-2.0
// The largest element over axes, where it stands, and the larger of two elements.

import CKernels

extension Tensor {
    /// The largest element over `axes` (all of them when nil); NaN when any is NaN, minus infinity over nothing.
    ///
    /// Equal largest elements share the gradient evenly.
    /// - Parameter keepDims: whether reduced axes stay, with size 1.
    public func maximum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        var set = AxisSet()
        for axis in axes ?? Array(0..<rank) { set.insert(shape.resolved(axis)) }
        let output = Tensor(uninitialized: shape.reduced(over: set, keepDims: keepDims), dataType)
        let source = plain
        Extents(shape).withPointer { sizes in
            Extents(stridesOf: shape, in: shape).withPointer { strides in
                switch dataType {
                case .float32:
                    elbo_max_strided_f32(source.elements(), sizes, strides, rank, UInt32(set.bits), output.elements())
                case .float64:
                    elbo_max_strided_f64(source.elements(), sizes, strides, rank, UInt32(set.bits), output.elements())
                }
            }
        }
        let kept = shape.reduced(over: set, keepDims: true)
        return record(output, self) { gradient, inputs in
            guard inputs.wants(0) else { return }
            let isLargest = combined("maximum", ELBO_EQUAL, source, Tensor(output.storage, kept), keepsZero: false)
            let share = isLargest / isLargest.reduced(over: set, keepDims: true, scale: 1)
            inputs.add(0, gradient.reshape(kept) * share)
        }
    }

    /// Where the largest element stands along an axis: one index per remaining position, row-major.
    ///
    /// The first of equal ones, the first NaN where there is one, -1 along an axis of size 0.
    public func argmax(axis: Int = -1) -> [Int32] {
        let axis = shape.resolved(axis)
        let source = axis == rank - 1 ? detached().plain : detached().movingToTheEnd(axis)
        let columns = shape[axis]
        var others = shape
        others[axis] = 1
        let rows = others.count
        return [Int32](unsafeUninitializedCapacity: rows) { indices, count in
            // Swift hands out no address for an empty array.
            if let start = indices.baseAddress, rows > 0 {
                switch dataType {
                case .float32: elbo_argmax_rows_f32(source.elements(), start, rows, columns)
                case .float64: elbo_argmax_rows_f64(source.elements(), start, rows, columns)
                }
            }
            count = rows
        }
    }

    /// The axes in their order, except that `axis` comes last.
    func movingToTheEnd(_ axis: Int) -> Tensor {
        transpose((0..<rank).filter { $0 != axis } + [axis])
    }
}

/// The larger element of two, with broadcasting; NaN when either is.
///
/// Equal elements share the gradient evenly.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    let output = combined("maximum", ELBO_MAXIMUM, a, b, keepsZero: true)
    return record(output, a, b) { gradient, inputs in
        let isLeft = combined("maximum", ELBO_GREATER, a, b, keepsZero: false)
        let isRight = combined("maximum", ELBO_GREATER, b, a, keepsZero: false)
        // 1 for the larger one, 0 for the other, 1/2 for equal ones.
        let left = (isLeft - isRight) * 0.5 + 0.5
        inputs.add(0, (gradient * left).sum(to: a.shape))
        inputs.add(1, (gradient * (1 - left)).sum(to: b.shape))
    }
}

/// The smaller element of two, with broadcasting; NaN when either is.
///
/// Equal elements share the gradient evenly.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { -maximum(-a, -b) }
