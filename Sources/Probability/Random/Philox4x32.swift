// SPDX-License-Identifier: Apache-2.0
// The counter-based generator Philox 4x32-10 as a pure function; streams are built on it in RandomStream.swift.

/// Philox 4x32 with ten rounds: a bijection of 128-bit counters for each 64-bit key, [SMDS11] section 3.3.
///
/// Equal counter and key give equal words on every machine; any two blocks can be computed independently.
public enum Philox4x32 {
    /// Four 32-bit words, in the order of the Random123 library.
    public typealias Words = (UInt32, UInt32, UInt32, UInt32)

    // Multipliers and key increments of [SMDS11] table 2; the increments are the golden ratio and sqrt(3) - 1 in
    // 32-bit fixed point.
    @usableFromInline static let multiplier0: UInt64 = 0xD251_1F53
    @usableFromInline static let multiplier1: UInt64 = 0xCD9E_8D57
    @usableFromInline static let increment0: UInt32 = 0x9E37_79B9
    @usableFromInline static let increment1: UInt32 = 0xBB67_AE85
    @usableFromInline static let rounds = 10

    /// The four random words that belong to a counter.
    @inlinable
    public static func block(counter: Words, key: (UInt32, UInt32)) -> Words {
        var (x0, x1, x2, x3) = counter
        var (key0, key1) = key
        for _ in 0..<rounds {
            let product0 = multiplier0 &* UInt64(x0)
            let product1 = multiplier1 &* UInt64(x2)
            x0 = UInt32(truncatingIfNeeded: product1 >> 32) ^ x1 ^ key0
            x2 = UInt32(truncatingIfNeeded: product0 >> 32) ^ x3 ^ key1
            x1 = UInt32(truncatingIfNeeded: product1)
            x3 = UInt32(truncatingIfNeeded: product0)
            key0 &+= increment0
            key1 &+= increment1
        }
        return (x0, x1, x2, x3)
    }
}
