// SPDX-License-Identifier: Apache-2.0
// The element types of tensors.

/// The type of a tensor's elements.
public enum DataType: UInt8, Hashable, Sendable {
    /// 32-bit floating point: networks.
    case float32
    /// 64-bit floating point: statistics, and gradient checks.
    case float64

    /// Bytes per element.
    @inline(__always) public var byteCount: Int { self == .float32 ? 4 : 8 }
}

/// A Swift type that a tensor can hold; the element-wise loops are generic over it.
protocol TensorScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
    static var dataType: DataType { get }
}

extension Float: TensorScalar {
    static var dataType: DataType { .float32 }
}

extension Double: TensorScalar {
    static var dataType: DataType { .float64 }
}
