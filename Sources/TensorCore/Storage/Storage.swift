// SPDX-License-Identifier: Apache-2.0
// The memory behind tensors: one block of a thread's pool, and how the elements lie in it.

/// A block of memory that one or several tensors refer to.
///
/// The elements lie in row-major order (`layout` is nil) or as oneDNN likes them. A change of layout does not change the
/// contents, so it may happen under the tensors that share the block (parameters are re-laid-out in place).
///
/// Not Sendable: a storage belongs to the thread that computes with it.
final class Storage {
    /// The type of the elements as the tensor's user sees them.
    let dataType: DataType
    /// Number of elements without padding.
    let count: Int
    /// The block.
    private(set) var address: UnsafeMutableRawPointer
    /// How the elements lie, nil for row-major.
    private(set) var layout: Layout?
    /// Counts the changes of contents, so that copies made for inference know when they are stale.
    private(set) var version = 0
    /// A copy of constant weights in the form that a kernel for inference reads.
    var packed: PackedCopy?

    private var byteCount: Int

    /// Undefined contents in row-major order.
    init(count: Int, dataType: DataType) {
        self.dataType = dataType
        self.count = count
        byteCount = count * dataType.byteCount
        address = ComputeContext.current.pool.take(byteCount)
        layout = nil
    }

    /// Undefined contents in a given layout; padding is not yet zero.
    init(layout: Layout) {
        dataType = .float32
        count = layout.dims.count
        byteCount = layout.byteCount
        address = ComputeContext.current.pool.take(byteCount)
        self.layout = layout.isPlain ? nil : layout
    }

    deinit {
        ComputeContext.current.pool.giveBack(address, byteCount)
    }

    /// The elements, row-major.
    @inline(__always)
    func elements<T: TensorScalar>(_: T.Type = T.self) -> UnsafeMutablePointer<T> {
        address.assumingMemoryBound(to: T.self)
    }

    /// Number of elements in memory, with the padding of the layout.
    var physicalCount: Int { layout == nil ? count : byteCount / (layout!.isHalfPrecision ? 2 : dataType.byteCount) }

    /// Tells that the contents have changed.
    func contentsChanged() {
        version &+= 1
    }

    /// Exchanges the memory with that of `other`, which holds the same contents in another layout.
    func adopt(_ other: Storage) {
        swap(&address, &other.address)
        swap(&byteCount, &other.byteCount)
        let mine = layout
        layout = other.layout
        other.layout = mine
    }
}

/// The contents of a storage at one version, in another form.
struct PackedCopy {
    /// What the copy is made for.
    enum Form: Equatable {
        /// A oneDNN primitive.
        case layout(ObjectIdentifier)
        /// One of our Winograd kernels.
        case winograd(WinogradConvolution.WeightForm)
    }

    let version: Int
    let form: Form
    let storage: Storage
}

extension Storage {
    /// What `make` gives; kept until the contents change or another form is asked for.
    func packed(as form: PackedCopy.Form, _ make: () -> Storage) -> Storage {
        if let packed, packed.version == version, packed.form == form { return packed.storage }
        let copy = make()
        packed = PackedCopy(version: version, form: form, storage: copy)
        return copy
    }
}
