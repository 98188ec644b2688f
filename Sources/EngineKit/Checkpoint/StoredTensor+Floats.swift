// SPDX-License-Identifier: Apache-2.0
// Numbers of any floating-point type as single precision, for weights that other programs wrote.

extension StoredTensor {
    /// The elements as single-precision numbers; `nil` when they are no floating-point numbers.
    ///
    /// Half and brain floating point are exact in single precision; double precision is rounded to nearest.
    public var floatingPointValues: [Float]? {
        switch elementType {
        case .float32: elements { Float(bitPattern: UInt32(littleEndian: $0)) }
        case .float64: elements { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .float16: elements { Self.single(half: UInt16(littleEndian: $0)) }
        // The upper half of a single-precision number.
        case .brainFloat16: elements { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
        default: nil
        }
    }

    private func elements<Word: FixedWidthInteger>(_ value: (Word) -> Float) -> [Float] {
        bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count, by: MemoryLayout<Word>.size).map {
                value(buffer.loadUnaligned(fromByteOffset: $0, as: Word.self))
            }
        }
    }

    /// IEEE half precision: 1 bit of sign, 5 of exponent (bias 15), 10 of significand.
    private static func single(half: UInt16) -> Float {
        let sign = UInt32(half >> 15) << 31
        let exponent = UInt32(half >> 10 & 0x1F)
        let significand = UInt32(half & 0x3FF)
        switch exponent {
        case 0:
            // Zero or subnormal: significand times 2^-24, exactly.
            let magnitude = Float(significand) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | significand << 13)
        default: return Float(bitPattern: sign | (exponent + 127 - 15) << 23 | significand << 13)
        }
    }
}
