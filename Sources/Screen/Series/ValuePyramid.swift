// SPDX-License-Identifier: Apache-2.0
// Values with summaries of 16, 256, 4096, … neighbours, so that any stretch is summarised in a few dozen steps.

/// What is worth knowing of a stretch of values; enough to draw it in one dot column exactly (M4, [JUG14]).
public struct SeriesBucket: Sendable, Equatable, BitwiseCopyable {
    /// Smallest finite value; +∞ when there is none.
    public var minimum: Float = .infinity
    /// Largest finite value; -∞ when there is none.
    public var maximum: Float = -.infinity
    /// First value as it is, NaN and infinities included; NaN when the stretch is empty.
    public var first: Float = .nan
    /// Last value as it is; NaN when the stretch is empty.
    public var last: Float = .nan
    /// Sum of the finite values.
    public var sum: Double = 0
    /// Number of values.
    public var count: UInt32 = 0
    /// Number of values that are NaN or infinite.
    public var nonFiniteCount: UInt32 = 0

    /// The summary of nothing.
    public init() {}

    /// Whether there is a finite value.
    public var hasValues: Bool { count > nonFiniteCount }
    /// Mean of the finite values, or `nil` when there is none.
    public var mean: Double? { hasValues ? sum / Double(count - nonFiniteCount) : nil }

    /// Adds the value that follows.
    @inline(__always)
    mutating func add(_ value: Float) {
        if count == 0 { first = value }
        last = value
        count += 1
        if value.isFinite {
            if value < minimum { minimum = value }
            if value > maximum { maximum = value }
            sum += Double(value)
        } else {
            nonFiniteCount += 1
        }
    }

    /// Adds the stretch that follows.
    @inline(__always)
    mutating func add(_ next: SeriesBucket) {
        guard next.count > 0 else { return }
        if count == 0 { first = next.first }
        last = next.last
        if next.minimum < minimum { minimum = next.minimum }
        if next.maximum > maximum { maximum = next.maximum }
        sum += next.sum
        count += next.count
        nonFiniteCount += next.nonFiniteCount
    }
}

/// Values in single precision with their summaries; 4 bytes per value and 2.2 for all summaries.
struct ValuePyramid: Sendable {
    /// Values per summary, and summaries per summary of the next level.
    static let fanOut = 16
    private static let fanOutShift = 4

    private var values = ChunkedArray<Float>()
    /// Complete summaries only: entry b of level l covers values `b·16^(l+1) ..< (b+1)·16^(l+1)`.
    private var levels: [ChunkedArray<SeriesBucket>] = []
    private(set) var total = SeriesBucket()

    init() {}

    var count: Int { values.count }

    @inline(__always)
    subscript(index: Int) -> Float { values[index] }

    /// Appends a value; each 16th append also writes a summary, each 256th two and so on.
    mutating func append(_ value: Float) {
        values.append(value)
        total.add(value)
        guard values.count & (Self.fanOut - 1) == 0 else { return }
        var bucket = SeriesBucket()
        for index in values.count - Self.fanOut..<values.count { bucket.add(values[index]) }
        var level = 0
        while true {
            if level == levels.count { levels.append(ChunkedArray()) }
            levels[level].append(bucket)
            let filled = levels[level].count
            guard filled & (Self.fanOut - 1) == 0 else { return }
            bucket = SeriesBucket()
            for index in filled - Self.fanOut..<filled { bucket.add(levels[level][index]) }
            level += 1
        }
    }

    /// Summary of a stretch of values.
    ///
    /// - Complexity: at most 30 steps per level, with log₁₆ of the length levels.
    func summary(_ range: Range<Int>) -> SeriesBucket {
        var result = SeriesBucket()
        var index = max(0, range.lowerBound)
        let end = min(range.upperBound, values.count)
        while index < end {
            // The largest complete summary that starts here and ends in time.
            var level = 0
            while level < levels.count {
                let shift = Self.fanOutShift * (level + 1)
                guard index & ((1 << shift) - 1) == 0, index + (1 << shift) <= end else { break }
                level += 1
            }
            // All entries of this level up to where a larger one may start; they never leave a block of 4096.
            let shift = Self.fanOutShift * level
            let first = index >> shift
            let last = min((first | (Self.fanOut - 1)) + 1, end >> shift)
            if level == 0 {
                let (block, offset) = values.block(of: first)
                for entry in offset..<offset + last - first { result.add(block[entry]) }
            } else {
                let (block, offset) = levels[level - 1].block(of: first)
                for entry in offset..<offset + last - first { result.add(block[entry]) }
            }
            index = last << shift
        }
        return result
    }

    /// Bytes held.
    var allocatedBytes: Int { values.allocatedBytes + levels.reduce(0) { $0 + $1.allocatedBytes } }
}
