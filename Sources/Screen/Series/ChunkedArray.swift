// SPDX-License-Identifier: Apache-2.0
// A growing list in blocks of fixed size, because doubling would waste up to half of the memory of long series.

/// An append-only list whose spare capacity never exceeds one block.
struct ChunkedArray<Element: BitwiseCopyable & Sendable>: Sendable {
    /// Elements per block; a power of two so that indices split by shifting.
    static var chunkSize: Int { 4096 }

    private var chunks: [ContiguousArray<Element>] = []
    private(set) var count = 0

    init() {}

    mutating func append(_ element: Element) {
        if count & (Self.chunkSize - 1) == 0 {
            chunks.append([])
            // The first block grows as needed, so that the many short series stay small.
            if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(Self.chunkSize) }
        }
        chunks[chunks.count - 1].append(element)
        count += 1
    }

    @inline(__always)
    subscript(index: Int) -> Element { chunks[index >> 12][index & 4095] }

    /// The block that holds element `index`, and the place of the element in it.
    @inline(__always)
    func block(of index: Int) -> (block: ContiguousArray<Element>, offset: Int) { (chunks[index >> 12], index & 4095) }

    /// Bytes held, spare capacity included.
    var allocatedBytes: Int { chunks.reduce(0) { $0 + $1.capacity * MemoryLayout<Element>.stride } }
}
