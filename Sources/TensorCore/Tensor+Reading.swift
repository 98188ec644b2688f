// SPDX-License-Identifier: Apache-2.0
// Reading and changing a tensor's elements from outside; always in row-major order, whatever the layout.

extension Tensor {
    /// The elements as 32-bit numbers.
    public func scalars() -> [Float] {
        let source = storage.plain()
        switch dataType {
        case .float32: return Array(UnsafeBufferPointer(start: source.elements(Float.self), count: count))
        case .float64: return UnsafeBufferPointer(start: source.elements(Double.self), count: count).map { Float($0) }
        }
    }

    /// The elements as 64-bit numbers.
    public func doubles() -> [Double] {
        let source = storage.plain()
        switch dataType {
        case .float32: return UnsafeBufferPointer(start: source.elements(Float.self), count: count).map { Double($0) }
        case .float64: return Array(UnsafeBufferPointer(start: source.elements(Double.self), count: count))
        }
    }

    /// The only element.
    /// - Precondition: the tensor has exactly one.
    public func item() -> Double {
        check(count == 1, "item", "one element", "\(shape)")
        let source = storage.plain()
        return dataType == .float32 ? Double(source.elements(Float.self).pointee) : source.elements(Double.self).pointee
    }

    /// Calls `body` with the elements, without a copy where the layout is row-major.
    /// - Precondition: the elements are 32-bit.
    public func withScalars<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        check(dataType == .float32, "withScalars", "float32", "\(dataType)")
        let source = storage.plain()
        return try withExtendedLifetime(source) {
            try body(UnsafeBufferPointer(start: source.elements(Float.self), count: count))
        }
    }

    /// Calls `body` with the elements, without a copy where the layout is row-major.
    /// - Precondition: the elements are 64-bit.
    public func withDoubles<R>(_ body: (UnsafeBufferPointer<Double>) throws -> R) rethrows -> R {
        check(dataType == .float64, "withDoubles", "float64", "\(dataType)")
        let source = storage.plain()
        return try withExtendedLifetime(source) {
            try body(UnsafeBufferPointer(start: source.elements(Double.self), count: count))
        }
    }

    /// Lets `body` change the elements in place; every tensor on this memory sees it, and the tape does not.
    ///
    /// The layout becomes row-major, so this is for loading and inspecting, not for every step.
    /// - Precondition: the elements are 32-bit.
    public func mutateScalars<R>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> R) rethrows -> R {
        check(dataType == .float32, "mutateScalars", "float32", "\(dataType)")
        if storage.layout != nil { storage.adopt(storage.plain()) }
        storage.contentsChanged()
        return try body(UnsafeMutableBufferPointer(start: storage.elements(Float.self), count: count))
    }

    /// Lets `body` change the elements in place; every tensor on this memory sees it, and the tape does not.
    /// - Precondition: the elements are 64-bit.
    public func mutateDoubles<R>(_ body: (UnsafeMutableBufferPointer<Double>) throws -> R) rethrows -> R {
        check(dataType == .float64, "mutateDoubles", "float64", "\(dataType)")
        storage.contentsChanged()
        return try body(UnsafeMutableBufferPointer(start: storage.elements(Double.self), count: count))
    }

    /// Overwrites the elements with those of `other`; every tensor on this memory sees it, and the tape does not.
    /// - Precondition: equal shapes and types.
    public func assign(_ other: Tensor) {
        check(shape == other.shape && dataType == other.dataType, "assign", "\(shape) \(dataType)", "\(other.shape)")
        let source = storage.layout.map { other.storage.arranged(in: $0) } ?? other.storage.plain()
        let bytes = storage.layout?.byteCount ?? count * dataType.byteCount
        if source !== storage { storage.address.copyMemory(from: source.address, byteCount: bytes) }
        storage.contentsChanged()
    }

    /// A copy with memory of its own, off the tape.
    public func copied() -> Tensor {
        let result = Tensor(
            storage.layout.map { Storage(layout: $0) } ?? Storage(count: count, dataType: dataType), shape)
        result.assign(self)
        return result
    }

    /// Whether no element is NaN or infinite.
    public var isFinite: Bool {
        let source = storage.plain()
        switch dataType {
        case .float32: return allFinite(source.elements(Float.self), count)
        case .float64: return allFinite(source.elements(Double.self), count)
        }
    }
}

/// Adds up `x - x`, which is 0 for finite x and NaN else.
private func allFinite<T: TensorScalar>(_ x: UnsafePointer<T>, _ count: Int) -> Bool {
    var sum: T = 0
    for index in 0..<count { sum += x[index] - x[index] }
    return sum == 0
}
