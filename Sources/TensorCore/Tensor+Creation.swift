// SPDX-License-Identifier: Apache-2.0
// Ways to make tensors.

extension Tensor {
    /// A 32-bit tensor from row-major elements.
    /// - Precondition: as many elements as the shape has.
    public init(shape: Shape, scalars: some Collection<Float>) {
        check(scalars.count == shape.count, "Tensor.init", "\(shape.count) elements for \(shape)", "\(scalars.count)")
        self.init(uninitialized: shape)
        _ = UnsafeMutableBufferPointer(start: elements(Float.self), count: count).initialize(from: scalars)
    }

    /// A 64-bit tensor from row-major elements.
    /// - Precondition: as many elements as the shape has.
    public init(shape: Shape, doubles: some Collection<Double>) {
        check(doubles.count == shape.count, "Tensor.init", "\(shape.count) elements for \(shape)", "\(doubles.count)")
        self.init(uninitialized: shape, .float64)
        _ = UnsafeMutableBufferPointer(start: elements(Double.self), count: count).initialize(from: doubles)
    }

    /// A 32-bit tensor whose row-major elements `fill` writes; what it leaves out is undefined.
    public init(shape: Shape, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        self.init(uninitialized: shape)
        try fill(UnsafeMutableBufferPointer(start: elements(Float.self), count: count))
    }

    /// All elements zero.
    public static func zeros(_ shape: Shape, _ dataType: DataType = .float32) -> Tensor {
        full(shape, 0, dataType)
    }

    /// All elements one.
    public static func ones(_ shape: Shape, _ dataType: DataType = .float32) -> Tensor {
        full(shape, 1, dataType)
    }

    /// All elements equal to `value`.
    public static func full(_ shape: Shape, _ value: Double, _ dataType: DataType = .float32) -> Tensor {
        let result = Tensor(uninitialized: shape, dataType)
        switch dataType {
        case .float32: result.elements(Float.self).update(repeating: Float(value), count: result.count)
        case .float64: result.elements(Double.self).update(repeating: value, count: result.count)
        }
        return result
    }

    /// A tensor without axes.
    public static func scalar(_ value: Double, _ dataType: DataType = .float32) -> Tensor {
        full([], value, dataType)
    }

    /// Zeros in the shape, type and layout of `other`.
    static func zeros(like other: Tensor) -> Tensor {
        guard let layout = other.storage.layout else { return zeros(other.shape, other.dataType) }
        let storage = Storage(layout: layout)
        storage.address.initializeMemory(as: UInt8.self, repeating: 0, count: layout.byteCount)
        return Tensor(storage, other.shape)
    }
}
