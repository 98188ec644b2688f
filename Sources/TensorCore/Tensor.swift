// SPDX-License-Identifier: Apache-2.0
// The tensor: a value with a shape, a reference to memory, and a place on the tape.

/// An array of numbers with up to six axes that remembers, where asked, how it was computed.
///
/// Operations return new tensors; only the functions that say so (`mutateScalars`, `assign`, the optimizer's update) change
/// memory in place, and all tensors that share it see the change. Not Sendable: a tensor stays on the thread that made it.
public struct Tensor {
    /// The sizes of the axes.
    public let shape: Shape
    let storage: Storage
    /// Where this tensor stands on the tape; nil when no gradient flows through it.
    var node: Node?

    @inline(__always)
    init(_ storage: Storage, _ shape: Shape, node: Node? = nil) {
        self.storage = storage
        self.shape = shape
        self.node = node
    }

    /// A tensor with undefined contents.
    @inline(__always)
    init(uninitialized shape: Shape, _ dataType: DataType = .float32) {
        self.init(Storage(count: shape.count, dataType: dataType), shape)
    }

    /// The type of the elements.
    @inline(__always) public var dataType: DataType { storage.dataType }

    /// Number of elements.
    public var count: Int { storage.count }

    /// Number of axes.
    public var rank: Int { shape.rank }

    /// Whether gradients flow through this tensor.
    public var requiresGradient: Bool { node != nil }

    /// The same contents in row-major order, at the same place of the tape.
    @inline(__always)
    var plain: Tensor { storage.layout == nil ? self : Tensor(storage.plain(), shape, node: node) }

    /// The same memory without a place on the tape: gradients stop here.
    @inline(__always)
    public func detached() -> Tensor { Tensor(storage, shape) }

    /// The same memory as the start of a tape: gradients can be asked for it.
    public func requiringGradient() -> Tensor { Tensor(storage, shape, node: Node.leaf()) }

    /// The elements, row-major; only for tensors in the row-major layout.
    @inline(__always)
    func elements<T: TensorScalar>(_: T.Type = T.self) -> UnsafeMutablePointer<T> { storage.elements(T.self) }
}
