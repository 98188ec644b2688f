// SPDX-License-Identifier: Apache-2.0
// How element-wise operations meet the C kernels: which memory they may run over, and what they do about layouts.

import CKernels

/// A kernel `y[i] = f(x[i])` over `count` elements.
typealias UnaryKernel<T> = (UnsafePointer<T>, UnsafeMutablePointer<T>, Int) -> Void

/// A kernel `y[i] = f(a[i], b[i])` over `count` elements.
typealias BinaryKernel<T> = (UnsafePointer<T>, UnsafePointer<T>, UnsafeMutablePointer<T>, Int) -> Void

/// Applies a function to every element.
///
/// - Parameter keepsZero: whether the function maps 0 to 0, so that it may run over the zero padding of blocked layouts.
@inline(__always)
func mapped(_ x: Tensor, keepsZero: Bool, _ single: UnaryKernel<Float>, _ double: UnaryKernel<Double>) -> Tensor {
    let source = elementwiseSource(x.storage, keepsZero: keepsZero)
    let result = source.makeSimilar()
    switch source.dataType {
    case .float32: single(source.elements(), result.elements(), source.physicalCount)
    case .float64: double(source.elements(), result.elements(), source.count)
    }
    return Tensor(result, x.shape)
}

/// Applies a function to the elements of two tensors of one shape; the result has the layout of the first.
@inline(__always)
func zipped(
    _ a: Tensor, _ b: Tensor, keepsZero: Bool, _ single: BinaryKernel<Float>, _ double: BinaryKernel<Double>
) -> Tensor {
    let left = elementwiseSource(a.storage, keepsZero: keepsZero)
    let right = b.storage.following(left)
    let result = left.makeSimilar()
    switch left.dataType {
    case .float32: single(left.elements(), right.elements(), result.elements(), left.physicalCount)
    case .float64: double(left.elements(), right.elements(), result.elements(), left.count)
    }
    return Tensor(result, a.shape)
}

/// Applies one of the C kernels' functions of two elements, repeating axes of size 1.
@inline(__always)
func combined(_ name: StaticString, _ function: elbo_operation, _ a: Tensor, _ b: Tensor, keepsZero: Bool) -> Tensor {
    check(a.dataType == b.dataType, name, "equal types, left \(a.dataType)", "\(b.dataType)")
    if a.shape == b.shape {
        // Whichever operand is blocked gives the layout, so that a chain of maps stays blocked.
        let leads = a.storage.layout == nil && b.storage.layout != nil ? b : a
        let lead = elementwiseSource(leads.storage, keepsZero: keepsZero)
        let (left, right) = (a.storage.following(lead), b.storage.following(lead))
        let result = lead.makeSimilar()
        switch lead.dataType {
        case .float32:
            elbo_binary_f32(function, left.elements(), right.elements(), result.elements(), lead.physicalCount)
        case .float64: elbo_binary_f64(function, left.elements(), right.elements(), result.elements(), lead.count)
        }
        return Tensor(result, a.shape)
    }
    return broadcastCombined(name, function, a, b, keepsZero: keepsZero)
}

private func broadcastCombined(
    _ name: StaticString, _ function: elbo_operation, _ a: Tensor, _ b: Tensor, keepsZero: Bool
) -> Tensor {
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
        stop(name, "shapes that broadcast, left \(a.shape)", "\(b.shape)")
    }
    if b.count == 1 && a.shape == shape && a.dataType == .float32 {
        // `0 op number` may not be 0, so padding is a reason to leave a blocked layout.
        let source = elementwiseSource(a.storage, keepsZero: keepsZero && function == ELBO_MULTIPLY)
        let result = source.makeSimilar()
        let number = b.storage.plain()
        elbo_binary_scalar_f32(
            function, source.elements(), number.elements(Float.self).pointee, result.elements(), source.physicalCount)
        return Tensor(result, shape)
    }
    let (left, right) = (a.storage.plain(), b.storage.plain())
    let result = Tensor(uninitialized: shape, a.dataType)
    let extents = Extents(shape)
    let (leftStrides, rightStrides) = (Extents(stridesOf: a.shape, in: shape), Extents(stridesOf: b.shape, in: shape))
    extents.withPointer { sizes in
        leftStrides.withPointer { p in
            rightStrides.withPointer { q in
                switch a.dataType {
                case .float32:
                    elbo_binary_strided_f32(
                        function, left.elements(), p, right.elements(), q, result.elements(), sizes, shape.rank)
                case .float64:
                    elbo_binary_strided_f64(
                        function, left.elements(), p, right.elements(), q, result.elements(), sizes, shape.rank)
                }
            }
        }
    }
    return result
}

/// The storage that an element-wise kernel may run over from end to end.
@inline(__always)
func elementwiseSource(_ storage: Storage, keepsZero: Bool) -> Storage {
    guard let layout = storage.layout else { return storage }
    return layout.isHalfPrecision || (layout.hasPadding && !keepsZero) ? storage.plain() : storage
}

extension Storage {
    /// Undefined contents in the type and layout of this storage.
    @inline(__always)
    func makeSimilar() -> Storage {
        if let layout { return Storage(layout: layout) }
        return Storage(count: count, dataType: dataType)
    }

    /// The contents in the layout of `leader`.
    @inline(__always)
    func following(_ leader: Storage) -> Storage {
        if layout === leader.layout { return self }
        return leader.layout.map { arranged(in: $0) } ?? plain()
    }
}

/// Sizes or strides as the C kernels read them.
struct Extents {
    private var values = SIMD8<Int>.zero

    /// The sizes of a shape.
    init(_ shape: Shape) {
        for axis in 0..<shape.rank { values[axis] = shape[axis] }
    }

    /// The strides of a row-major operand of shape `operand` that is repeated to `target`: 0 along repeated axes.
    init(stridesOf operand: Shape, in target: Shape) {
        var step = 1
        for offset in 0..<operand.rank {
            let size = operand[operand.rank - 1 - offset]
            if size != 1 { values[target.rank - 1 - offset] = step }
            step *= size
        }
    }

    /// Any numbers, at most eight.
    init(_ numbers: Int...) {
        for (index, number) in numbers.enumerated() { values[index] = number }
    }

    subscript(axis: Int) -> Int {
        get { values[axis] }
        set { values[axis] = newValue }
    }

    /// Calls `body` with a pointer to the numbers.
    @inline(__always)
    func withPointer<R>(_ body: (UnsafePointer<Int>) -> R) -> R {
        withUnsafeBytes(of: values) { body($0.baseAddress!.assumingMemoryBound(to: Int.self)) }
    }
}
