// SPDX-License-Identifier: Apache-2.0
// The state of an engine as named arrays and short texts: what is saved, and from which a run continues.

/// A named array with its shape, as bytes in little-endian row-major order.
public struct StoredTensor: Sendable, Equatable {
    /// Unique name, such as `conv1.weight.adam.first`.
    public var name: String
    /// The kind of its elements.
    public var elementType: ElementType
    /// Length of each dimension; empty for a single number.
    public var shape: [Int]
    /// The elements, `shape` product times `elementType.size` bytes.
    public var bytes: [UInt8]

    /// Kinds of elements, by their names in safetensors files.
    public enum ElementType: String, Sendable, CaseIterable {
        /// Truth values, one byte each.
        case boolean = "BOOL"
        /// Unsigned bytes.
        case unsigned8 = "U8"
        /// Signed bytes.
        case signed8 = "I8"
        /// 16-bit signed integers.
        case signed16 = "I16"
        /// 16-bit unsigned integers.
        case unsigned16 = "U16"
        /// IEEE half precision.
        case float16 = "F16"
        /// Brain floating point.
        case brainFloat16 = "BF16"
        /// 32-bit signed integers.
        case signed32 = "I32"
        /// 32-bit unsigned integers.
        case unsigned32 = "U32"
        /// IEEE single precision.
        case float32 = "F32"
        /// IEEE double precision.
        case float64 = "F64"
        /// 64-bit signed integers.
        case signed64 = "I64"
        /// 64-bit unsigned integers.
        case unsigned64 = "U64"

        /// Bytes per element.
        public var size: Int {
            switch self {
            case .boolean, .unsigned8, .signed8: 1
            case .signed16, .unsigned16, .float16, .brainFloat16: 2
            case .signed32, .unsigned32, .float32: 4
            case .float64, .signed64, .unsigned64: 8
            }
        }
    }

    /// Creates a tensor.
    ///
    /// - Precondition: `bytes` has as many bytes as shape and element type ask for, and the name is not
    ///   `__metadata__`, which safetensors files reserve.
    public init(name: String, elementType: ElementType, shape: [Int], bytes: [UInt8]) {
        if name == Safetensors.metadataKey { fatalError("a tensor must not be named \(name)") }
        if shape.reduce(elementType.size, *) != bytes.count {
            fatalError("tensor \(name): \(bytes.count) bytes for \(elementType.rawValue) of shape \(shape)")
        }
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }
}

/// Everything an engine needs to continue with the same bits.
///
/// Names are unique; putting a name again replaces its value in place. The order of tensors is kept.
public struct Checkpoint: Sendable, Equatable {
    /// Short texts: stage, method, versions.
    public var metadata: [String: String] = [:]
    /// The tensors in the order in which they were first put.
    public private(set) var tensors: [StoredTensor] = []
    private var places: [String: Int] = [:]

    /// Creates an empty checkpoint.
    public init() {}

    /// The tensor of a name, if it is there.
    public subscript(name: String) -> StoredTensor? {
        places[name].map { tensors[$0] }
    }

    /// Adds a tensor, or replaces the one of the same name.
    public mutating func put(_ tensor: StoredTensor) {
        if let place = places[tensor.name] {
            tensors[place] = tensor
        } else {
            places[tensor.name] = tensors.count
            tensors.append(tensor)
        }
    }

    /// Bytes of all tensors together.
    public var byteCount: Int { tensors.reduce(0) { $0 + $1.bytes.count } }
}
