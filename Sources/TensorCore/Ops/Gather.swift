// SPDX-License-Identifier: Apache-2.0
// Picking entries along an axis, and its reverse, which adds them back.

/// The listed entries along an axis, in the order of the list; an entry may be listed more than once.
///
/// - Shapes: `x` `[…, A, …]`; the result has `indices.count` in place of A.
/// - Precondition: every index lies in `0 ..< A`.
public func gather(_ x: Tensor, axis: Int, indices: [Int]) -> Tensor {
    let axis = x.shape.resolved(axis)
    let length = x.shape[axis]
    check(
        indices.allSatisfy { (0..<length).contains($0) }, "gather", "indices from 0 to \(length - 1)",
        "\(indices.first { !(0..<length).contains($0) } ?? 0)")
    let runs = AxisRuns(x.shape, axis)
    let output = Tensor(uninitialized: runs.shape(withLength: indices.count), x.dataType)
    let source = x.plain
    switch x.dataType {
    case .float32: runs.gather(source.elements(Float.self), output.storage.elements(Float.self), indices)
    case .float64: runs.gather(source.elements(Double.self), output.storage.elements(Double.self), indices)
    }
    return record(output, x) { gradient, inputs in
        inputs.add(0, scatterAdd(gradient, axis: axis, indices: indices, length: length))
    }
}

/// The transpose of `gather`: zeros of length `length` along the axis, with entry i of `x` added at `indices[i]`.
func scatterAdd(_ x: Tensor, axis: Int, indices: [Int], length: Int) -> Tensor {
    let runs = AxisRuns(x.shape, axis)
    let output = Tensor.zeros(runs.shape(withLength: length), x.dataType)
    let source = x.plain
    switch x.dataType {
    case .float32: runs.scatterAdd(source.elements(Float.self), output.storage.elements(Float.self), indices, length)
    case .float64: runs.scatterAdd(source.elements(Double.self), output.storage.elements(Double.self), indices, length)
    }
    return record(output, x) { gradient, inputs in inputs.add(0, gather(gradient, axis: axis, indices: indices)) }
}

/// A row-major tensor as `outer` blocks of `length` runs of `inner` neighbouring elements.
private struct AxisRuns {
    private let original: Shape
    private let axis: Int
    private let outer: Int
    private let inner: Int

    init(_ shape: Shape, _ axis: Int) {
        original = shape
        self.axis = axis
        outer = shape.sizes[..<axis].reduce(1, *)
        inner = shape.sizes[(axis + 1)...].reduce(1, *)
    }

    func shape(withLength length: Int) -> Shape {
        var sizes = original.sizes
        sizes[axis] = length
        return Shape(sizes)
    }

    func gather<T>(_ x: UnsafeMutablePointer<T>, _ y: UnsafeMutablePointer<T>, _ indices: [Int]) {
        let length = original[axis]
        var target = y
        for block in 0..<outer {
            for index in indices {
                target.update(from: x + (block * length + index) * inner, count: inner)
                target += inner
            }
        }
    }

    func scatterAdd<T: AdditiveArithmetic>(
        _ x: UnsafeMutablePointer<T>, _ y: UnsafeMutablePointer<T>, _ indices: [Int], _ length: Int
    ) {
        var source = x
        for block in 0..<outer {
            for index in indices {
                let target = y + (block * length + index) * inner
                for offset in 0..<inner { target[offset] += source[offset] }
                source += inner
            }
        }
    }
}
