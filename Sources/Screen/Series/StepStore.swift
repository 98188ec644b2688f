// SPDX-License-Identifier: Apache-2.0
// The x values of a series: never decreasing, and free of charge while they are evenly spaced.

/// Non-decreasing x values.
///
/// Blocks in which they are evenly spaced (steps 0, 10, 20, …) store only start and spacing.
struct StepStore: Sendable {
    private struct Block: Sendable {
        var start: Double
        var spacing: Double
        var count: Int
        /// All values once they stop being evenly spaced; empty before.
        var explicit: ContiguousArray<Double> = []

        subscript(index: Int) -> Double {
            explicit.isEmpty ? start + Double(index) * spacing : explicit[index]
        }

        mutating func append(_ x: Double) {
            if explicit.isEmpty {
                if count == 1 { spacing = x - start }
                if start + Double(count) * spacing == x {
                    count += 1
                    return
                }
                explicit.reserveCapacity(StepStore.blockSize)
                for index in 0..<count { explicit.append(start + Double(index) * spacing) }
            }
            explicit.append(x)
            count += 1
        }
    }

    private static let blockSize = 4096
    private var blocks: [Block] = []
    private(set) var count = 0
    private(set) var last = -Double.infinity

    init() {}

    /// Appends a value; returns false and does nothing when it is not finite or smaller than the last one.
    mutating func append(_ x: Double) -> Bool {
        guard x.isFinite, x >= last else { return false }
        if count & (StepStore.blockSize - 1) == 0 {
            blocks.append(Block(start: x, spacing: 0, count: 1))
        } else {
            blocks[blocks.count - 1].append(x)
        }
        count += 1
        last = x
        return true
    }

    @inline(__always)
    subscript(index: Int) -> Double { blocks[index >> 12][index & 4095] }

    /// Index of the first value that is at least `x` (or, with `after`, greater than `x`); `count` when there is none.
    func lowerBound(_ x: Double, after: Bool = false) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let value = self[middle]
            if value < x || (after && value == x) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Index in `range` of the first value for which `isReached` holds, which must stay true from there on; the end of
    /// the range when it holds for none.
    @inline(__always)
    func partition(_ range: Range<Int>, _ isReached: (Double) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isReached(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Bytes held.
    var allocatedBytes: Int {
        blocks.reduce(blocks.capacity * MemoryLayout<Block>.stride) {
            $0 + $1.explicit.capacity * MemoryLayout<Double>.stride
        }
    }
}
