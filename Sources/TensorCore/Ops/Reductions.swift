// SPDX-License-Identifier: Apache-2.0
// Sums and means over axes, and their counterpart, repetition along axes.

import CKernels

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
        if count == 1 {
            switch dataType {
            case .float32: elbo_fill_f32(output.elements(), output.count, source.elements(Float.self).pointee)
            case .float64: elbo_fill_f64(output.elements(), output.count, source.elements(Double.self).pointee)
            }
        } else {
            source.copy(strides: Extents(stridesOf: shape, in: target), to: output)
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
        let kept = shape.reduced(over: axes, keepDims: true)
        let output = Tensor(uninitialized: shape.reduced(over: axes, keepDims: keepDims), dataType)
        sumElements(over: axes, into: output, isTotal: kept.count == 1)
        if scale != 1 {
            switch dataType {
            case .float32: elbo_affine_f32(output.elements(), output.elements(), output.count, Float(scale), 0)
            case .float64: elbo_affine_f64(output.elements(), output.elements(), output.count, scale, 0)
            }
        }
        let shape = shape
        return record(output, self) { gradient, inputs in
            guard inputs.wants(0) else { return }
            let scaled = scale == 1 ? gradient : gradient.scaled(by: scale)
            inputs.add(0, scaled.reshape(kept).broadcast(to: shape))
        }
    }
}

extension Tensor {
    /// The sums over a set of axes, not recorded.
    private func sumElements(over axes: AxisSet, into output: Tensor, isTotal: Bool) {
        if isTotal && dataType == .float32 {
            // Zero padding does not change a total: any 32-bit layout will do.
            let source = elementwiseSource(storage, keepsZero: true)
            output.elements(Float.self).pointee = elbo_sum_f32(source.elements(), source.physicalCount)
            return
        }
        let source = plain
        Extents(shape).withPointer { sizes in
            Extents(stridesOf: shape, in: shape).withPointer { strides in
                switch dataType {
                case .float32:
                    elbo_sum_strided_f32(source.elements(), sizes, strides, rank, UInt32(axes.bits), output.elements())
                case .float64:
                    elbo_sum_strided_f64(source.elements(), sizes, strides, rank, UInt32(axes.bits), output.elements())
                }
            }
        }
    }

    /// Copies into a row-major tensor, reading with the given strides.
    func copy(strides: Extents, to output: Tensor) {
        Extents(output.shape).withPointer { sizes in
            strides.withPointer { from in
                Extents(stridesOf: output.shape, in: output.shape).withPointer { to in
                    switch dataType {
                    case .float32: elbo_copy_strided_f32(elements(), from, output.elements(), to, sizes, output.rank)
                    case .float64: elbo_copy_strided_f64(elements(), from, output.elements(), to, sizes, output.rank)
                    }
                }
            }
        }
    }
}
