// SPDX-License-Identifier: Apache-2.0
// CRC-32C, which finds every error burst up to 32 bits: against rotten disks and torn files, not against forgers.

/// The running checksum of a byte stream, CRC-32C (Castagnoli polynomial, reflected 0x82F63B78).
struct CyclicRedundancyCheck {
    private var register: UInt32 = 0xFFFF_FFFF

    /// The checksum of all bytes added so far; 0 for none.
    var value: UInt32 { ~register }

    /// Adds bytes.
    ///
    /// Eight table look-ups advance the register by eight bytes ("slicing by eight").
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var register = register
        var position = 0
        Self.tables.withUnsafeBufferPointer { tables in
            while position + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let mixed = word ^ UInt64(register)
                var next: UInt32 = 0
                for lane in 0..<8 {
                    next ^= tables[(7 - lane) << 8 | Int(truncatingIfNeeded: mixed >> UInt64(lane << 3)) & 0xFF]
                }
                register = next
                position += 8
            }
            while position < bytes.count {
                register = register >> 8 ^ tables[Int((register ^ UInt32(bytes[position])) & 0xFF)]
                position += 1
            }
        }
        self.register = register
    }

    /// `tables[256 k + b]`: the register after byte `b` and `k` zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var register = UInt32(byte)
            for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = register
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
        }
        return tables
    }()
}
