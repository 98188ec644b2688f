// SPDX-License-Identifier: Apache-2.0
// Free memory blocks of one thread, by size class. A training step asks for the same sizes again and again, so that after
// the first steps it takes no fresh memory. It is not a general allocator: blocks are never split or joined.

import Glibc

/// Keeps returned blocks in intrusive lists (a free block's first word points to the next one).
struct BufferPool: ~Copyable {
    /// Blocks are aligned for the widest vector registers and for cache lines.
    static let alignment = 64
    /// Four classes per power of two: at most a quarter of a block is wasted.
    private static let classCount = 4 * 48

    private let heads: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private(set) var freshBuffers = 0
    private(set) var reservedBytes = 0
    private(set) var buffersInUse = 0

    init() {
        heads = .allocate(capacity: BufferPool.classCount)
        heads.initialize(repeating: nil, count: BufferPool.classCount)
    }

    deinit {
        for index in 0..<BufferPool.classCount {
            var block = heads[index]
            while let current = block {
                block = current.load(as: UnsafeMutableRawPointer?.self)
                free(current)
            }
        }
        heads.deallocate()
    }

    /// Index of the smallest class that holds `byteCount`, and the size of its blocks.
    @inline(__always)
    static func sizeClass(_ byteCount: Int) -> (index: Int, bytes: Int) {
        let lines = max(4, (byteCount + alignment - 1) / alignment)
        let exponent = Int.bitWidth - 1 - lines.leadingZeroBitCount
        let quarter = 1 << (exponent - 2)
        let steps = (lines - (1 << exponent) + quarter - 1) / quarter
        return (4 * exponent + steps, ((1 << exponent) + steps * quarter) * alignment)
    }

    /// A block of at least `byteCount` bytes with undefined contents.
    mutating func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let (index, bytes) = BufferPool.sizeClass(byteCount)
        buffersInUse += 1
        if let block = heads[index] {
            heads[index] = block.load(as: UnsafeMutableRawPointer?.self)
            return block
        }
        freshBuffers += 1
        reservedBytes += bytes
        guard let block = aligned_alloc(BufferPool.alignment, bytes) else {
            stop("memory", "\(bytes) bytes", "out of memory")
        }
        return block
    }

    /// Takes back a block that some pool handed out for `byteCount` bytes.
    mutating func giveBack(_ block: UnsafeMutableRawPointer, _ byteCount: Int) {
        let (index, _) = BufferPool.sizeClass(byteCount)
        buffersInUse -= 1
        block.storeBytes(of: heads[index], as: UnsafeMutableRawPointer?.self)
        heads[index] = block
    }

    /// Returns all free blocks to the system.
    mutating func releaseUnused() {
        for index in 0..<BufferPool.classCount {
            while let block = heads[index] {
                heads[index] = block.load(as: UnsafeMutableRawPointer?.self)
                // The class index gives the size back: 4 * exponent + steps.
                let exponent = index / 4
                reservedBytes -= ((1 << exponent) + (index % 4) * (1 << (exponent - 2))) * BufferPool.alignment
                free(block)
            }
        }
    }
}
