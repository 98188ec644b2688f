// SPDX-License-Identifier: Apache-2.0
// Sorting numbers while remembering where they came from: the one step that ranks, quantiles and foldings share.

/// Positions of numbers in ascending order, and the numbers in that order.
struct SortedOrder: Sendable, Equatable {
    /// The positions, those of the smallest number first; equal numbers in the order of their positions.
    let positions: [Int32]
    /// The numbers in ascending order.
    let values: [Double]

    /// Sorts without comparing: least significant digits first, 11 bits at a time.
    ///
    /// - Precondition: no value is NaN; at most 2^31 - 1 values.
    /// - Complexity: O(n), six passes at most; a digit that all numbers share is skipped.
    init(_ numbers: [Double]) {
        guard numbers.count <= Int(Int32.max) else { fatalError("SortedOrder: \(numbers.count) numbers") }
        var entries = (0..<numbers.count).map { Entry(key: Self.key(numbers[$0]), position: Int32($0)) }
        var sorted = entries
        for digit in 0..<Self.digitCount {
            let isMoved = entries.withUnsafeBufferPointer { source in
                sorted.withUnsafeMutableBufferPointer { Self.distribute(source, into: $0, digit: digit) }
            }
            if isMoved { swap(&entries, &sorted) }
        }
        positions = entries.map(\.position)
        values = entries.map { numbers[Int($0.position)] }
    }

    /// A number as sortable bits, and where it came from.
    private struct Entry {
        var key: UInt64
        var position: Int32
    }

    private static let digitBits = 11
    private static let digitCount = 6

    /// One pass: entries in the order of one digit, equal digits in the order that they had; false where all digits are
    /// equal.
    private static func distribute(
        _ source: UnsafeBufferPointer<Entry>, into target: UnsafeMutableBufferPointer<Entry>, digit: Int
    ) -> Bool {
        let shift = UInt64(digit * digitBits)
        let mask: UInt64 = 1 << UInt64(digitBits) - 1
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << digitBits) { starts in
            starts.initialize(repeating: 0)
            for entry in source { starts[Int(entry.key >> shift & mask)] += 1 }
            var total = 0
            for bucket in starts.indices {
                let count = starts[bucket]
                if count == source.count { return false }
                starts[bucket] = total
                total += count
            }
            for entry in source {
                let bucket = Int(entry.key >> shift & mask)
                target[starts[bucket]] = entry
                starts[bucket] += 1
            }
            return true
        }
    }

    /// From parts that are known to belong together.
    init(positions: [Int32], values: [Double]) {
        self.positions = positions
        self.values = values
    }

    /// Bits that, compared as whole numbers, have the order of the numbers; -0 counts as 0.
    private static func key(_ number: Double) -> UInt64 {
        let bits = (number + 0).bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    /// The quantile of probability `p` by linear interpolation between the order statistics around `1 + (n - 1) p`;
    /// type 7 of [HF96], as in posterior and NumPy.
    ///
    /// - Precondition: there are values, and `p` lies in [0, 1].
    func quantile(_ p: Double) -> Double {
        let place = Double(values.count - 1) * p
        let below = Int(place)
        let above = min(below + 1, values.count - 1)
        // Equal neighbours are their own quantile to the last bit: indicators compare draws with it.
        if values[below] == values[above] { return values[below] }
        let share = place - Double(below)
        return (1 - share) * values[below] + share * values[above]
    }

    /// The order of the distances `|x - centre|`: both sides of the centre merged, in O(n).
    func folded(around centre: Double) -> SortedOrder {
        var right = values.partitioningIndex { $0 >= centre }
        var left = right - 1
        var (order, distances) = ([Int32](), [Double]())
        order.reserveCapacity(values.count)
        distances.reserveCapacity(values.count)
        while left >= 0 || right < values.count {
            let fromLeft = left >= 0 ? centre - values[left] : .infinity
            let fromRight = right < values.count ? values[right] - centre : .infinity
            if right == values.count || fromLeft < fromRight {
                order.append(positions[left])
                distances.append(fromLeft)
                left -= 1
            } else {
                order.append(positions[right])
                distances.append(fromRight)
                right += 1
            }
        }
        return SortedOrder(positions: order, values: distances)
    }
}

extension [Double] {
    /// The first index whose element satisfies a condition that all later elements satisfy too; `endIndex` if none
    /// does.
    func partitioningIndex(_ isBehind: (Double) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
