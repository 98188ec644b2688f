// SPDX-License-Identifier: Apache-2.0
// Swift arrays in and out of a checkpoint, with errors that name what is missing or does not fit.

extension Checkpoint {
    /// Stores single-precision numbers; without a shape as a vector.
    public mutating func put(_ name: String, _ values: [Float], shape: [Int]? = nil) {
        put(name, elements: values, .float32, shape)
    }

    /// Stores double-precision numbers; without a shape as a vector.
    public mutating func put(_ name: String, _ values: [Double], shape: [Int]? = nil) {
        put(name, elements: values, .float64, shape)
    }

    /// Stores whole numbers; without a shape as a vector.
    public mutating func put(_ name: String, _ values: [Int], shape: [Int]? = nil) {
        put(name, elements: values, .signed64, shape)
    }

    /// Stores unsigned 64-bit words, such as the counters of a random stream; without a shape as a vector.
    public mutating func put(_ name: String, _ values: [UInt64], shape: [Int]? = nil) {
        put(name, elements: values, .unsigned64, shape)
    }

    /// Stores bytes; without a shape as a vector.
    public mutating func put(_ name: String, _ values: [UInt8], shape: [Int]? = nil) {
        put(name, elements: values, .unsigned8, shape)
    }

    /// Stores one whole number, with an empty shape.
    public mutating func put(_ name: String, _ value: Int) {
        put(name, elements: [value], .signed64, [])
    }

    /// Stores one number, with an empty shape.
    public mutating func put(_ name: String, _ value: Double) {
        put(name, elements: [value], .float64, [])
    }

    /// Single-precision numbers of a name.
    ///
    /// - Parameter shape: the only acceptable shape, or `nil` for any.
    /// - Throws: `EngineError` naming the tensor when it is missing or has another element type or shape.
    public func floats(_ name: String, shape: [Int]? = nil) throws(EngineError) -> [Float] {
        try elements(name, .float32, shape, zero: 0)
    }

    /// Double-precision numbers of a name.
    ///
    /// - Throws: `EngineError`, as `floats`.
    public func doubles(_ name: String, shape: [Int]? = nil) throws(EngineError) -> [Double] {
        try elements(name, .float64, shape, zero: 0)
    }

    /// Whole numbers of a name.
    ///
    /// - Throws: `EngineError`, as `floats`.
    public func integers(_ name: String, shape: [Int]? = nil) throws(EngineError) -> [Int] {
        try elements(name, .signed64, shape, zero: 0)
    }

    /// Unsigned 64-bit words of a name.
    ///
    /// - Throws: `EngineError`, as `floats`.
    public func words(_ name: String, shape: [Int]? = nil) throws(EngineError) -> [UInt64] {
        try elements(name, .unsigned64, shape, zero: 0)
    }

    /// Bytes of a name.
    ///
    /// - Throws: `EngineError`, as `floats`.
    public func bytes(_ name: String, shape: [Int]? = nil) throws(EngineError) -> [UInt8] {
        try tensor(name, .unsigned8, shape).bytes
    }

    /// One whole number stored with an empty shape.
    ///
    /// - Throws: `EngineError`, as `floats`.
    public func integer(_ name: String) throws(EngineError) -> Int {
        try integers(name, shape: [])[0]
    }

    /// One number stored with an empty shape.
    ///
    /// - Throws: `EngineError`, as `floats`.
    public func number(_ name: String) throws(EngineError) -> Double {
        try doubles(name, shape: [])[0]
    }

    /// A text of the metadata.
    ///
    /// - Throws: `EngineError` naming the key when it is missing.
    public func text(_ key: String) throws(EngineError) -> String {
        guard let text = metadata[key] else {
            throw EngineError("The checkpoint has no entry '\(key.printable())'; it belongs to another kind of run.")
        }
        return text
    }

    private func tensor(
        _ name: String, _ elementType: StoredTensor.ElementType, _ shape: [Int]?
    ) throws(EngineError) -> StoredTensor {
        guard let tensor = self[name] else {
            throw EngineError(
                "The checkpoint has no tensor '\(name.printable())'; it belongs to another network or run.")
        }
        guard tensor.elementType == elementType else {
            throw EngineError(
                "Tensor '\(name.printable())' of the checkpoint holds \(tensor.elementType.rawValue), expected \(elementType.rawValue)."
            )
        }
        if let shape, shape != tensor.shape {
            throw EngineError(
                "Tensor '\(name.printable())' of the checkpoint has shape \(tensor.shape), expected \(shape).")
        }
        return tensor
    }

    private mutating func put<Element>(
        _ name: String, elements: [Element], _ elementType: StoredTensor.ElementType, _ shape: [Int]?
    ) {
        // Little-endian on disk; every platform elbo runs on is little-endian, so bytes are copied as they are.
        let bytes = elements.withUnsafeBytes { Array($0) }
        put(StoredTensor(name: name, elementType: elementType, shape: shape ?? [elements.count], bytes: bytes))
    }

    private func elements<Element>(
        _ name: String, _ elementType: StoredTensor.ElementType, _ shape: [Int]?, zero: Element
    ) throws(EngineError) -> [Element] {
        let bytes = try tensor(name, elementType, shape).bytes
        var elements = [Element](repeating: zero, count: bytes.count / elementType.size)
        elements.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
        return elements
    }
}
